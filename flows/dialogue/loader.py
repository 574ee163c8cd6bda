"""Reads dialogue files into flows. Opens nothing: the caller hands in (name, text); faults name file, line and step.

A sub-flow (`run:`) is written into the flow that runs it, with its step ids under its own name (`safety.reach`) and the
run's guard before each step's own, so that the engine knows only one flat list. Inside, its guards see its own steps
and terms; outside, only what it `gives`. Its last `end` is where the outer flow goes on.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from flows.dialogue.definition import (
    ASK_AGAIN,
    NOT_KNOWN,
    NOT_SAID,
    SKIPPED,
    Alarm,
    AnswerType,
    Flow,
    Flows,
    Kind,
    Line,
    Option,
    Step,
)
from flows.dialogue.guards import FACTS, Guard, GuardBroken, Known, compile_guard
from flows.dialogue.silence import Reminder, read_silence
from flows.dialogue.text import Text
from flows.strict_yaml import Fault, Faults, FileBroken, Node, parse

MAX_STEPS = 300
_ID = re.compile(r"[a-z][a-z0-9_]*")
_STEP_PATH = re.compile(r"^steps\[(\d+)\]")
_FLOW_KEYS = ("terms", "alarms", "lost", "silence")
_TEXT_KEYS = ("text", "quiet", "variants", "critical", "note")
_STEP_KEYS: Mapping[str, tuple[str, ...]] = {
    "say": ("when", *_TEXT_KEYS),
    "ask": (
        "when", *_TEXT_KEYS, "type", "options", "skip", "wrong", "why", "label", "fact", "purpose", "time", "least",
        "most", "unknown", "was",
    ),
    "review": ("when", *_TEXT_KEYS, "options"),
    "end": ("when", *_TEXT_KEYS, "outcome"),
    "run": ("when", "gives"),
}  # fmt: skip
_FREE_ANSWERS = frozenset({NOT_KNOWN, NOT_SAID, SKIPPED})
_LISTED = (AnswerType.CHOICE, AnswerType.MANY, AnswerType.CONSENT)


def load(files: Iterable[tuple[str, str]]) -> Flows:
    """All dialogues and phrases of the files. Raises FileBroken with every fault of every file at once."""
    faults = Faults()
    drafts: dict[str, _Draft] = {}
    phrases: dict[str, Line] = {}
    for name, text in files:
        try:
            root = parse(name, text)
        except FileBroken as broken:
            faults.found.extend(broken.faults)
            continue
        if isinstance(root.value, Mapping) and "phrases" in root.value:
            _read_phrases(root, phrases, faults)
        else:
            draft = _Draft.read(root, faults)
            if draft.id in drafts:
                faults.add(root, f"there are two dialogues called {draft.id!r}", "Rename one")
            drafts[draft.id] = draft
    flows = {draft.id: _Builder(draft, drafts, faults).flow() for draft in drafts.values()}
    if faults.found:
        raise FileBroken(dict.fromkeys(_by_step(fault, drafts) for fault in faults.found))
    return Flows(flows=flows, phrases=phrases)


def _by_step(fault: Fault, drafts: Mapping[str, _Draft]) -> Fault:
    """`steps[3].text` is written as people know it: `opening.text`."""
    if found := _STEP_PATH.match(fault.field):
        names = [draft.names for draft in drafts.values() if draft.root.file == fault.file]
        if names and (name := names[0][int(found[1]) - 1]):
            return replace(fault, field=name + fault.field[found.end() :])
    return fault


def _read_phrases(root: Node, phrases: dict[str, Line], faults: Faults) -> None:
    fields = faults.mapping(root, required=("phrases",))
    for phrase, child in faults.entries(fields["phrases"]):
        if phrase in phrases:
            faults.add(child, f"there are two phrases called {phrase!r}", "Rename one")
        own = faults.mapping(child, required=("text",), optional=("quiet", "critical", "note"))
        phrases[phrase] = _line(f"phrases.{phrase}", own, child, {}, faults)


@dataclass(slots=True)
class _Draft:
    """A flow file as written, before sub-flows are put in and guards are read. `names`: of its steps, in order."""

    root: Node
    id: str
    title: str
    steps: tuple[Node, ...]
    terms: tuple[tuple[str, Node], ...]
    alarms: tuple[tuple[str, Node], ...]
    lost_after: int = 3
    silence: tuple[Reminder, ...] = ()

    @classmethod
    def read(cls, root: Node, faults: Faults) -> _Draft:
        fields = faults.mapping(root, required=("flow", "title", "steps"), optional=_FLOW_KEYS)
        lost = faults.mapping(fields["lost"], required=("after",)) if "lost" in fields else {}
        return cls(
            root=root,
            id=_id(fields["flow"], faults) if "flow" in fields else "",
            title=faults.text(fields["title"]) if "title" in fields else "",
            steps=faults.items(fields["steps"]) if "steps" in fields else (),
            terms=tuple(faults.entries(fields["terms"])) if "terms" in fields else (),
            alarms=tuple(faults.entries(fields["alarms"])) if "alarms" in fields else (),
            lost_after=faults.number(lost["after"], least=1, most=9) if lost else 3,
            silence=read_silence(fields["silence"], faults) if "silence" in fields else (),
        )

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(next((str(each[kind].value) for kind in _STEP_KEYS if kind in each), "") for each in self.fields)

    @property
    def fields(self) -> Iterator[Mapping[str, Node]]:
        return (node.value if isinstance(node.value, Mapping) else {} for node in self.steps)


@dataclass(frozen=True, slots=True)
class _Scope:
    """Where steps are being read: `names` are those answered so far that guards here may use."""

    draft: _Draft
    prefix: str
    outer: Guard | None
    running: tuple[str, ...]
    terms: Mapping[str, Guard]
    names: dict[str, Known] = field(default_factory=dict)


@dataclass(slots=True)
class _Builder:
    draft: _Draft
    drafts: Mapping[str, _Draft]
    faults: Faults
    steps: list[Step] = field(default_factory=list)
    was: dict[str, str] = field(default_factory=dict)
    contents: list[str] = field(default_factory=list)

    def flow(self) -> Flow:
        scope = self._open(self.draft, "", None, ())
        for node in self.draft.steps:
            self._step(node, scope)
        if not self.steps or self.steps[-1].kind is not Kind.END or self.steps[-1].when is not None:
            self.faults.add(
                self.draft.root, "the dialogue may never end", "Let its last step be an `end:` without `when:`"
            )
        if len(self.steps) > MAX_STEPS:
            self.faults.add(self.draft.root, f"there are more than {MAX_STEPS} steps", "Split the dialogue")
        return Flow(
            id=self.draft.id,
            title=self.draft.title,
            revision=hashlib.sha256("\n".join(self.contents).encode()).hexdigest()[:12],
            steps=tuple(self.steps),
            terms=scope.terms,
            alarms=tuple(self._alarm(name, node, scope) for name, node in self.draft.alarms),
            was=self.was,
            lost_after=self.draft.lost_after,
            silence=self.draft.silence,
        )

    def _open(self, draft: _Draft, prefix: str, outer: Guard | None, running: tuple[str, ...]) -> _Scope:
        """Terms may name any step, also later ones: what is not answered yet equals nothing."""
        self.contents.append(repr(_plain(draft.root)))
        running = (*running, draft.id)
        everything = dict(self._answers_of(draft, prefix, running))
        terms: dict[str, Guard] = {}
        for name, node in draft.terms:
            if name in everything or name in FACTS:
                self.faults.add(node, f"{name!r} is also the name of a step or a fact", "Rename the term")
            try:
                source = self.faults.text(node)
                terms[name] = compile_guard(source, names=everything, terms=terms, memo=f"?{prefix}{name}")
            except GuardBroken as broken:
                self.faults.add(node, str(broken), "Name steps, their options, or terms above this one")
        return _Scope(draft=draft, prefix=prefix, outer=outer, running=running, terms=terms)

    def _answers_of(self, draft: _Draft, prefix: str, running: tuple[str, ...]) -> Iterator[tuple[str, Known]]:
        """Every question of the flow and what it may be answered with, before any guard is read."""
        for fields in draft.fields:
            run = str(fields["run"].value) if "run" in fields else ""
            if run in self.drafts and run not in running:
                inner = dict(self._answers_of(self.drafts[run], f"{prefix}{run}.", (*running, run)))
                gives = fields["gives"].value if "gives" in fields else ()
                names = [str(given.value) for given in gives] if isinstance(gives, tuple) else []
                yield from ((name, inner[name]) for name in names if name in inner)
            for kind in ("ask", "review"):
                if kind in fields:
                    name = str(fields[kind].value)
                    yield name, Known(prefix + name, _literals(fields))

    def _step(self, node: Node, scope: _Scope) -> None:
        kinds = [kind for kind in _STEP_KEYS if isinstance(node.value, Mapping) and kind in node.value]
        if len(kinds) != 1:
            self.faults.add(node, "a step needs exactly one of say, ask, run, review, end", "Write `- ask: name`")
            return
        kind = kinds[0]
        required = (kind,) if kind == "run" else (kind, "text")
        fields = self.faults.mapping(node, required=required, optional=_STEP_KEYS[kind])
        name = _id(fields[kind], self.faults)
        own = self._guard(fields.get("when"), scope)
        when = scope.outer.and_also(own) if scope.outer else own
        if kind == "run":
            self._run(name, fields, when, scope)
            return
        if kind == "end" and scope.prefix and node is scope.draft.steps[-1]:
            return
        step_id = scope.prefix + name
        if any(step.id == step_id for step in self.steps):
            self.faults.add(fields[kind], f"there are two steps called {step_id!r}", "Rename one")
        context = f"{scope.draft.id}.{name}"
        step = Step(
            id=step_id,
            kind=Kind(kind),
            line=_line(context, fields, node, scope.terms, self.faults),
            when=when,
            file=node.file,
            number=node.line,
        )
        match step.kind:
            case Kind.ASK:
                step = self._ask(step, context, fields, node)
            case Kind.REVIEW:
                step = replace(step, options=self._options(context, fields))
                if {option.id for option in step.options} != {"send", "change"}:
                    self.faults.add(
                        node, "a review has the options send and change", "Add `options:` with just those two"
                    )
            case Kind.END:
                step = replace(step, outcome=self.faults.text(fields["outcome"]) if "outcome" in fields else name)
            case Kind.SAY:
                pass
        self.steps.append(step)
        if step.asks:
            scope.names[name] = Known(step_id, _literals(fields))
        if "was" in fields:
            self.was[scope.prefix + self.faults.text(fields["was"])] = step_id

    def _run(self, name: str, fields: Mapping[str, Node], when: Guard | None, scope: _Scope) -> None:
        if name in scope.running:
            self.faults.add(fields["run"], f"{name!r} would run itself", "Remove this step")
        elif (inner := self.drafts.get(name)) is None:
            self.faults.add(fields["run"], f"there is no dialogue called {name!r}", "Check its `flow:` line")
        else:
            inside = self._open(inner, f"{scope.prefix}{name}.", when, scope.running)
            for child in inner.steps:
                self._step(child, inside)
            for given in self.faults.texts(fields["gives"]) if "gives" in fields else ():
                if given not in inside.names:
                    self.faults.add(fields["gives"], f"{name!r} asks no {given!r}", "Name one of its questions")
                elif given in scope.names:
                    self.faults.add(fields["gives"], f"there is a step called {given!r} already", "Rename one")
                else:
                    scope.names[given] = inside.names[given]

    def _guard(self, node: Node | None, scope: _Scope) -> Guard | None:
        if node is None:
            return None
        try:
            return compile_guard(self.faults.text(node), names=scope.names, terms=scope.terms)
        except GuardBroken as broken:
            self.faults.add(node, str(broken), "Name earlier steps, their options, or terms only")
            return None

    def _ask(self, step: Step, context: str, fields: Mapping[str, Node], node: Node) -> Step:
        faults = self.faults
        answer_type = AnswerType(faults.one_of(fields["type"], AnswerType)) if "type" in fields else AnswerType.TEXT
        wrong = faults.items(fields["wrong"]) if "wrong" in fields else ()
        options = self._options(context, fields)
        if answer_type in _LISTED and len(options) < 2:
            faults.add(node, f"a {answer_type} question needs two options or more", "Add `options:`")
        if answer_type is AnswerType.YES_NO and options:
            faults.add(node, "a yes_no question has no options of its own", "Use `type: choice`")
        unknown = faults.text(fields["unknown"]) if "unknown" in fields else ""
        if unknown and unknown != "ask" and unknown not in {option.id for option in options}:
            faults.add(fields["unknown"], f"{unknown!r} is no option here", "Name one of its options, or `ask`")
        return replace(
            step,
            type=answer_type,
            options=options,
            unknown=ASK_AGAIN if unknown == "ask" or answer_type is AnswerType.CONSENT else unknown,
            skip="skip" in fields and faults.flag(fields["skip"]),
            wrong=tuple(_short_line(f"{context}.wrong.{n}", item, faults) for n, item in enumerate(wrong, 1)),
            why=_short_line(f"{context}.why", fields["why"], faults) if "why" in fields else None,
            label=Text(f"{context}.label", faults.text(fields["label"])) if "label" in fields else None,
            fact=faults.text(fields["fact"]) if "fact" in fields else "",
            purpose=faults.text(fields["purpose"]) if "purpose" in fields else "",
            time=faults.one_of(fields["time"], ("future", "past")) if "time" in fields else "future",
            least=faults.number(fields["least"], least=0, most=10**9) if "least" in fields else 0,
            most=faults.number(fields["most"], least=1, most=10**9) if "most" in fields else 1000,
        )

    def _options(self, context: str, fields: Mapping[str, Node]) -> tuple[Option, ...]:
        faults, options = self.faults, []
        for option_id, child in faults.entries(fields["options"]) if "options" in fields else ():
            place = f"{context}.{option_id}"
            if not _ID.fullmatch(option_id):
                faults.add(child, f"{option_id!r} is no name", "Use small letters, digits and _")
            if not isinstance(child.value, Mapping):
                options.append(Option(id=option_id, label=Text(f"{place}.label", faults.text(child))))
                continue
            own = faults.mapping(child, required=("label",), optional=("words", "mark", "tells", "after", "note"))
            options.append(
                Option(
                    id=option_id,
                    label=Text(f"{place}.label", faults.text(own["label"]) if "label" in own else ""),
                    words=Text(f"{place}.words", faults.text(own["words"])) if "words" in own else None,
                    mark=faults.text(own["mark"]) if "mark" in own else "",
                    tells=_short_line(f"{place}.tells", own["tells"], faults) if "tells" in own else None,
                    after=faults.text(own["after"]) if "after" in own else "",
                    note=faults.text(own["note"]) if "note" in own else "",
                )
            )
            if options[-1].after and options[-1].after not in {option.id for option in options if option.tells}:
                faults.add(child, f"{options[-1].after!r} is no option above that tells something", "Mend `after:`")
        return tuple(options)

    def _alarm(self, name: str, node: Node, scope: _Scope) -> Alarm:
        fields = self.faults.mapping(node, required=("ask", "answer"), optional=("mark", "when"))
        step_id = self.faults.text(fields["ask"]) if "ask" in fields else ""
        answer = self.faults.text(fields["answer"]) if "answer" in fields else ""
        step = next((step for step in self.steps if step.id == step_id), None)
        if step is None or answer not in {option.id for option in step.options}:
            self.faults.add(node, f"{step_id!r} has no option {answer!r}", "Name a step and one of its options")
        return Alarm(
            name=name,
            step=step_id,
            answer=answer,
            mark=self.faults.text(fields["mark"]) if "mark" in fields else "",
            when=self._guard(fields.get("when"), scope),
        )


class _Anything:
    """The literals of a question that takes free words: any will do."""

    def __contains__(self, literal: object) -> bool:
        return True


def _literals(fields: Mapping[str, Node]) -> frozenset[str] | _Anything:
    options = fields["options"].value if "options" in fields else {}
    chosen = frozenset(options) if isinstance(options, Mapping) else frozenset()
    match fields["type"].value if "type" in fields else ("choice" if "review" in fields else "text"):
        case "yes_no":
            return frozenset({"yes", "no"}) | _FREE_ANSWERS
        case "choice" | "many" | "consent":
            return chosen | _FREE_ANSWERS
        case _:
            return _Anything()


def _id(node: Node, faults: Faults) -> str:
    name = faults.text(node)
    if name and not _ID.fullmatch(name):
        faults.add(node, f"{name!r} is no name", "Use small letters, digits and _")
    return name


def _plain(node: Node) -> object:
    """The content alone, so that a comment or an empty line makes no new revision."""
    if isinstance(node.value, Mapping):
        return {name: _plain(child) for name, child in node.value.items()}
    return [_plain(child) for child in node.value] if isinstance(node.value, tuple) else node.value


def _line(context: str, fields: Mapping[str, Node], node: Node, terms: Mapping[str, Guard], faults: Faults) -> Line:
    """`quiet: same` says that the text itself is fit for a phone others read."""
    live = Text(f"{context}.text", faults.text(fields["text"]) if "text" in fields else "")
    quiet = None
    if "quiet" in fields:
        words = faults.text(fields["quiet"])
        quiet = live if words == "same" else Text(f"{context}.quiet", words)
    variants = []
    for term, child in faults.entries(fields["variants"]) if "variants" in fields else ():
        if term in terms:
            variants.append((terms[term], Text(f"{context}.{term}", faults.text(child))))
        else:
            faults.add(child, f"{term!r} is not a term of this dialogue", "Add it under `terms:`")
    return Line(
        live=live,
        quiet=quiet,
        variants=tuple(variants),
        critical="critical" in fields and faults.flag(fields["critical"]),
        note=faults.text(fields["note"]) if "note" in fields else "",
        file=node.file,
        number=node.line,
    )


def _short_line(context: str, node: Node, faults: Faults) -> Line:
    """A text by itself, fit for any phone, or `{text, quiet}`."""
    if not isinstance(node.value, Mapping):
        text = Text(f"{context}.text", faults.text(node))
        return Line(live=text, quiet=text, file=node.file, number=node.line)
    fields = faults.mapping(node, required=("text",), optional=_TEXT_KEYS)
    return _line(context, fields, node, {}, faults)
