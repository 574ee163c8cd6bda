"""A dialogue as one picture (SVG): its steps from top to bottom, and who comes by each of them.

A dialogue has no arrows, so none are drawn. Each column at the right is one answer to the question that parts people
(and one for phones that others read): a full dot where everyone who gave it comes by, a ring where some do.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from flows.dialogue.definition import AnswerType, Flow, Kind, Option, Step
from flows.dialogue.lint import Ways, walk
from flows.dialogue.text import Text

Say = Callable[[Text], str]

_MARGIN, _CARD, _COLUMN, _GUARD = 24, 560, 76, 300
_LINE, _PAD, _GAP = 19, 10, 12
_LETTERS = 74
_GUARD_LETTERS = 40
_HEAD, _OVERHANG = 200, 150
_TINTS = {Kind.SAY: "#eef1f4", Kind.ASK: "#ffffff", Kind.REVIEW: "#fdf6e3", Kind.END: "#e6f2ec"}
_STYLE = (
    "text{font:14px system-ui,sans-serif;fill:#1b2a33}.id{font-weight:600}.soft{fill:#54656f;font-size:13px}"
    ".guard{font:12.5px ui-monospace,monospace;fill:#54656f}.title{font-size:20px;font-weight:600}"
)


@dataclass(frozen=True, slots=True)
class Column:
    """People who are alike in one thing, and the ways they can go."""

    label: str
    ways: Ways


def draw(flow: Flow, say: Say, *, right_to_left: bool = False) -> str:
    """The whole picture. `say`: a text in the language it is drawn in. At its foot stand the named conditions."""
    columns = tuple(_columns(flow, say))
    width = 2 * _MARGIN + _GUARD + _CARD + _COLUMN * len(columns) + _OVERHANG
    pieces = [_header(flow, columns)]
    top = _HEAD
    for step in flow.steps:
        card = tuple(_words(step, say))
        pieces.append(_row(step, card, columns, top, right_to_left=right_to_left))
        top += _height(step, card) + _GAP
    for name, term in flow.terms.items():
        top += _LINE
        pieces.append(f'<text class="guard" x="{_MARGIN}" y="{top}">{escape(name)}: {escape(term.source)}</text>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{top + _MARGIN}" '
        f'viewBox="0 0 {width} {top + _MARGIN}"><style>{_STYLE}</style>'
        f'<rect width="100%" height="100%" fill="#fbfcfd"/>{"".join(pieces)}</svg>\n'
    )


def _columns(flow: Flow, say: Say) -> Iterator[Column]:
    door = _door(flow)
    for option in door.options if door else ():
        yield Column(say(option.label), walk(flow, shared=("no",), given={door.id: option.id} if door else {}))
    yield Column("Others read this phone", walk(flow, shared=("yes",)))


def _door(flow: Flow) -> Step | None:
    """The first question that more conditions look at than any other: it parts people most."""
    looks = {step.id: _looks_at(flow, step.id) for step in flow.steps if step.type is AnswerType.CHOICE}
    most = max(looks.values(), default=0)
    return next((step for step in flow.steps if most and looks.get(step.id) == most), None)


def _looks_at(flow: Flow, step_id: str) -> int:
    return sum(step.when is not None and step_id in step.when.reads for step in flow.steps)


def _header(flow: Flow, columns: Sequence[Column]) -> str:
    title = f'<text class="title" x="{_MARGIN}" y="44">{escape(flow.title)}</text>'
    legend = "Top to bottom. Full dot: everyone who gave this answer comes by. Ring: some do."
    turned = f"{_HEAD - 14}) rotate(-38)"
    heads = (
        f'<text class="soft" transform="translate({_centre(at)},{turned}">{escape(column.label)}</text>'
        for at, column in enumerate(columns)
    )
    return f'{title}<text class="soft" x="{_MARGIN}" y="70">{legend}</text>{"".join(heads)}'


def _words(step: Step, say: Say) -> Iterator[tuple[str, str]]:
    """(class, line) of what stands on the card."""
    kind = step.type if step.kind is Kind.ASK else step.kind
    yield "id", f"{step.id} ({kind}{', may be skipped' if step.skip else ''})"
    yield from (("", line) for line in textwrap.wrap(say(step.line.live), _LETTERS))
    for number, option in enumerate(_shown(step.options), 1):
        yield "soft", f"{number}  {say(option.label)}{'  [calls a person]' if option.mark else ''}"
    if step.line.quiet is not None and step.line.quiet != step.line.live:
        yield from (("soft", line) for line in textwrap.wrap(f"Quiet: {say(step.line.quiet)}", _LETTERS))
    for _, variant in step.line.variants:
        name = variant.context.rpartition(".")[2]
        yield from (("soft", line) for line in textwrap.wrap(f"If {name}: {say(variant)}", _LETTERS))


def _shown(options: Iterable[Option]) -> Iterator[Option]:
    return (option for option in options if not option.after)


def _guard_lines(step: Step) -> list[str]:
    return textwrap.wrap(step.when.source, _GUARD_LETTERS) if step.when else ["always"]


def _height(step: Step, card: Sequence[tuple[str, str]]) -> int:
    return _LINE * max(len(card), len(_guard_lines(step))) + 2 * _PAD


def _row(
    step: Step, card: Sequence[tuple[str, str]], columns: Sequence[Column], top: int, *, right_to_left: bool
) -> str:
    height = _height(step, card)
    left = _MARGIN + _GUARD
    at = left + _CARD - _PAD if right_to_left else left + _PAD
    side = ' direction="rtl"' if right_to_left else ""
    guard = "".join(
        f'<text class="guard" x="{_MARGIN}" y="{top + _PAD + 14 + n * _LINE}">{escape(line)}</text>'
        for n, line in enumerate(_guard_lines(step))
    )
    words = "".join(
        f'<text class="{style}" x="{at}" y="{top + _PAD + 14 + n * _LINE}"{side}>{escape(line)}</text>'
        for n, (style, line) in enumerate(card)
    )
    dots = "".join(_dot(step, column, n, top + height // 2) for n, column in enumerate(columns))
    place = f'x="{left}" y="{top}" width="{_CARD}" height="{height}" rx="6"'
    return f'{guard}<rect {place} fill="{_TINTS[step.kind]}" stroke="#c6d0d6"/>{words}{dots}'


def _dot(step: Step, column: Column, number: int, y: int) -> str:
    if step.id not in column.ways.met:
        return ""
    fill = "#fbfcfd" if step.id in column.ways.passed else "#1f6f54"
    return f'<circle cx="{_centre(number)}" cy="{y}" r="7" fill="{fill}" stroke="#1f6f54" stroke-width="2"/>'


def _centre(column: int) -> int:
    return _MARGIN + _GUARD + _CARD + _COLUMN * column + _COLUMN // 2
