"""What matching may know of a case: never a name, a story, an age or an exact place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from flows.routing.casebook import Lane, PartnerId
from flows.triage.urgency import Urgency


class OtherSide(StrEnum):
    """Who the problem is with, by kind only."""

    FAMILY = "family"
    NEIGHBOUR = "neighbour"
    COMPANY = "company"
    OFFICIAL = "official"
    LEADER = "leader"
    HELPER = "helper"
    OTHER = "other"


AUTHORITIES = frozenset({OtherSide.OFFICIAL, OtherSide.LEADER})


class Gender(StrEnum):
    WOMAN = "woman"
    MAN = "man"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What the person said yes to. Without `share` nobody is asked.

    ask_first: each group is named to the person before it is asked. named: groups they said yes to by name.
    state_bodies, national_bodies: yes to any such body; without it only one in `named` is asked.
    """

    share: bool = False
    ask_first: bool = False
    state_bodies: bool = False
    national_bodies: bool = False
    named: frozenset[PartnerId] = frozenset()


class Asked(StrEnum):
    """Where an earlier offer of this case to a partner stands."""

    HOLDS_OFFER = "holds_offer"
    HAS_CASE = "has_case"
    DECLINED = "declined"
    CONFLICT = "conflict"
    NO_ANSWER = "no_answer"
    HANDED_BACK = "handed_back"
    TAKEN_BACK = "taken_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """other_side: empty when not known. helper: the helper's gender the person wants; `helper_only`: no other will do.

    also: further groups of issues that the person's answer may mean; who takes only one of them is asked last.
    held: the person is held; child: they are under 18; defender: they are threatened for work for others' rights.
    excluded: groups the person or a coordinator ruled out.
    """

    region: str
    issue: str
    urgency: Urgency
    language: str
    scope: Scope
    lane: Lane = Lane.NORMAL
    other_side: frozenset[OtherSide] = frozenset()
    helper: Gender | None = None
    helper_only: bool = False
    child: bool = False
    held: bool = False
    defender: bool = False
    excluded: frozenset[PartnerId] = frozenset()
    also: frozenset[str] = frozenset()
    asked: Mapping[PartnerId, Asked] = field(default_factory=dict)

    @property
    def wanted_helper(self) -> Gender | None:
        """In the quiet lane a woman is preferred until the person says otherwise."""
        return self.helper or (Gender.WOMAN if self.lane is Lane.QUIET else None)

    @property
    def is_held(self) -> bool:
        return self.held or self.lane is Lane.HELD
