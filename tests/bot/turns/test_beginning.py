"""The first message: it tells the language, may call a person, is kept for the helper and never asked for again."""

from __future__ import annotations

import pytest

from bot.app import Library
from bot.casework.effects import CallPerson, DraftBegun, LinkMember, OptedOutNow
from bot.pipeline.turn import SeekerTurns
from flows.dialogue.position import LANGUAGES
from flows.routing.casebook import PageKind
from flows.routing.network import Network
from tests.bot.turns.talk import SMS, TELEGRAM, Talk, at_review, sent, turns_for


@pytest.fixture
def stranger(turns: SeekerTurns) -> Talk:
    """Someone of whom nothing is known."""
    return Talk(turns, language="")


def first_words(talk: Talk) -> str:
    """What the helper will read of it: the case is sent without anything else being asked."""
    talk.say("4", "1", "1", "1", "Nakuru", "1", "2", "1", "Amina", "1")
    return talk.filed.first_words


# ---- the language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Hello", "en"),
        ("Habari", "sw"),
        ("नमस्ते", "ne"),
        ("مرحبا", "ar"),
        ("Hola", "es"),
        ("malai maddat chahiyo", "ne-Latn"),
        ("HELP", "en"),
        ("wrong number", "en"),
        ("who is this?", "en"),
    ],
)
def test_the_first_words_set_the_language(turns: SeekerTurns, text: str, language: str) -> None:
    talk = Talk(turns, TELEGRAM, language="")
    talk.say(text).heard(talk.question("opening")).set_in_motion(DraftBegun())
    assert (talk.conversation.language, talk.at, len(talk.outgoing)) == (language, "opening", 1)


def test_the_first_thing_said_warns_that_texts_can_be_read(stranger: Talk) -> None:
    stranger.say("Hello").heard("I am a robot, not a lawyer.", "Texts can be read by others.")


def test_telegrams_setting_counts_where_the_words_are_silent(turns: SeekerTurns) -> None:
    talk = Talk(turns, TELEGRAM, language="", hint="es-419")
    talk.say("/start")
    assert (talk.conversation.language, talk.at) == ("es", "opening")
    photo = Talk(turns, TELEGRAM, language="", hint="sw")
    photo.attach()
    assert photo.conversation.language == "sw"


def test_an_unsure_language_is_asked_before_anything_else(stranger: Talk) -> None:
    stranger.say("shamba").heard("1 English\n2 Kiswahili\n3 नेपाली\n4 Nepali (roman)\n5 العربية\n6 Español")
    assert (stranger.at, stranger.conversation.language) == (LANGUAGES, "")
    stranger.say("2").heard(stranger.question("opening"))
    assert (stranger.at, stranger.conversation.language) == ("opening", "sw")


@pytest.mark.parametrize("answer", ["kiswahili", "Kiswahili.", "2", "sw", "habari yako", "mume wangu amechukua shamba"])
def test_the_language_may_be_told_by_number_name_or_by_writing_in_it(stranger: Talk, answer: str) -> None:
    stranger.say("shamba", answer)
    assert (stranger.conversation.language, stranger.at) == ("sw", "opening")


def test_words_written_in_place_of_the_language_are_kept_too(stranger: Talk) -> None:
    stranger.say("Shamba", "jirani amechukua ardhi yangu")
    assert stranger.happened(DraftBegun) == []
    assert first_words(stranger) == "Shamba\njirani amechukua ardhi yangu"


def test_an_order_in_place_of_the_language_tells_it_and_is_obeyed(stranger: Talk) -> None:
    stranger.say("shamba", "mtu").set_in_motion(CallPerson(PageKind.PERSON)).heard(stranger.phrase("person_called"))
    assert (stranger.conversation.language, stranger.at) == ("sw", "opening")
    assert first_words(stranger) == "shamba"


def test_whoever_can_not_choose_a_language_is_not_held_there(stranger: Talk) -> None:
    stranger.say("shamba", "?", "?", "?")
    assert (stranger.conversation.language, stranger.at) == ("en", "opening")


@pytest.mark.parametrize(("order", "language"), [("ALTO", "es"), ("futa", "sw"), ("mtu", "sw")])
def test_an_order_before_anything_else_is_answered_in_its_language(stranger: Talk, order: str, language: str) -> None:
    stranger.say(order)
    assert stranger.conversation.language == language
    names = {"ALTO": "stopped", "futa": "delete_ask", "mtu": "person_called"}
    stranger.heard(stranger.phrase(names[order]))


def test_an_english_order_does_not_make_anyone_english(stranger: Talk) -> None:
    stranger.say("STATUS").heard("We have nothing from you yet.").say("habari")
    assert stranger.conversation.language == "sw"


def test_the_language_is_not_asked_where_one_is_offered(library: Library, network: Network) -> None:
    talk = Talk(turns_for(library, network, "sw"), language="")
    talk.say("?")
    assert (talk.conversation.language, talk.at) == ("sw", "opening")


def test_a_language_that_is_gone_from_the_registry_is_answered_in_the_networks_first(turns: SeekerTurns) -> None:
    talk = Talk(turns, language="xx")
    talk.say("hello").heard("Is anyone in trouble right now?")


def test_the_country_of_a_number_hints_at_the_language_and_still_it_is_asked(stranger: Talk) -> None:
    stranger.address = "+254700000001"
    stranger.say("?").heard("Lugha gani?")
    assert stranger.conversation.language == ""
    stranger.say("1")
    assert stranger.conversation.language == "en"


# ---- a language we do not offer


@pytest.fixture
def two(library: Library, network: Network) -> SeekerTurns:
    return turns_for(library, network, "en", "sw")


def test_a_language_we_do_not_offer_gets_one_line_in_it_and_a_person(two: SeekerTurns) -> None:
    talk = Talk(two, language="")
    talk.say("नमस्ते, मलाई मद्दत चाहियो").set_in_motion(CallPerson(PageKind.PERSON), DraftBegun())
    line, languages = (message.text for message in talk.outgoing)
    assert line == two.voice.wording.say(two.voice.phrase("not_offered"), "ne")
    assert languages == "Which language? Send a number.\n1 English\n2 Kiswahili"
    talk.say("अझै").heard_nothing_of(line).set_in_motion()


def test_words_for_danger_in_it_call_a_person_at_once(two: SeekerTurns) -> None:
    talk = Talk(two, language="")
    talk.say("श्रीमानले मलाई कुट्यो")
    assert CallPerson(PageKind.DANGER) in talk.effects


def test_stop_in_it_is_obeyed_and_says_nothing_more(two: SeekerTurns) -> None:
    talk = Talk(two, language="")
    talk.say("لا تراسلوني").set_in_motion(OptedOutNow()).heard_only(talk.phrase("stopped"))


# ---- words for danger


@pytest.mark.parametrize(
    ("text", "kind", "at"),
    [
        ("my husband will kill me", PageKind.DANGER, "danger_phone"),
        ("kaka yangu amekamatwa", PageKind.HELD, "held_contact"),
        ("mi esposo me pega", PageKind.DANGER, "danger_phone"),
        ("أخذت الشرطة أخي", PageKind.HELD, "held_contact"),
        ("श्रीमानले मलाई कुट्यो", PageKind.DANGER, "danger_phone"),
    ],
)
def test_words_for_danger_call_a_person_before_anything_is_asked(
    stranger: Talk, text: str, kind: PageKind, at: str
) -> None:
    stranger.say(text).set_in_motion(DraftBegun(), CallPerson(kind))
    assert (stranger.at, len(stranger.outgoing)) == (at, 1)


def test_they_call_also_while_the_language_is_unknown(turns: SeekerTurns) -> None:
    in_two_languages = "hunted nakufa"
    talk = Talk(turns, language="")
    talk.say(in_two_languages).set_in_motion(DraftBegun(), CallPerson(PageKind.DANGER))
    assert (talk.at, talk.conversation.language) == (LANGUAGES, "")
    other = Talk(turns, language="")
    other.say("shamba").say(in_two_languages).set_in_motion(CallPerson(PageKind.DANGER))
    assert (other.at, other.conversation.language) == (LANGUAGES, "")


def test_a_dangerous_answer_calls_at_once(talk: Talk) -> None:
    for answer, kind in (("1", PageKind.DANGER), ("2", PageKind.HELD), ("5", PageKind.DANGER)):
        other = Talk(talk.turns)
        other.say("hello", answer).set_in_motion(CallPerson(kind))


# ---- what is kept


@pytest.mark.parametrize("text", ["My neighbour took my land", "Habari, shamba langu limechukuliwa"])
def test_the_first_message_is_kept_for_the_helper(stranger: Talk, text: str) -> None:
    assert first_words(stranger.say(text)) == text


@pytest.mark.parametrize(
    "text", ["Hello", "HELP", "START", "/start", "/start poster", "BACK", "anza", "मद्दत", "1", "?"]
)
def test_greetings_and_orders_are_not_kept(turns: SeekerTurns, text: str) -> None:
    talk = Talk(turns, TELEGRAM)
    talk.say(text).set_in_motion(DraftBegun())
    assert first_words(talk) == ""


def test_it_is_never_asked_for_again(talk: Talk) -> None:
    talk.say("My neighbour took my land")
    assert talk.at == "opening"
    at_review(Talk(talk.turns))
    talk.say("4", "1", "1", "1")
    assert talk.at == "place"


# ---- what is not words


@pytest.mark.parametrize("channel", [SMS, TELEGRAM])
def test_a_picture_first_is_refused_and_the_way_begins(turns: SeekerTurns, channel: str) -> None:
    talk = Talk(turns, channel)
    talk.attach("photo").heard("Keep it safe and do not send it here.", "Is anyone in trouble right now?")
    talk.set_in_motion(DraftBegun())
    assert len(talk.outgoing) == 1


def test_words_under_a_picture_are_the_first_words(stranger: Talk) -> None:
    stranger.attach(caption="My neighbour took my land").heard("Keep it safe", "Is anyone in trouble right now?")
    assert first_words(stranger) == "My neighbour took my land"


def test_a_place_or_a_contact_first_is_not_kept(turns: SeekerTurns) -> None:
    for send in (Talk.share_location, Talk.share_contact):
        talk = Talk(turns, TELEGRAM)
        send(talk).heard("Please write in words.", "Is anyone in trouble right now?").set_in_motion(DraftBegun())
        assert first_words(talk) == ""


# ---- members


@pytest.mark.parametrize("text", ["/start 7Q2M4KXT", "JOIN 7Q2M4KXT", "join 7q2m 4kxt", "/START 7Q2M-4KXT"])
def test_a_members_code_links_the_phone(talk: Talk, text: str) -> None:
    talk.say(text).heard_nothing()
    (linked,) = talk.happened(LinkMember)
    assert linked.code.upper().replace(" ", "").replace("-", "") == "7Q2M4KXT"


@pytest.mark.parametrize(
    "text", ["join us, my brother was arrested", "Join children", "JOIN", "/start poster", "/start", "joining 7Q2M4KXT"]
)
def test_words_that_hold_no_code_are_a_seekers(talk: Talk, text: str) -> None:
    talk.say(text)
    assert talk.happened(LinkMember) == []
    assert talk.conversation.session is not None


def test_start_after_the_case_begins_a_new_request(talk: Talk) -> None:
    sent(talk)
    session = talk.conversation.sessions
    talk.say("START").set_in_motion(DraftBegun())
    assert (talk.at, talk.conversation.sessions) == ("opening", session + 1)
