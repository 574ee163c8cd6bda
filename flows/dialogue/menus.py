"""The lists that are no questions (languages, which answer to change), and the way back. Nobody is held in one."""

from __future__ import annotations

from flows.dialogue.definition import Kind
from flows.dialogue.events import LanguageChosen
from flows.dialogue.position import LANGUAGES
from flows.dialogue.session import LanguageSet, Refused, Shown
from flows.dialogue.turn import Turn
from flows.dialogue.words import normalise


def back(turn: Turn) -> None:
    """Out of a menu, a list of places or a later page first; else to the question before."""
    shown, step = turn.state.shown, turn.position.step
    if turn.proposed(step) and not (turn.state.proposed and turn.state.proposed.early):
        turn.drop(step.id)
    elif shown is None or step.kind is Kind.END or turn.present(shown.step) == step.id:
        first_page = turn.questions.pages(step, turn.state)[0]
        if turn.position.answered and (shown is None or step.kind is Kind.END or shown.options == first_page):
            turn.drop(turn.position.answered[-1].id)
    turn.ask_again()


def chosen_from_menu(turn: Turn, shown: Shown, text: str) -> None:
    """An answer to the list of languages, or of answers to change."""
    number = normalise(text)
    at = int(number) - 1 if number.isdecimal() and len(number) <= 2 else -1
    if 0 <= at < len(shown.options):
        chosen: str | None = shown.options[at]
    elif shown.step == LANGUAGES:
        chosen = turn.reader.tongue(text)
    else:
        chosen = turn.reader.labels[turn.flow.id].get(number)
    if chosen is None:
        turn.keep(text)
        if not turn.alarmed(text):
            _refused_menu(turn, shown)
    elif shown.step == LANGUAGES:
        _choose_language(turn, chosen)
    else:
        turn.drop(chosen)
        turn.ask_again()


def _refused_menu(turn: Turn, shown: Shown) -> None:
    """No menu holds anyone: after enough tries the dialogue goes on as it was."""
    turn.log(Refused(shown.step))
    if turn.state.refusals[shown.step] % turn.flow.lost_after:
        if shown.step == LANGUAGES:
            turn.ask_language()
        else:
            turn.ask_change()
    elif shown.step == LANGUAGES:
        _choose_language(turn, turn.reader.language)
    else:
        turn.ask_again()


def _choose_language(turn: Turn, language: str) -> None:
    turn.log(LanguageSet(language))
    turn.events.append(LanguageChosen(language))
