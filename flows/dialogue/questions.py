"""How a question is put: its options page by page, the lists of places, languages and answers, the read-back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flows.dialogue.bikram_sambat import of_date
from flows.dialogue.dates import BIKRAM_SAMBAT
from flows.dialogue.definition import NOT_KNOWN, NOT_SAID, SKIPPED, AnswerType, Kind, Line, Option, Step
from flows.dialogue.events import Asked, Given, ReadBack, ShownOption
from flows.dialogue.position import CHANGE, LANGUAGES, LATE, Position, State
from flows.dialogue.reading import NO, YES, Reader
from flows.dialogue.session import Answered
from flows.dialogue.text import Strength, Text
from flows.places.index import Candidate

MORE = "@more"
NONE = "@none"
"""Lines of a list that are no answers: further options, none of the places."""

_NAMED = {MORE: "more", NONE: "none_of_these"}
_READ_BACK_LENGTH = 40
"""Words longer than this are cut in the read-back, which must stay short; the helper gets all of them."""


def pages(options: Sequence[str], menu: int) -> tuple[tuple[str, ...], ...]:
    """Lists of at most `menu` lines; each but the last ends with MORE."""
    if len(options) <= menu:
        return (tuple(options),)
    return ((*options[: menu - 1], MORE), *pages(options[menu - 1 :], menu))


def options_of(step: Step, told: str = "") -> tuple[str, ...]:
    """`told`: the option that was just explained; it gives way to those that come after it."""
    if step.type is AnswerType.YES_NO:
        return (YES, NO)
    return tuple(option.id for option in step.options if option.id != told and option.after in ("", told))


@dataclass(frozen=True, slots=True)
class Questions:
    """Puts the questions of one dialogue in one language, for one channel's lists."""

    phrases: Mapping[str, Line]
    reader: Reader

    def pages(self, step: Step, state: State, told: str = "") -> tuple[tuple[str, ...], ...]:
        if state.proposed is not None and state.proposed.step == step.id:
            return ((*state.proposed.values, NONE),)
        return pages(options_of(step, told), self.reader.menu)

    def question(
        self,
        position: Position,
        state: State,
        strength: Strength,
        *,
        page: int = 0,
        told: Option | None = None,
        lead: Text | None = None,
    ) -> Asked:
        step = position.step
        pages = self.pages(step, state, told.id if told else "")
        proposed = state.proposed is not None and state.proposed.step == step.id
        line = told.tells if told and told.tells else self._which(step, state) if proposed else step.line
        text = line.pick(position.answers, strength) or self.phrases["neutral"].live
        return Asked(
            step=step.id,
            text=text,
            options=tuple(self._options(step, pages[min(page, len(pages) - 1)], proposed)),
            prompt=state.prompts + 1,
            lead=lead,
            lines=tuple(self._read_back(position, state)) if step.kind is Kind.REVIEW else (),
            type=AnswerType.CHOICE if proposed else step.type,
            skippable=step.skip,
        )

    def _which(self, step: Step, state: State) -> Line:
        """Asks which of several readings is meant."""
        if step.type is AnswerType.CHOICE:
            return self.phrases["which_issue"]
        early = state.proposed is not None and state.proposed.early
        return self.phrases["place_early" if early else "which_day" if step.type is AnswerType.DATE else "which_place"]

    def late(self, state: State, strength: Strength) -> Asked:
        """Whether a reply was to the question before."""
        line = self.phrases["late"]
        options = tuple(ShownOption(answer, self.phrases[answer].live) for answer in (YES, NO))
        text = line.quiet if strength is Strength.QUIET and line.quiet else line.live
        return Asked(step=LATE, text=text, options=options, prompt=state.prompts + 1)

    def languages(self, state: State) -> Asked:
        options = tuple(ShownOption(code, name) for code, name in self.reader.languages)
        return Asked(step=LANGUAGES, text=self.phrases["language"].live, options=options, prompt=state.prompts + 1)

    def changes(self, position: Position, state: State) -> Asked:
        """Which answer to change: those that the read-back shows."""
        options = tuple(ShownOption(step.id, step.label) for step in position.answered if step.label)
        return Asked(step=CHANGE, text=self.phrases["change"].live, options=options, prompt=state.prompts + 1)

    def taken(self, candidate: Candidate) -> Text:
        """Confirms a place inside the next message."""
        place = self.region(candidate.region)
        if candidate.place not in (candidate.name, self.region_name(candidate.region)):
            place = self._within(candidate.place, place)
        return self.phrases["place_taken"].live.filled(place=place)

    def region_name(self, region: str) -> str:
        return self.reader.places.region_name(region, self.reader.language)

    def region(self, region: str) -> Text | str:
        """The region as its people call it, with its country where the network serves several."""
        name = self.region_name(region)
        if len(self.reader.countries) < 2:
            return name
        return self._within(name, self.region_name(region.partition("-")[0]))

    def _within(self, place: str, area: Text | str) -> Text:
        return self.phrases["within"].live.filled(place=place, area=area)

    def given(self, step: Step, answer: Answered) -> Given:
        """An answer with the words that show it to a person."""
        return Given(
            step=step.id,
            fact=step.fact,
            value=answer.value,
            said=answer.said,
            sure=answer.sure,
            label=step.label,
            shown=self._shown(step, answer),
        )

    def _read_back(self, position: Position, state: State) -> Iterator[ReadBack]:
        for step in position.answered:
            if step.label is not None:
                answer = state.answers[step.id]
                day = _day(step, answer)
                if day is None:
                    yield ReadBack(step.label, tuple(map(_cut, self._shown(step, answer))))
                else:
                    yield ReadBack(step.label, tuple(filter(None, (day, self._of_nepal(day)))))

    def _options(self, step: Step, listed: Sequence[str], proposed: bool) -> Iterator[ShownOption]:
        labels: dict[str, Text | str] = {option.id: option.label for option in step.options}
        for option in listed:
            label = labels.get(option)
            if label is None:
                label = (
                    (self._day(option) if step.type is AnswerType.DATE else self.region(option))
                    if proposed and option != NONE
                    else self.phrases[_NAMED.get(option, option)].live
                )
            yield ShownOption(option, label)

    def _day(self, iso: str) -> Text | str:
        """A day as one line of a list, in both calendars where there are two."""
        on = date.fromisoformat(iso)
        plain = self.phrases["day"].live.filled(day=str(on.day), month=str(on.month), year=str(on.year))
        there = self._of_nepal(on)
        return plain if there is None else self.phrases["day_in_both"].live.filled(first=there, second=plain)

    def _of_nepal(self, on: date) -> Text | None:
        if self.reader.calendar != BIKRAM_SAMBAT or (there := of_date(on)) is None:
            return None
        year, month, day = there
        name = self.phrases[f"nepali_month_{month}"].live
        return self.phrases["nepali_day"].live.filled(day=str(day), month=name, year=str(year))

    def _shown(self, step: Step, answer: Answered) -> tuple[Text | str, ...]:
        values = answer.value if isinstance(answer.value, tuple) else (answer.value,)
        return tuple(self._shown_value(step, value, answer.said) for value in values)

    def _shown_value(self, step: Step, value: str | int, said: str) -> Text | str:
        if value == NOT_KNOWN and (said or not any(option.id == NOT_KNOWN for option in step.options)):
            return said
        if value == SKIPPED or (value == NOT_SAID and NOT_SAID not in step.offers):
            return self.phrases["skipped"].live
        option = next((option for option in step.options if option.id == value), None)
        if option is not None:
            return option.label
        match step.type:
            case AnswerType.YES_NO:
                return self.phrases[str(value)].live
            case AnswerType.PLACE:
                return self.region(str(value))
            case _:
                return str(value)


def _day(step: Step, answer: Answered) -> date | None:
    if step.type is not AnswerType.DATE or not isinstance(answer.value, str):
        return None
    try:
        return date.fromisoformat(answer.value)
    except ValueError:
        return None


def _cut(words: Text | str) -> Text | str:
    if isinstance(words, str) and len(words) > _READ_BACK_LENGTH:
        return f"{words[: _READ_BACK_LENGTH - 3].rstrip()}..."
    return words
