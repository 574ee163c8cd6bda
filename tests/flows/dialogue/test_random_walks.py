"""A hundred thousand random turns, over the intake and over dialogues made up on the spot, with the way back, changes,
repeats, other languages and dialogues edited under way. What must hold after each is in `holds`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache

from hypothesis import HealthCheck, settings
from hypothesis import given as given_
from hypothesis import strategies as st

from flows.dialogue import engine
from flows.dialogue.definition import AnswerType, Flow, Flows, Kind, Line
from flows.dialogue.events import (
    Asked,
    Ended,
    LanguageChosen,
    Located,
    Marked,
    Moved,
    Picked,
    Received,
    Said,
    Unreadable,
    Wrote,
)
from flows.dialogue.guards import ASKED, SHARED
from flows.dialogue.questions import MORE, NONE
from flows.dialogue.reading import Reader
from flows.dialogue.session import Answered, Dropped, Proposed, Session, Shown, Value
from flows.dialogue.words import legible, normalise
from tests.flows.dialogue.walks import LIBRARY, NOW, flows_of, reader, shipped

TURNS = 100_000
ON_INTAKE = 60_000

TEXTS = (
    *map(str, range(10)), "00", "1,3", "2 and more", "١", "१", "yes", "no", "BACK", "AGAIN", "SKIP", "WHY", "LANGUAGE",
    "sw", "english", "Nakuru", "Nakuruu", "nowhere", "monday", "7/12", "no but they say monday", "+254700000001",
    "I do not know", "rather not say", "👍", "❌", "🙂", "1-3", "next friday", "two", "yes my brother came too",
    "it was in the evening near the river behind Nakuru market",
    "he is beating me", "my brother was arrested", "a\x00b", "\ud800", "", "  ", "x" * 5000, "{place}", "me", "more",
)  # fmt: skip
OFTEN = ("1", "2", "3", "4", "1", "2", "0")
"""Answers weigh more than noise, or no walk would get far."""


# ---- what must hold


def holds(flow: Flow, flows: Flows, read: Reader, before: Session, sent: Received | None, moved: Moved) -> None:
    """After every turn."""
    session, events = moved.session, moved.events
    asked = [event for event in events if isinstance(event, Asked)]
    ended = any(isinstance(event, Ended) for event in events)
    chose = isinstance(events[-1], LanguageChosen) if events else False
    assert len(asked) + ended == 1 or chose or is_in_a_burst(before, moved), "every message gets one reply or an end"
    assert session.log[: len(before.log)] == before.log, "a log only grows"
    step, answers = first_open(flow, session)
    if not chose and asked[-1:] != [] and asked[-1].step != "@language":
        assert step != "", "where nothing is open it ends"
    assert step == "" or not ended, "it ends only where nothing is open"
    if asked and not asked[-1].step.startswith("@"):
        assert asked[-1].step == step, "what is asked is the first active step without an answer"
    told = engine.given(flows, session, reader=read)
    given = {answer.step: answer.value for answer in told if not answer.step.startswith("@")}
    assert given == answers, "answers of steps that are not active do not count"
    assert_number_bound(flow, before, sent, session)
    assert_kept(read, before, sent, session)
    assert_quiet(flow, flows, moved)


def is_in_a_burst(before: Session, moved: Moved) -> bool:
    """The one silence there is: words that came before our question could be read, which stands repeated already."""
    shown = [entry for entry in before.log if isinstance(entry, Shown)][-2:]
    kept = moved.session.log[len(before.log) :]
    quiet = all(isinstance(event, Marked) for event in moved.events)
    return quiet and len(kept) > 0 and len(shown) == 2 and shown[0].step == shown[1].step


def assert_kept(read: Reader, before: Session, sent: Received | None, after: Session) -> None:
    """No words a person sends vanish: they stand in an answer, a reading that waits, or with what answered nothing."""
    if not isinstance(sent, Wrote) or len(sent.text.split()) < 4 or read.command(sent.text) is not None:
        return
    if normalise(sent.text) in {word for flow in read.options.values() for step in flow.values() for word in step}:
        return
    said = "\n".join(
        f"{entry.said}\n{entry.value if isinstance(entry, Answered) else ''}"
        for entry in after.log[len(before.log) :]
        if isinstance(entry, Answered | Proposed)
    )
    assert legible(sent.text).strip() in said, "no words vanish"


def first_open(flow: Flow, session: Session) -> tuple[str, dict[str, Value]]:
    """The rule itself, as plainly as it can be said: "" where the dialogue has ended."""
    kept: dict[str, Value] = {}
    screens: dict[str, set[tuple[str, ...]]] = {}
    for entry in session.log:
        match entry:
            case Shown(step, options, _, True):
                screens.setdefault(flow.was.get(step, step), set()).add(options)
            case Answered(step, value):
                kept[flow.was.get(step, step)] = value
            case Dropped(step):
                kept.pop(flow.was.get(step, step), None)
                screens.pop(flow.was.get(step, step), None)
            case _:
                pass
    answers: dict[str, Value] = {}
    asked = len(screens.get("@language", ()))
    shared = "yes" if "@shared" in kept else "no"
    for each in flow.steps:
        looked_at = {**answers, SHARED: shared, ASKED: 0 if each.id in kept else asked}
        if each.when is not None and not each.when.holds(looked_at):
            continue
        if each.kind is Kind.END:
            return "", answers
        if each.asks:
            if each.id not in kept or (each.kind is Kind.REVIEW and kept[each.id] != "send"):
                return each.id, answers
            answers[each.id] = kept[each.id]
            asked += len(screens.get(each.id, ()))
    raise AssertionError("a dialogue ends")


def assert_number_bound(flow: Flow, before: Session, sent: Received | None, after: Session) -> None:
    """A number from 1 up that answered a list means the line of the list last shown, whatever the dialogue is now."""
    shown = next((entry for entry in reversed(before.log) if isinstance(entry, Shown)), None)
    if not isinstance(sent, Wrote) or not sent.text.isascii() or not sent.text.isdecimal() or shown is None:
        return
    number = int(sent.text)
    new = [
        entry for entry in after.log[len(before.log) :] if isinstance(entry, Answered) and entry.step in flow_ids(flow)
    ]
    step = flow.step(flow.was.get(shown.step, shown.step))
    if new and step is not None and step.type in (AnswerType.CHOICE, AnswerType.CONSENT, AnswerType.MANY):
        assert 1 <= number <= len(shown.options)
        meant = shown.options[number - 1]
        assert meant not in (MORE, NONE)
        assert new[0].value in (meant, (meant,)), "a number means the list that was shown"


def flow_ids(flow: Flow) -> set[str]:
    return {step.id for step in flow.steps}


def assert_quiet(flow: Flow, flows: Flows, moved: Moved) -> None:
    if not moved.quiet:
        return
    allowed = quiet_contexts(flow, flows)
    for event in moved.events:
        if isinstance(event, Said | Asked) and not getattr(event, "step", "").startswith("@"):
            assert event.text.context in allowed, "on a phone others read only quiet words are said"
        if isinstance(event, Asked):
            assert event.lead is None, "on a phone others read nothing is echoed"


@cache
def _quiet_contexts(key: tuple[str, str], lines: tuple[Line, ...]) -> frozenset[str]:
    return frozenset(line.quiet.context for line in lines if line.quiet)


def quiet_contexts(flow: Flow, flows: Flows) -> frozenset[str]:
    lines = [*flows.phrases.values()]
    for step in flow.steps:
        lines += [line for line in (step.line, step.why, *step.wrong, *(o.tells for o in step.options)) if line]
    return _quiet_contexts((flow.id, flow.revision), tuple(lines))


# ---- walking


@dataclass(slots=True)
class Stroll:
    """One random way; `flow` may be swapped for an edited one between turns."""

    flow_id: str
    versions: tuple[Flows, ...]
    readers: Mapping[tuple[int, str], Reader]
    version: int = 0
    language: str = "en"
    session: Session | None = None
    last: Received | None = None
    turns: int = 0
    now: datetime = NOW
    ended: bool = field(default=False)

    def go(self, move: object) -> None:
        match move:
            case "version":
                self.version = (self.version + 1) % len(self.versions)
                return
            case "repeat":
                received = self.last or Wrote("hello")
            case "same data":
                if self.session is not None:
                    stored = Session.from_data(json.loads(json.dumps(self.session.to_data())))
                    assert stored == self.session, "a stored session is the same session"
                    self.session = stored
                return
            case ("tap", int(prompt), int(choice)):
                received = Picked(self._prompts() - prompt, choice)
            case str(text):
                received = Wrote(text)
            case Located() | Unreadable():
                received = move
            case _:
                raise AssertionError(move)
        self.send(received)

    def _prompts(self) -> int:
        return sum(isinstance(entry, Shown) for entry in self.session.log) if self.session else 0

    def send(self, received: Received) -> None:
        flows = self.versions[self.version]
        flow, read = flows[self.flow_id], self.readers[self.version, self.language]
        self.turns += 1
        self.now += timedelta(seconds=5 if self.turns % 3 else 120)
        self.last = received
        if self.session is None or self.ended:
            empty = Session(flow=flow.id, revision=flow.revision)
            moved = engine.begin(flows, flow.id, received, reader=read, sure=self.turns % 3 > 0, now=self.now)
            holds(flow, flows, read, empty, None, moved)
        else:
            before = self.session
            moved = engine.advance(flows, before, received, reader=read, now=self.now)
            holds(flow, flows, read, before, received, moved)
            if self.turns % 10 == 0:
                again = engine.advance(flows, before, received, reader=read, now=self.now)
                assert again == moved, "a log fed again gives the same"
        while moved.events and isinstance(moved.events[-1], LanguageChosen):
            self.language = moved.events[-1].language
            read = self.readers[self.version, self.language]
            before, moved = moved.session, engine.go_on(flows, moved.session, reader=read, now=self.now)
            holds(flow, flows, read, before, None, moved)
        self.session = moved.session
        self.ended = any(isinstance(event, Ended) for event in moved.events)


def readers_of(versions: tuple[Flows, ...], menus: tuple[int, int]) -> dict[tuple[int, str], Reader]:
    return {
        (at, language): reader(flows, language, menu=menu)
        for at, flows in enumerate(versions)
        for language, menu in zip(("en", "sw"), menus, strict=True)
    }


MOVES = st.sampled_from(
    (
        *OFTEN * 4,
        *TEXTS,
        *(("tap", prompt, choice) for prompt in (0, 0, 0, 1, 5) for choice in (0, 1, 2, 3, 9)),
        Located(-0.3, 36.07),
        Located(float("nan"), 400.0),
        Unreadable("photo"),
        "repeat",
        "same data",
        "version",
    )
)


def edited_intakes() -> tuple[Flows, ...]:
    """The intake, and how it might look after an afternoon of edits."""
    text = (LIBRARY / "intake.yaml").read_text(encoding="utf-8")
    renamed = text.replace("  - ask: place\n", "  - ask: town\n    was: place\n")
    put_in = text.replace(
        "  - ask: who\n", "  - {ask: extra, type: yes_no, when: normal, text: Extra?}\n\n  - ask: who\n"
    )
    turned = text.replace("      me: {label: Me,", "      someone: Someone\n      me: {label: Me,")
    without = text.replace('      family: {label: "Family, child"', '      kin: {label: "Family, child"')
    edits = (renamed, put_in, turned, without)
    assert all(edit != text for edit in edits)
    return (shipped(), *map(flows_of, edits))


def count_turns(start: Callable[[st.DataObject], Stroll], at_least: int, length: int) -> int:
    turns = 0

    @settings(max_examples=-(-at_least * 5 // (length * 4)), suppress_health_check=list(HealthCheck))
    @given_(st.data(), st.lists(MOVES, min_size=length, max_size=length))
    def walk(data: st.DataObject, moves: list[object]) -> None:
        nonlocal turns
        stroll = start(data)
        for move in moves:
            stroll.go(move)
        turns += stroll.turns

    walk()
    return turns


def test_the_intake_holds_on_every_way() -> None:
    versions = edited_intakes()
    readers = readers_of(versions, (9, 5))
    assert count_turns(lambda _: Stroll("intake", versions, readers), ON_INTAKE, 60) >= ON_INTAKE


# ---- dialogues made up on the spot

IDS = tuple("abcdefgh")
OPTIONS = ("one", "two", "three")
TYPES = ("choice", "many", "yes_no", "text", "number", "date", "phone", "place", "consent")


@st.composite
def dialogues(draw: st.DrawFn) -> str:
    """A dialogue of up to eight questions whose conditions look at the ones before."""
    lines = ["flow: made", "title: Made up", "steps:"]
    earlier: list[tuple[str, str]] = []
    for name in IDS[: draw(st.integers(1, len(IDS)))]:
        kind = draw(st.sampled_from(TYPES))
        condition = draw(conditions(earlier)) if earlier else ""
        when = f', when: "{condition}"' if condition else ""
        listed = ", options: {one: One, two: Two, three: Three}" if kind in ("choice", "many", "consent") else ""
        purpose = ", purpose: share" if kind == "consent" else ""
        skip = ", skip: true" if draw(st.booleans()) else ""
        lines.append(f"  - {{ask: {name}, type: {kind}, text: {name}?, label: {name}{listed}{purpose}{skip}{when}}}")
        if draw(st.integers(0, 3)) == 0:
            lines.append(f"  - {{say: s{name}, text: Said.{when}}}")
        earlier.append((name, kind))
    if draw(st.booleans()):
        lines.append("  - {review: all, text: Check, options: {send: Send, change: Change}}")
    lines.append("  - {end: done, text: Done.}")
    return "\n".join(lines)


@st.composite
def conditions(draw: st.DrawFn, earlier: list[tuple[str, str]]) -> str:
    parts = []
    for _ in range(draw(st.integers(0, 2))):
        name, kind = draw(st.sampled_from(earlier))
        value = draw(st.sampled_from(("yes", "no") if kind == "yes_no" else OPTIONS))
        bare = kind not in ("choice", "many", "consent", "yes_no")
        parts.append(
            name if bare else draw(st.sampled_from((f"{name} == {value}", f"{name} in [{value}]", f"not {name}")))
        )
    parts += ["asked < 4"] if draw(st.integers(0, 5)) == 0 else []
    return draw(st.sampled_from((" and ", " or "))).join(parts)


def test_any_dialogue_holds_on_every_way() -> None:
    def start(data: st.DataObject) -> Stroll:
        versions = (flows_of(data.draw(dialogues())), flows_of(data.draw(dialogues())))
        return Stroll("made", versions, readers_of(versions, (9, 3)))

    at_least = TURNS - ON_INTAKE
    assert count_turns(start, at_least, 60) >= at_least
