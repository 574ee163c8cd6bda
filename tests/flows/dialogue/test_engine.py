"""The engine: where a dialogue stands, the way back, places, consent, alarms, and a dialogue edited under way."""

from __future__ import annotations

import json

import pytest

from flows.dialogue import engine
from flows.dialogue.definition import NOT_KNOWN, SKIPPED
from flows.dialogue.events import Asked, Consented, Ended, LanguageChosen, Lost, Marked, Moved, Unreadable, Wrote
from flows.dialogue.questions import MORE, NONE, pages
from flows.dialogue.session import (
    Answered,
    Dropped,
    LanguageSet,
    Proposed,
    Refused,
    Session,
    Shown,
)
from flows.dialogue.text import Text
from tests.flows.dialogue.walks import NOW, Walk, flows_of, reader, shipped

SMALL = """
flow: small
title: Small
terms: {quiet: others == yes}
lost: {after: 3}
steps:
  - {say: hello, text: Hello., quiet: Hi.}
  - ask: kind
    type: choice
    text: Which?
    options: {land: Land, work: Work, other: {label: Other, mark: strange}}
    label: Kind
    why: Because.
    wrong: [Just a number., Really just a number.]
  - {say: working, when: kind == work, text: Work it is.}
  - {ask: since, when: kind == work, text: Since when?, label: Since}
  - {ask: others, type: yes_no, text: Do others read this?, label: Others}
  - {ask: name, text: Your name?, quiet: Who?, skip: true, label: Name}
  - {review: all, text: Check., quiet: Check?, options: {send: Send, change: Change}}
  - {end: done, text: Done., quiet: Fine.}
"""


def small() -> Walk:
    return Walk(flows_of(SMALL), "small")


# ---- the position


def test_the_way_runs_through_the_active_steps() -> None:
    walk = small()
    assert (walk.said, walk.at) == (["small.hello.text"], "kind")
    assert walk.say("1").at == "others"
    assert walk.say("2").at == "name"
    assert walk.say("Asha").at == "all"
    walk.say("1")
    assert walk.said == ["small.done.text"]
    assert walk.happened(Ended) == [Ended("done")]


def test_what_lies_between_two_questions_is_said_on_the_way() -> None:
    walk = small().say("2")
    assert (walk.said, walk.at) == (["small.working.text"], "since")


def test_the_first_message_is_kept_and_never_asked_again() -> None:
    walk = Walk(flows_of(SMALL), "small", first="my land was taken")
    assert walk.at == "kind"
    assert engine.first_words(walk.session) == "my land was taken"
    assert engine.first_words(small().session) == ""


# ---- orders


def test_back_drops_the_last_answer_until_nothing_is_left() -> None:
    walk = small().say("2", "May", "2")
    assert walk.say("0").at == "others"
    assert walk.say("BACK").at == "since"
    assert walk.say("0").at == "kind"
    assert walk.given == {}
    assert walk.say("0").at == "kind"


def test_an_answer_given_again_leads_another_way() -> None:
    walk = small().say("2", "May", "0", "0", "1")
    assert walk.at == "others"
    assert walk.given == {"kind": "land"}


def test_skip_is_for_questions_that_can_do_without() -> None:
    walk = small().say("1", "2", "SKIP")
    assert walk.given["name"] == SKIPPED
    walk = small().say("skip")
    assert (walk.said, walk.at) == (["phrases.no_skip.text"], "kind")


SAFE = """
flow: safe
title: Safe
steps:
  - {ask: who, type: choice, text: Who?, options: {me: Me, not_said: Rather not}}
  - {ask: reach, type: choice, unknown: never, text: How?, options: {call: Call, never: Never}}
  - {ask: all, type: many, text: Which?, options: {one: One, not_said: Rather not}}
  - {ask: place, type: place, text: Where?}
  - {ask: since, type: date, text: When?}
  - {ask: share, type: consent, purpose: share, text: "May we?", options: {"yes": "Yes", "no": "No"}}
  - {end: done, text: Done.}
"""


def test_skip_is_explained_once_and_then_goes_the_nearest_safe_way() -> None:
    walk = Walk(flows_of(SAFE), "safe")
    for step, value in (
        ("who", "not_said"),
        ("reach", "never"),
        ("all", ("not_said",)),
        ("place", "not_said"),
        ("since", "not_said"),
    ):
        assert walk.at == step
        assert (walk.say("SKIP").said, walk.at) == (["phrases.no_skip.text"], step)
        assert walk.say("SKIP").given[step] == value


def test_a_yes_to_sharing_is_never_skipped() -> None:
    walk = Walk(flows_of(SAFE), "safe").say("1", "1", "1", "Nakuru", "monday")
    for _ in range(6):
        assert walk.say("SKIP").at == "share"
    assert "share" not in walk.given
    assert walk.say("2").happened(Ended) == [Ended("done")]


def test_nobody_skips_what_is_sent() -> None:
    walk = small().say("1", "2", "Asha")
    assert (walk.say("SKIP", "SKIP").said, walk.at) == (["phrases.no_skip.text"], "all")


def test_a_sticker_is_a_sign_and_no_file() -> None:
    walk = small()
    assert (walk.send(Unreadable("sticker")).said, walk.at, walk.given) == (["phrases.sign.text"], "kind", {})
    assert walk.say("what").said == ["small.kind.wrong.1.text"], "the first sticker did not count"
    assert walk.send(Unreadable("sticker")).said == ["small.kind.wrong.2.text"]


def test_a_sticker_at_a_menu_is_no_answer() -> None:
    walk = small().say("1", "LANGUAGE").send(Unreadable("sticker"))
    assert (walk.said, walk.at, walk.happened(Lost)) == (["phrases.sign.text"], "others", [])


@pytest.mark.parametrize("number", ["+254 700 000 001", "0700000001", "٠٧٠٠٠٠٠٠٠١"])
def test_a_phone_number_that_answers_nothing_reaches_the_helper(number: str) -> None:
    flows = flows_of(SMALL)
    assert engine.first_words(Walk(flows, "small", first=number).session) == number
    assert engine.first_words(Walk(flows, "small", sure=False).say(number).session).endswith(number)
    assert engine.first_words(small().say(number).session) == number
    assert engine.first_words(small().say("99").session) == ""


def test_again_and_why_change_nothing() -> None:
    walk = small()
    before = walk.given
    assert walk.say("AGAIN").at == "kind"
    assert (walk.say("WHY").said, walk.at) == (["small.kind.why.text"], "kind")
    assert (walk.say("1", "WHY").said, walk.at) == (["phrases.why.text"], "others")
    assert before == {}


def test_orders_of_the_host_are_words_to_the_engine() -> None:
    assert small().say("1", "2", "STATUS").given["name"] == "STATUS"


def test_another_language_goes_on_where_the_dialogue_stands() -> None:
    walk = small().say("1", "LANGUAGE")
    assert (walk.at, walk.options) == ("@language", ["en", "sw"])
    walk.say("2")
    assert walk.happened(LanguageChosen) == [LanguageChosen("sw")]
    assert walk.at == "others"
    assert walk.say("LANGUAGE", "kiswahili").at == "others"
    assert walk.say("LANGUAGE", "en").happened(LanguageChosen) == [LanguageChosen("en")]


def test_the_menu_of_languages_holds_nobody() -> None:
    walk = small().say("LANGUAGE", "klingon", "???")
    assert walk.at == "@language"
    assert walk.say("pfff").at == "kind"
    assert walk.say("LANGUAGE", "0").at == "kind"


def test_a_language_nobody_is_sure_of_is_asked_first_then_the_greeting_is_said() -> None:
    walk = Walk(flows_of(SMALL), "small", first="?", sure=False)
    assert (walk.said, walk.at) == ([], "@language")
    assert walk.say("0").at == "@language"
    assert walk.say("AGAIN").at == "@language"
    assert walk.say("1").said == ["small.hello.text"]
    assert walk.at == "kind"
    alone = Walk(flows_of(SMALL), "small", first="?", sure=False, read=reader(flows_of(SMALL), languages=[("en", "E")]))
    assert alone.at == "kind"


# ---- not understood


def test_two_tries_in_other_words_then_a_person() -> None:
    walk = small()
    assert walk.say("zzz").said == ["small.kind.wrong.1.text"]
    assert walk.say("zzz").said == ["small.kind.wrong.2.text"]
    assert walk.happened(Lost) == []
    walk.say("zzz")
    assert walk.happened(Lost) == [Lost("kind")]
    assert (walk.said, walk.at) == (["phrases.lost.text"], "kind")
    for _ in range(4):
        assert walk.say("zzz").happened(Lost) == [], "a person is called once"
    assert walk.say("1").at == "others"


def test_shipped_words_stand_in_where_a_step_has_none() -> None:
    walk = small().say("1")
    assert walk.say("zzz").said == ["phrases.not_understood_1.text"]
    assert walk.say("zzz").said == ["phrases.not_understood_2.text"]


def test_what_can_be_kept_in_their_words_is_kept() -> None:
    walk = Walk(shipped(), first="hello").say("3", "soon", "very soon")
    assert walk.at == "deadline"
    walk.say("as soon as they come")
    assert walk.happened(Lost) == [Lost("deadline")]
    assert Answered("deadline", NOT_KNOWN, "as soon as they come", sure=False) in walk.session.log
    assert walk.at == "who"


def test_a_photo_is_answered_and_changes_nothing() -> None:
    walk = small().photo()
    assert (walk.said, walk.at, walk.given) == (["phrases.unreadable.text"], "kind", {})
    assert walk.share(0.5, 35.2).said == ["phrases.unreadable.text"]


# ---- buttons


def test_a_button_answers_its_own_question_only() -> None:
    walk = small()
    first = walk.asked.prompt
    assert walk.tap(2).at == "since"
    walk.tap(1, prompt=first)
    assert (walk.said, walk.at) == (["phrases.stale.text"], "since")
    assert walk.given == {"kind": "work"}
    assert walk.tap(9).said == ["phrases.stale.text"]
    walk = small()
    first = walk.asked.prompt
    assert walk.tap(1).at == "others"
    walk.tap(1, prompt=first)
    assert (walk.said, walk.at, walk.given) == (["phrases.stale.text"], "others", {"kind": "land"})


def test_one_button_is_enough_where_several_may_be_chosen() -> None:
    walk = Walk(shipped()).say("2", "1", "Freetown", "1")
    assert walk.at == "held_state"
    assert walk.tap(1).given["held_state"] == ("minor",)


# ---- looking over and changing


def test_the_read_back_has_one_line_for_each_answer() -> None:
    walk = small().say("1", "2", "Asha")
    assert [(line.label.source, line.values) for line in walk.asked.lines] == [
        ("Kind", (Text("small.kind.land.label", "Land"),)),
        ("Others", (Text("phrases.no.text", "No"),)),
        ("Name", ("Asha",)),
    ]


def test_long_words_are_cut_in_the_read_back_but_kept_whole() -> None:
    walk = small().say("1", "2", "x" * 500)
    assert walk.asked.lines[-1].values == ("x" * 37 + "...",)
    assert walk.given["name"] == "x" * 500


def test_one_answer_is_changed_and_what_depends_on_it_follows() -> None:
    walk = small().say("1", "2", "Asha", "2")
    assert (walk.at, walk.options) == ("@change", ["kind", "others", "name"])
    assert walk.say("1").at == "kind"
    assert walk.say("2").at == "since"
    assert walk.say("May").at == "all"
    assert walk.say("1").given == {"kind": "work", "since": "May", "others": "no", "name": "Asha", "all": "send"}


def test_an_answer_to_change_is_named_by_its_label_too() -> None:
    assert small().say("1", "2", "Asha", "2", "name").at == "name"


def test_the_list_of_answers_holds_nobody() -> None:
    walk = small().say("1", "2", "Asha", "2")
    assert walk.say("zzz", "zzz").at == "@change"
    assert walk.say("zzz").at == "all"
    assert walk.say("2", "0").at == "all"


COUNTED = """
flow: counted
title: Counted
steps:
  - {ask: town, type: place, text: Which town?, label: Town}
  - ask: agree
    type: consent
    purpose: share
    text: May we?
    options: {"yes": "Yes", "no": "No", more: {label: More, tells: It is safe. May we?}}
  - {ask: name, when: asked < 3, text: Name?, label: Name}
  - {review: all, text: Check., options: {send: Send, change: Change}}
  - {end: done, text: Done.}
"""


def test_a_given_answer_is_not_one_too_many_after_a_change() -> None:
    walk = Walk(flows_of(COUNTED), "counted").say("Nakuru", "1", "Asha", "2", "1")
    assert walk.at == "town"
    walk.say("Nakuruu", "1", "1")
    assert walk.given == {"town": "KE-31", "agree": "yes", "name": "Asha", "all": "send"}


def test_a_list_of_places_counts_as_a_question_and_a_detour_does_not() -> None:
    assert Walk(flows_of(COUNTED), "counted").say("Nakuru", "1").at == "name"
    assert Walk(flows_of(COUNTED), "counted").say("Nakuruu", "1", "1").at == "all"
    assert Walk(flows_of(COUNTED), "counted").say("Nakuru", "more", "1").at == "name"
    assert Walk(flows_of(COUNTED), "counted").say("Nakuru", "LANGUAGE", "1", "AGAIN", "WHY", "1").at == "name"


# ---- silence, copies, storage


def test_a_session_comes_back_from_storage_as_it_was() -> None:
    log = (
        Shown("kind", ("land", "work"), "1a2b", counts=False),
        Answered("kind", ("land",), "said", sure=False),
        Answered("people", 4),
        Refused("kind"),
        Proposed("place", ("KE-31",), "nakuru"),
        Dropped("kind"),
        LanguageSet("sw", sure=False),
    )
    session = Session(flow="small", revision="abc", log=log)
    assert Session.from_data(json.loads(json.dumps(session.to_data()))) == session


def test_the_question_is_the_same_after_any_silence() -> None:
    walk = small().say("2")
    kept = Session.from_data(json.loads(json.dumps(walk.session.to_data())))
    moved = engine.show_again(walk.flows, kept, reader=walk.reader, now=NOW)
    assert [event.step for event in moved.events if isinstance(event, Asked)] == ["since"]


def test_beginning_again_shows_nothing_of_before() -> None:
    walk = Walk(shipped()).say("4", "1", "1", "1", "Nakuruu")
    assert walk.options[-1] == NONE
    moved = engine.begin_again(walk.flows, walk.session, reader=walk.reader, now=NOW)
    walk.session, walk.events = moved.session, moved.events
    assert (walk.said, walk.at, walk.given) == (["intake.welcome.text"], "opening", {})
    assert walk.say("4", "1", "1", "1").options == []


def test_beginning_again_on_a_phone_others_read_stays_quiet() -> None:
    walk = Walk(shipped()).say("5", "Nakuru")
    moved = engine.begin_again(walk.flows, walk.session, reader=walk.reader, now=NOW)
    walk.session, walk.events = moved.session, moved.events
    assert (walk.said, walk.at) == ([], "place")
    assert walk.asked.text.context == "intake.place.quiet"
    assert moved.quiet


def test_a_phone_known_to_be_shared_is_quiet_from_the_first_word() -> None:
    walk = Walk(shipped(), shared=True)
    assert (walk.said, walk.at, walk.asked.text.context) == ([], "place", "intake.place.quiet")


# ---- strengths


def test_a_phone_others_read_gets_quiet_words_only() -> None:
    walk = small().say("1", "1")
    assert walk.asked.text.context == "small.name.quiet"
    assert walk.say("WHY").said == ["phrases.why.quiet"]
    assert walk.say("Asha").asked.text.context == "small.all.quiet"
    assert walk.say("1").said == ["small.done.quiet"]


def test_in_the_quiet_lane_nothing_is_echoed_and_no_list_is_shown() -> None:
    walk = Walk(shipped()).say("5", "Nakuru")
    assert walk.asked.lead is None
    assert Answered("place", "KE-31", "Nakuru", sure=False) in walk.session.log
    walk = Walk(shipped()).say("5", "Nakuruu")
    assert Answered("place", "KE-31", "Nakuruu", sure=False) in walk.session.log
    walk = Walk(shipped()).say("5", "Qwzrtx")
    assert (walk.at, walk.said, walk.given["place"]) == ("quiet_contact", [], NOT_KNOWN)
    assert Answered("place", NOT_KNOWN, "Qwzrtx", sure=False) in walk.session.log


# ---- places


def place() -> Walk:
    return Walk(shipped()).say("4", "1", "1", "1")


def test_an_exact_place_is_confirmed_inside_the_next_message() -> None:
    walk = place().say("Thika")
    assert walk.at == "date"
    assert walk.asked.lead is not None
    assert walk.asked.lead.source == "{place} (wrong? 0)."
    assert walk.given["place"] == "KE-13"
    assert walk.say("0").at == "place"


def test_a_place_that_is_not_plain_is_asked_with_a_list() -> None:
    walk = place().say("Nakuruu")
    assert walk.at == "place"
    assert walk.asked.text.context == "phrases.which_place.text"
    assert walk.options[-1] == NONE
    assert "KE-31" in walk.options
    assert walk.say(str(walk.options.index("KE-31") + 1)).given["place"] == "KE-31"
    assert Answered("place", "KE-31", "Nakuruu") in walk.session.log


def test_a_place_on_the_list_can_be_written_or_tapped() -> None:
    assert place().say("Nakuruu", "nakuru").given["place"] == "KE-31"
    walk = place().say("Nakuruu")
    assert walk.tap(walk.options.index("KE-31") + 1).given["place"] == "KE-31"


def test_none_of_these_asks_again_and_ends_with_a_person() -> None:
    walk = place()
    for _ in range(2):
        walk.say("Nakuruu")
        assert walk.tap(len(walk.options)).at == "place"
        assert walk.said[0].startswith("intake.place.wrong.")
    walk.say("Nakuruu")
    walk.tap(len(walk.options))
    assert walk.happened(Lost) == [Lost("place")]
    assert (walk.at, walk.given["place"]) == ("date", NOT_KNOWN)


def test_a_shared_location_is_confirmed_from_a_list_and_never_kept() -> None:
    walk = place().share(-0.30, 36.07)
    assert walk.options == ["KE-31", NONE]
    assert "36.07" not in json.dumps(walk.session.to_data())
    assert walk.tap(1).given["place"] == "KE-31"
    assert place().share(0, -150).said == ["intake.place.wrong.1.text"]


def test_where_every_question_counts_there_is_no_list_of_places() -> None:
    walk = Walk(shipped()).say("1", "1", "1", "Qwzrtx")
    assert (walk.at, walk.said, walk.given["place"]) == ("danger_consent", [], NOT_KNOWN)
    walk = Walk(shipped()).say("1", "1", "1", "Nakuruu")
    assert walk.asked.lead is not None
    assert Answered("place", "KE-31", "Nakuruu", sure=False) in walk.session.log
    walk = Walk(shipped()).say("1", "1", "1").share(-0.30, 36.07)
    assert walk.given["place"] == "KE-31"
    assert walk.asked.lead is not None


def test_a_list_of_places_is_left_by_going_back() -> None:
    walk = place().say("Nakuruu", "0")
    assert (walk.at, walk.options) == ("place", [])
    assert walk.say("0").at == "issue"


# ---- consent


def test_more_explains_and_offers_to_be_asked_first() -> None:
    walk = Walk(shipped()).say("4", "1")
    assert walk.options == ["yes", "no", "more"]
    asked = walk.asked.text.context
    walk.say("3")
    assert (walk.asked.text.context, walk.options) == ("intake.consent.more.tells.text", ["yes", "no", "ask_first"])
    assert walk.given == {"opening": "none", "who": "me"}
    (consented,) = walk.say("3").happened(Consented)
    assert (consented.purpose, consented.value) == ("share_without_name", "ask_first")
    assert asked == "intake.consent.text"


def test_consent_names_the_very_wording_that_was_shown() -> None:
    plain = Walk(shipped()).say("4", "1")
    assert plain.say("1").happened(Consented)[0].wording == engine.wording_version(
        Text("intake.consent.text", shown("consent"))
    )
    told = Walk(shipped()).say("4", "1", "3", "1").happened(Consented)[0].wording
    assert told != plain.happened(Consented)[0].wording


def shown(step_id: str) -> str:
    step = shipped()["intake"].step(step_id)
    assert step is not None
    return step.line.live.source


def test_an_explanation_is_left_by_going_back() -> None:
    walk = Walk(shipped()).say("4", "1", "3", "0")
    assert (walk.at, walk.options) == ("consent", ["yes", "no", "more"])
    assert walk.say("0").at == "who"


def test_a_no_to_sharing_ends_without_a_case() -> None:
    walk = Walk(shipped()).say("4", "1", "2")
    assert walk.happened(Ended) == [Ended("declined")]


# ---- alarms


def test_words_for_danger_call_a_person_and_change_the_way() -> None:
    walk = Walk(shipped(), first="he is beating me")
    assert walk.happened(Marked) == [Marked("danger")]
    assert (walk.said, walk.at) == (["intake.welcome.text", "intake.danger_told.text"], "danger_phone")


def test_words_for_danger_are_heard_in_any_answer() -> None:
    walk = place().say("Nakuru", "no but they will kill me")
    assert walk.happened(Marked) == [Marked("danger")]
    assert (walk.said, walk.at) == (["intake.danger_told.text"], "danger_phone")


@pytest.mark.parametrize("before", [["LANGUAGE"], ["4", "1"], ["4", "1", "1", "1"], ["4", "1", "1", "1", "Nakuruu"]])
def test_words_for_danger_are_heard_in_place_of_an_answer(before: list[str]) -> None:
    walk = Walk(shipped()).say(*before, "please he is beating me")
    assert walk.happened(Marked) == [Marked("danger")]
    assert walk.at == "danger_phone"


def test_words_for_danger_on_a_phone_others_read_change_nothing_to_be_seen() -> None:
    walk = Walk(shipped()).say("4", "1", "1", "2", "2")
    assert walk.asked.text.context == "intake.place.quiet"
    walk.say("he is beating me")
    assert walk.happened(Marked) == [Marked("danger")]
    assert {text.rpartition(".")[2] for text in walk.said} <= {"quiet"}
    assert walk.at == "quiet_contact"


def test_a_false_alarm_is_undone_by_going_back() -> None:
    walk = place().say("Nakuru", "no but police took my goats")
    assert walk.at == "held_contact"
    assert walk.say("0").at == "opening"
    assert walk.say("4").at == "other_side"


# ---- lists longer than a page


def test_lists_are_parted_so_that_each_page_fits() -> None:
    assert pages("abc", 5) == (("a", "b", "c"),)
    assert pages("abcdefghi", 5) == (("a", "b", "c", "d", MORE), ("e", "f", "g", "h", "i"))
    assert pages("abcdefghij", 5) == (("a", "b", "c", "d", MORE), ("e", "f", "g", "h", MORE), ("i", "j"))


def test_a_number_means_the_option_on_the_page_last_shown() -> None:
    flows = shipped()
    walk = Walk(flows, read=reader(flows, menu=5)).say("4", "1", "1")
    assert (walk.at, walk.options[-1]) == ("issue", MORE)
    walk.say("5")
    assert walk.options == ["work", "identity", "money_consumer", "public_services", "other"]
    assert walk.say("1").given["issue"] == "work"


def test_further_options_can_be_asked_for_where_several_may_be_chosen() -> None:
    flows = shipped()
    walk = Walk(flows, read=reader(flows, menu=5)).say("4", "1", "1", "1", "Thika", "1")
    assert (walk.at, walk.options) == ("other_side", ["family", "neighbour", "company", "official", MORE])
    assert walk.say("5").options == ["leader", "helper", "other", "not_said"]
    assert walk.say("0").options[-1] == MORE
    assert walk.tap(5).options[0] == "leader"
    assert walk.say("1,2").given["other_side"] == ("leader", "helper")
    assert walk.say("0", "1,5").given["other_side"] == ("family",)


def test_a_later_page_is_left_by_going_back_and_words_work_on_any() -> None:
    flows = shipped()
    walk = Walk(flows, read=reader(flows, menu=5)).say("4", "1", "1", "5", "0")
    assert (walk.at, walk.options[-1]) == ("issue", MORE)
    assert walk.say("salary").given["issue"] == "work"


# ---- a dialogue edited while people are inside it


def test_a_question_put_in_before_is_asked_and_a_late_answer_is_not_taken_for_it() -> None:
    walk = small().say("1")
    assert walk.at == "others"
    put_in = "  - {ask: new, type: yes_no, text: New?}\n"
    walk.edited(flows_of(SMALL.replace("  - {say: working", put_in + "  - {say: working")))
    walk.say("2")
    assert (walk.said, walk.at) == (["phrases.stale.text"], "new")
    assert walk.say("1").at == "others"
    assert walk.given == {"kind": "land", "new": "yes"}


def test_a_question_taken_out_is_forgotten() -> None:
    without = "\n".join(line for line in SMALL.splitlines() if "ask: since" not in line)
    walk = small().say("2", "May").edited(flows_of(without))
    assert walk.say("2").at == "name"
    assert walk.given == {"kind": "work", "others": "no"}


def test_a_renamed_question_keeps_its_answer() -> None:
    walk = small().say("2", "May").edited(flows_of(SMALL.replace("{ask: since,", "{ask: began, was: since,")))
    assert walk.say("2").given == {"kind": "work", "began": "May", "others": "no"}
    assert walk.say("0", "0").at == "began"


def test_a_question_renamed_while_it_waits_takes_the_answer() -> None:
    walk = small().say("2").edited(flows_of(SMALL.replace("{ask: since,", "{ask: began, was: since,")))
    assert walk.say("May").given == {"kind": "work", "began": "May"}


def test_a_number_means_the_order_that_was_shown() -> None:
    walk = small().edited(flows_of(SMALL.replace("land: Land, work: Work", "work: Work, land: Land")))
    assert walk.say("1").given == {"kind": "land"}
    walk = small().edited(flows_of(SMALL.replace("land: Land, work: Work", "work: Work, land: Land")))
    assert walk.tap(1).given == {"kind": "land"}


def test_an_answer_that_is_no_longer_offered_is_asked_again() -> None:
    without = flows_of(SMALL.replace("land: Land, ", ""))
    walk = small().say("1").edited(without)
    assert walk.say("AGAIN").at == "kind"
    assert walk.given == {}
    assert walk.say("AGAIN").at == "kind"
    walk = small().edited(without).say("1")
    assert (walk.said, walk.at, walk.given) == (["phrases.stale.text"], "kind", {})


def test_a_question_of_another_kind_drops_what_it_can_not_mean() -> None:
    number = SMALL.replace("{ask: since, when: kind == work,", "{ask: since, type: number, when: kind == work,")
    walk = small().say("2", "May").edited(flows_of(number))
    assert walk.say("AGAIN").at == "since"
    assert walk.say("4").given == {"kind": "work", "since": 4}


def test_the_session_carries_the_revision_it_last_moved_under() -> None:
    changed = flows_of(SMALL.replace("Which?", "What?"))
    walk = small()
    before = walk.session.revision
    assert walk.edited(changed).say("1").session.revision == changed["small"].revision != before


# ---- what the engine promises its host


def test_nothing_is_ever_changed_in_place() -> None:
    walk = small()
    before = walk.session
    kept = before.log
    walk.say("1")
    assert before.log is kept
    assert walk.session.log[: len(kept)] == kept


@pytest.mark.parametrize("text", ["\x00", "\ud800", "x" * 65536, "", " ", "0" * 65536, "\u202e1", "1\n2", "%s{0}{x}"])
@pytest.mark.parametrize(
    "before", [[], ["4"], ["4", "1", "1", "1"], ["4", "1", "1", "1", "Nakuruu"], ["LANGUAGE"], ["5"]]
)
def test_nothing_a_person_can_send_is_without_a_reply(before: list[str], text: str) -> None:
    walk = Walk(shipped()).say(*before)
    walk.say(text)
    assert walk.at or walk.happened(Ended)
    assert all(len(getattr(entry, "said", "")) <= 4096 for entry in walk.session.log)
    json.dumps(walk.session.to_data(), ensure_ascii=False).encode("utf-8")


def test_moved_is_the_whole_answer() -> None:
    walk = small()
    moved = engine.advance(walk.flows, walk.session, Wrote("1"), reader=walk.reader, now=NOW)
    again = engine.advance(walk.flows, walk.session, Wrote("1"), reader=walk.reader, now=NOW)
    assert isinstance(moved, Moved)
    assert moved == again
