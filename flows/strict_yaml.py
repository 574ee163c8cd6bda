"""A small, strict reading of YAML for files that people write by hand: dialogues, partner lists, networks.

Only `true`, `false` and whole numbers are anything but text (so `no`, `on`, `012` and dates stay words, as YAML 1.2
means them). Anchors, aliases, tags, duplicate keys and a second document are refused. Every value keeps its line, and a
loader collects all faults of a file in one `Faults` before it gives up.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NoReturn

import yaml
from yaml._yaml import Mark as CMark

MAX_CHARACTERS = 2_000_000
MAX_DEPTH = 20
_UNSEEN = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
"""Characters nobody can see, which could make a line read otherwise than it is; the two joiners that some scripts need
to be spelt right are not among them."""
_WHOLE_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing wrong in one place of a file, and what would mend it."""

    file: str
    line: int
    field: str
    error: str
    mend: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" + (f": {self.field}" if self.field else "")
        return f"{place}: {self.error}." + (f" {self.mend}." if self.mend else "")


class FileBroken(Exception):
    """A hand-written file cannot be used; `faults` names every place and its mend."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


@dataclass(frozen=True, slots=True)
class Node:
    """A value of the file with where it stands; `path` is written as people would: `partners[2].regions`."""

    file: str
    line: int
    path: str
    value: str | int | bool | tuple[Node, ...] | Mapping[str, Node] | None


@dataclass(slots=True)
class Faults:
    """Collects what is wrong, so that one run shows all of it. Readers return a harmless value after a fault."""

    found: list[Fault] = field(default_factory=list)

    def add(self, node: Node, error: str, mend: str = "") -> None:
        self.found.append(Fault(file=node.file, line=node.line, field=node.path, error=error, mend=mend))

    def raise_any(self) -> None:
        if self.found:
            raise FileBroken(self.found)

    def mapping(self, node: Node, *, required: Iterable[str] = (), optional: Iterable[str] = ()) -> Mapping[str, Node]:
        """The fields of a mapping whose keys must all be known. Missing and unknown keys are faults."""
        required = tuple(required)
        if not isinstance(node.value, Mapping):
            self.add(node, "expected names with values", "Write each as `name: value` on its own line")
            return {}
        known = (*required, *optional)
        for key, child in node.value.items():
            if key not in known:
                self.add(child, f"{key!r} is not known here", _nearest(key, known))
        for key in required:
            if key not in node.value:
                self.add(node, f"{key!r} is missing", f"Add `{key}:`")
        return {key: child for key, child in node.value.items() if key in known}

    def entries(self, node: Node) -> Iterator[tuple[str, Node]]:
        """The pairs of a mapping whose keys are the author's own (step ids, option ids)."""
        if isinstance(node.value, Mapping):
            yield from node.value.items()
        else:
            self.add(node, "expected names with values", "Write each as `name: value` on its own line")

    def items(self, node: Node) -> tuple[Node, ...]:
        if isinstance(node.value, tuple):
            return node.value
        self.add(node, "expected a list", "Write `[a, b]`, or one `- item` a line")
        return ()

    def text(self, node: Node) -> str:
        """Words; a whole number is read as written."""
        if isinstance(node.value, str):
            return node.value
        if isinstance(node.value, int) and not isinstance(node.value, bool):
            return str(node.value)
        self.add(node, "expected words", "If it is meant as a word, put it in quotation marks")
        return ""

    def texts(self, node: Node) -> tuple[str, ...]:
        return tuple(self.text(item) for item in self.items(node))

    def number(self, node: Node, *, least: int, most: int) -> int:
        if isinstance(node.value, bool) or not isinstance(node.value, int):
            self.add(node, "expected a whole number", f"Write a number from {least} to {most}")
            return least
        if not least <= node.value <= most:
            self.add(node, f"{node.value} is out of range", f"Write a number from {least} to {most}")
            return least
        return node.value

    def flag(self, node: Node) -> bool:
        if not isinstance(node.value, bool):
            self.add(node, "expected true or false", "Write `true` or `false`")
            return False
        return node.value

    def one_of(self, node: Node, allowed: Iterable[str]) -> str:
        allowed = tuple(map(str, allowed))
        text = self.text(node)
        if text and text not in allowed:
            self.add(node, f"{text!r} is not one of {', '.join(allowed)}", _nearest(text, allowed))
        return text if text in allowed else allowed[0]


def parse(name: str, text: str) -> Node:
    """The file's content as nodes. Raises FileBroken naming the line when it is not the YAML we allow."""
    if len(text) > MAX_CHARACTERS:
        raise FileBroken([Fault(file=name, line=1, field="", error="the file is too large", mend="Split it")])
    text = text.removeprefix("\ufeff")
    _refuse_unseen(name, text)
    depth = 0
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > MAX_DEPTH:  # composing it would end the process: the C library recurses without a limit
                _refuse(name, event.start_mark, "nested too deeply", "Flatten it")
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                _refuse(name, event.start_mark, "anchors and aliases (& and *) are not allowed", "Write it out")
            if getattr(event, "tag", None):
                _refuse(name, event.start_mark, "tags (!) are not allowed", "Put the text in quotation marks")
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, RecursionError, UnicodeError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        problem = getattr(error, "problem", None) or "it cannot be read as YAML"
        raise FileBroken(
            [
                Fault(
                    file=name,
                    line=line,
                    field="",
                    error=str(problem),
                    mend="Check indentation and quotation marks",
                )
            ]
        ) from error
    if root is None:
        raise FileBroken([Fault(file=name, line=1, field="", error="the file is empty", mend="Write its content")])
    return _node(name, root, "")


def _refuse_unseen(name: str, text: str) -> None:
    faults = [
        Fault(
            file=name,
            line=text.count("\n", 0, found.start()) + 1,
            field="",
            error=f"here stands a character nobody can see (U+{ord(found[0]):04X})",
            mend="Delete it and type the words again",
        )
        for found in _UNSEEN.finditer(text)
    ]
    if faults:
        raise FileBroken(faults[:20])


def _node(name: str, raw: yaml.Node, path: str) -> Node:
    line = raw.start_mark.line + 1
    if isinstance(raw, yaml.ScalarNode):
        return Node(name, line, path, _scalar(raw))
    if isinstance(raw, yaml.SequenceNode):
        children = (_node(name, child, f"{path}[{at}]") for at, child in enumerate(raw.value, 1))
        return Node(name, line, path, tuple(children))
    fields: dict[str, Node] = {}
    for raw_key, raw_value in raw.value:
        key = raw_key.value if isinstance(raw_key, yaml.ScalarNode) else None
        if key is None:
            _refuse(name, raw_key.start_mark, "a name must be plain words", "Write `name: value`")
        elif key in fields:
            _refuse(name, raw_key.start_mark, f"{key!r} is given twice", "Keep one of them")
        else:
            child = _node(name, raw_value, f"{path}.{key}" if path else key)
            fields[key] = Node(name, raw_key.start_mark.line + 1, child.path, child.value)
    return Node(name, line, path, fields)


def _scalar(raw: yaml.ScalarNode) -> str | int | bool | None:
    text: str = raw.value
    if raw.style:  # "" is a plain scalar
        return text
    if text in ("true", "false"):
        return text == "true"
    if text in ("", "~", "null"):
        return None
    return int(text) if _WHOLE_NUMBER.fullmatch(text) else text


def _refuse(name: str, mark: yaml.Mark | CMark | None, error: str, mend: str) -> NoReturn:
    raise FileBroken([Fault(file=name, line=mark.line + 1 if mark else 1, field="", error=error, mend=mend)])


def _nearest(word: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(word, list(known), n=1)
    return f"Did you mean {close[0]!r}" if close else f"Known are: {', '.join(sorted(known))}"
