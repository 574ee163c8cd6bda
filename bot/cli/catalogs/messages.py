"""Every sentence a person can be told, in conversation order, with what a translator needs to know of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.channels.parts import count
from bot.wording import places_of
from bot.wording.samples import SAMPLES, sampled
from flows.dialogue.definition import AnswerType, Flow, Flows, Kind, Line, Option, Step
from flows.dialogue.lint import walk
from flows.dialogue.text import Text
from flows.dialogue.words import Command
from flows.routing import reasons
from flows.triage.issues import IssueTree


class Use(StrEnum):
    """What a text is for; the words are what translators read."""

    SAY = "Said on the way, before the next question."
    QUESTION = "A question. Its answers follow."
    REVIEW = "Above the list of answers, before it is sent."
    END = "Said at the end."
    OPTION = "An answer to choose: a numbered line or a button. Keep it short."
    WORDS = "Other words people may type for the answer above. Never shown. Put commas between them. Use your own."
    TELLS = "Explains, when this answer is chosen, and asks again."
    WRONG = "Asks again in other words, after an answer that was not understood."
    WHY = "Says why the question is asked."
    LABEL = "The name of this answer in the list that is read back. One or two words."
    PHRASE = "Said by the program around the questions, or later about the case."
    MEMBER = "Said to a helper or a coordinator on their phone. ACC, DEC, M, GOT and other orders stay as they are."
    REASON = "Shown to the people at the desk: why a group was chosen or passed over, or why a case is urgent."
    ISSUE = "The name of a kind of problem, in lists."


class Budget(StrEnum):
    """How much of a text message the whole may take; the words are what translators read."""

    ONE = "Text message: 160 plain letters, or 134 in other scripts or with accents"
    TWO = "Text message: 306 plain letters, or 268 in other scripts or with accents"

    @property
    def parts(self) -> tuple[int, int]:
        """Parts in GSM-7, and where one letter needs Unicode."""
        return (1, 2) if self is Budget.ONE else (2, 4)


MEMBERS_FILE = "members.yaml"
MENU = 8
"""A list longer than this is a menu, and may take two parts."""

_CAPITALS = re.compile(r"\b[A-Z]{3,}\b")
_CRITICAL = "CRITICAL: a mistake here can hurt someone. Two people read it, and one puts it back into English."
_QUIET = "Others may read this phone: name no problem, group, place or answer."
_ANSWERED: Mapping[AnswerType, str] = {
    AnswerType.YES_NO: "Answered with yes or no.",
    AnswerType.DATE: "Answered with a date.",
    AnswerType.PLACE: "Answered with a town or region.",
    AnswerType.PHONE: "Answered with a phone number.",
    AnswerType.TEXT: "Answered in the person's own words.",
    AnswerType.MANY: "Several answers may be chosen.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One entry of the catalog. `quiet`: it can be shown on a phone others read. `critical`: being wrong here can hurt
    someone. `menu`: the English of the list it is in or has below it. `after`, `before`: the English said around it.
    `file`, `line`: where its English is written."""

    context: str
    source: str
    use: Use
    budget: Budget | None = None
    quiet: bool = False
    critical: bool = False
    notes: tuple[str, ...] = ()
    menu: tuple[str, ...] = ()
    after: str = ""
    before: str = ""
    file: str = ""
    line: int = 0

    @property
    def text(self) -> Text:
        return Text(self.context, self.source)

    @property
    def commands(self) -> tuple[Command, ...]:
        """The commands it tells people to send: words in capitals."""
        if self.use is Use.MEMBER:
            return ()
        return tuple(Command(word.lower()) for word in _CAPITALS.findall(self.source) if word.lower() in tuple(Command))

    @property
    def comments(self) -> tuple[str, ...]:
        """For translators: how much hangs on it, where, what, how, how long, for example."""
        orders = ", ".join(command.upper() for command in self.commands)
        samples = ", ".join(f"{{{name}}} is for example {SAMPLES.get(name, '?')}" for name in sorted(self.places))
        lines = (
            _CRITICAL if self.critical else "",
            *self.notes[:1],
            self.use,
            *self.notes[1:],
            _QUIET if self.quiet else "",
            f"Comes after: {self.after}" if self.after else "",
            f"Comes before: {self.before}" if self.before else "",
            f"The whole list: {' / '.join(self.menu)}" if self.menu else "",
            f"{orders}: here stands a word that your answers.yaml lists for this command." if orders else "",
            self._size(),
            f"{samples}." if samples else "",
        )
        return tuple(str(line) for line in lines if line)

    def _size(self) -> str:
        """How long it may be, and how much of that the English takes."""
        if not self.budget:
            return ""
        listed = self.menu if self.use is Use.QUESTION else ()
        counted = count("\n".join((sampled(self.source), *listed)))
        room = 160 if self.budget is Budget.ONE else 306
        left = f" The English leaves {room - counted.characters}." if counted.characters <= room else ""
        answers = ", with its answers" if self.use is Use.QUESTION else ""
        return f"{self.budget}{answers}.{left}"

    @property
    def places(self) -> frozenset[str]:
        return places_of(self.source)


def messages(flows: Flows, issues: IssueTree) -> tuple[Message, ...]:
    """In conversation order, each context once."""
    found: dict[str, Message] = {}
    for flow in flows.flows.values():
        quiet = walk(flow).met_quiet
        for step, around in zip(flow.steps, _arounds(flow.steps), strict=True):
            for message in _of_step(flow, step, around):
                found.setdefault(message.context, replace(message, quiet=message.quiet and step.id in quiet))
    for line in flows.phrases.values():
        use = Use.MEMBER if line.file.endswith(MEMBERS_FILE) else Use.PHRASE
        for message in _of_line(line, use, Budget.TWO):
            found.setdefault(message.context, message)
    for issue in issues.nodes.values():
        found[issue.text.context] = Message(context=issue.text.context, source=issue.text.source, use=Use.ISSUE)
    for text in (*reasons.texts(), *issues.rules.texts().values()):
        found[text.context] = Message(context=text.context, source=text.source, use=Use.REASON)
    critical = flows.critical
    return tuple(replace(message, critical=message.context in critical) for message in found.values())


def _arounds(steps: Sequence[Step]) -> Iterator[tuple[str, str]]:
    """What is said before and after each step, in the order of the file."""
    said = ["", *(step.line.live.source for step in steps), ""]
    yield from zip(said, said[2:], strict=False)


def budget_of(step: Step) -> Budget:
    """What a step's text may take with its answers: two parts for consent, a menu, the read-back and the end."""
    if (
        step.kind in (Kind.REVIEW, Kind.END)
        or step.type is AnswerType.CONSENT
        or len(step.options) > MENU
        or step.fact == "issue"
    ):
        return Budget.TWO
    return Budget.ONE


def _of_step(flow: Flow, step: Step, around: tuple[str, str]) -> Iterator[Message]:
    use = {Kind.SAY: Use.SAY, Kind.ASK: Use.QUESTION, Kind.REVIEW: Use.REVIEW, Kind.END: Use.END}[step.kind]
    where = f"Dialogue: {flow.title}. Step: {step.id}."
    asked = f"Only when: {step.when.source}." if step.when else ""
    answered = _ANSWERED.get(step.type, "") if step.type else ""
    menu = _menu(step)
    after, before = around
    for message in _of_line(step.line, use, budget_of(step), where, asked, answered):
        yield replace(message, menu=menu, after=after, before=before)
    for option in step.options:
        for message in _of_option(option):
            placed = message if message.line else replace(message, file=step.file, line=step.number)
            yield replace(placed, menu=menu if message.use is Use.OPTION else ())
    for line in step.wrong:
        yield from _of_line(line, Use.WRONG, Budget.ONE)
    if step.why:
        yield from _of_line(step.why, Use.WHY, Budget.ONE)
    if step.label:
        yield Message(
            context=step.label.context, source=step.label.source, use=Use.LABEL, file=step.file, line=step.number
        )


def _menu(step: Step) -> tuple[str, ...]:
    """The list as a text message shows it, before anything in it has been explained."""
    shown = [option for option in step.options if not option.after]
    return tuple(f"{number} {option.label.source}" for number, option in enumerate(shown, start=1))


def _of_option(option: Option) -> Iterator[Message]:
    notes = (option.note,) if option.note else ()
    yield Message(context=option.label.context, source=option.label.source, use=Use.OPTION, notes=("", *notes))
    if option.words:
        yield Message(context=option.words.context, source=option.words.source, use=Use.WORDS)
    if option.tells:
        yield from _of_line(option.tells, Use.TELLS, Budget.TWO)


def _of_line(line: Line, use: Use, budget: Budget, *notes: str) -> Iterator[Message]:
    def message(text: Text, *notes: str, quiet: bool = False) -> Message:
        return Message(
            context=text.context,
            source=text.source,
            use=use,
            budget=budget,
            quiet=quiet,
            notes=notes,
            file=line.file,
            line=line.number,
        )

    same = line.quiet == line.live
    yield message(line.live, *notes, line.note, quiet=same)
    for _, text in line.variants:
        term = text.context.rpartition(".")[2]
        yield message(text, f"Used instead of the text above where this holds: {term}.")
    if line.quiet and not same:
        yield message(line.quiet, quiet=True)
