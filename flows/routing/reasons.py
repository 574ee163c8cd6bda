"""The plain words of every reason for and against a partner. `bot/wording` translates them. Those of an urgency stand
with its rules.

Values are small numbers only, so that a reason never carries a name or a place.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from flows.dialogue.text import Text
from flows.triage.reasons import Reason


class Against(StrEnum):
    """Hard filters. Code never relaxes one; a coordinator may offer to a named partner with a reason."""

    NO_CONSENT = "no_consent"
    PAUSED = "paused"
    CLOSED = "closed"
    ENDANGERED = "endangered"
    CHECK_RAN_OUT = "check_ran_out"
    OUTSIDE = "outside"
    PART_OF_REGION = "part_of_region"
    LEFT_OUT_REGION = "left_out_region"
    OTHER_ISSUES = "other_issues"
    PART_OF_ISSUE = "part_of_issue"
    LANGUAGE = "language"
    NEEDS_GBV = "needs_gbv"
    NEEDS_CHILD = "needs_child"
    NEEDS_DEFENDER = "needs_defender"
    NEEDS_DETENTION = "needs_detention"
    STATE_BODY = "state_body"
    NATIONAL_BODY = "national_body"
    TIED = "tied"
    HELPER_ACCUSED = "helper_accused"
    NO_WOMAN = "no_woman"
    NO_MAN = "no_man"
    FULL = "full"
    RULED_OUT = "ruled_out"
    HOLDS_OFFER = "holds_offer"
    HAS_CASE = "has_case"
    DECLINED = "declined"
    CONFLICT = "conflict"
    NO_ANSWER = "no_answer"
    HANDED_BACK = "handed_back"
    TAKEN_BACK = "taken_back"


class For(StrEnum):
    """What speaks for a candidate, in the order in which it decides."""

    HAS_WOMAN = "has_woman"
    HAS_MAN = "has_man"
    INDEPENDENT = "independent"
    AT_WORK = "at_work"
    THIS_REGION = "this_region"
    WIDER_REGION = "wider_region"
    THIS_ISSUE = "this_issue"
    ISSUE_GROUP = "issue_group"
    MAY_BE_ISSUE = "may_be_issue"
    ROOM = "room"
    OPEN_CASES = "open_cases"
    NEVER_ASKED = "never_asked"
    LAST_ASKED = "last_asked"
    ASK_FIRST = "ask_first"


class Unmet(StrEnum):
    """A wish that no candidate meets: told to the person, never dropped."""

    WISH_WOMAN = "wish_woman"
    WISH_MAN = "wish_man"


SOURCES: Mapping[str, str] = {
    Against.NO_CONSENT: "The person has not said yes to sharing.",
    Against.PAUSED: "This group takes no new cases now.",
    Against.CLOSED: "This group has closed.",
    Against.ENDANGERED: "This group is in danger and takes no cases.",
    Against.CHECK_RAN_OUT: "The date to check this group again has passed.",
    Against.OUTSIDE: "This group does not work in this region.",
    Against.PART_OF_REGION: "This group works only in a part of this region.",
    Against.LEFT_OUT_REGION: "This group has left this place out.",
    Against.OTHER_ISSUES: "This group does not take this kind of problem.",
    Against.PART_OF_ISSUE: "This group takes only some problems of this kind.",
    Against.LANGUAGE: "This group does not speak the person's language.",
    Against.NEEDS_GBV: "This group is not trained to help after violence at home or sexual harm.",
    Against.NEEDS_CHILD: "This group is not trained to work with children.",
    Against.NEEDS_DEFENDER: "This group is not trained to protect rights workers under threat.",
    Against.NEEDS_DETENTION: "This group can not reach people who are held.",
    Against.STATE_BODY: "This is a state body. The person has not said yes to that.",
    Against.NATIONAL_BODY: "This is a national body. The person has not said yes to that.",
    Against.TIED: "This group has ties to an authority, and the other side is one.",
    Against.HELPER_ACCUSED: "The other side is a helper or aid worker. A coordinator must choose.",
    Against.NO_WOMAN: "This group has no woman helper. The person asked for one.",
    Against.NO_MAN: "This group has no man helper. The person asked for one.",
    Against.FULL: "This group is full: {open} of {most} cases.",
    Against.RULED_OUT: "This group was ruled out for this case.",
    Against.HOLDS_OFFER: "This group has the offer now.",
    Against.HAS_CASE: "This group has the case now.",
    Against.DECLINED: "This group said no to this case.",
    Against.CONFLICT: "This group may be close to one of the sides.",
    Against.NO_ANSWER: "This group did not answer in time.",
    Against.HANDED_BACK: "This group gave the case back.",
    Against.TAKEN_BACK: "The case was taken back from this group.",
    For.HAS_WOMAN: "It has a woman helper, as the person wished.",
    For.HAS_MAN: "It has a man helper, as the person wished.",
    For.INDEPENDENT: "It has no ties to any authority.",
    For.AT_WORK: "It is at work now.",
    For.THIS_REGION: "It works in this very region.",
    For.WIDER_REGION: "It works in a wider area that holds this region.",
    For.THIS_ISSUE: "It works on just this problem.",
    For.ISSUE_GROUP: "It takes all problems of this kind.",
    For.MAY_BE_ISSUE: "It may be a problem of this kind: the person has not said yet. Such partners come last.",
    For.ROOM: "It has room: {open} of {most} cases.",
    For.OPEN_CASES: "Open cases now: {open}. It has set no limit.",
    For.NEVER_ASKED: "It has not had an offer yet.",
    For.LAST_ASKED: "Days since its last offer: {days}.",
    For.ASK_FIRST: "The person wants to hear its name before it is asked.",
    Unmet.WISH_WOMAN: "No group that can take this case has a woman helper.",
    Unmet.WISH_MAN: "No group that can take this case has a man helper.",
}


def text_of(reason: Reason) -> Text:
    return Text(f"reason.{reason.code}", SOURCES[reason.code], reason.values)


def texts() -> tuple[Text, ...]:
    """Every reason there is, for the translators' catalog."""
    return tuple(Text(f"reason.{code}", source) for code, source in SOURCES.items())
