"""The conditions of a dialogue: comparisons, `and`, `or`, `not`, `in`, over earlier answers. Nothing else.

`opening == danger`, `contact in [text, call]`, `asked < 9`, `quiet`. The left side is an earlier step, a term of the
flow or a known fact; a bare word on the right is an option of that step. An answer that is not there equals nothing.
Guards are read with `ast` and turned into closures over the answers: no names are looked up, nothing can be called.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from typing import NoReturn

from flows.dialogue.session import Value

Answers = Mapping[str, Value]
Test = Callable[[Answers], bool]

ASKED = "asked"
SHARED = "shared"
FACTS = (ASKED, SHARED)
"""What a guard may ask besides answers: how many questions came before, and whether others were known to read this
phone (`yes`) when the dialogue began."""

MAX_LENGTH = 400


@dataclass(frozen=True, slots=True)
class Known:
    """A name a guard may use: the id its answer is kept under, and what that answer may equal."""

    key: str
    literals: Container[str]


@dataclass(frozen=True, slots=True)
class Guard:
    """A condition as written, the answers and facts it looks at, and whether it holds. `memo`: for a term, the key
    under which whoever looks at many guards may put with the answers whether it does (`position.py`). `needs`: the
    memos of terms without which it can not hold."""

    source: str
    reads: frozenset[str]
    holds: Test
    memo: str = ""
    needs: frozenset[str] = frozenset()

    def and_also(self, other: Guard | None) -> Guard:
        if other is None:
            return self
        return Guard(
            f"{self.source} and {other.source}",
            self.reads | other.reads,
            _all((self.holds, other.holds)),
            needs=self.needs | other.needs,
        )


class GuardBroken(Exception):
    """The condition cannot be used; the message says why in an author's words."""


def compile_guard(source: str, *, names: Mapping[str, Known], terms: Mapping[str, Guard], memo: str = "") -> Guard:
    """Raises GuardBroken."""
    if len(source) > MAX_LENGTH:
        _break("the condition is too long")
    try:
        tree = ast.parse(source.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise GuardBroken(f"{source!r} is not a condition") from error
    compiler = _Compiler(names, terms)
    holds = compiler.test(tree)
    return Guard(source, frozenset(compiler.reads), holds, memo, compiler.needs(tree))


@dataclass(frozen=True, slots=True)
class _Compiler:
    names: Mapping[str, Known]
    terms: Mapping[str, Guard]
    reads: set[str] = field(default_factory=set)

    def test(self, node: ast.expr) -> Test:
        match node:
            case ast.BoolOp(op=ast.And(), values=values):
                return _all(tuple(map(self.test, values)))
            case ast.BoolOp(op=ast.Or(), values=values):
                return _any(tuple(map(self.test, values)))
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return _not(self.test(operand))
            case ast.Compare(left=ast.Name(id=name), ops=[op], comparators=[right]):
                return self._comparison(name, op, right)
            case ast.Name(id=name) if name in self.terms:
                self.reads.update(self.terms[name].reads)
                return _term(self.terms[name])
            case ast.Name(id=name) if name in self.names:
                key = self.names[name].key
                self.reads.add(key)
                return lambda answers: key in answers
            case ast.Name(id=name):
                _break(f"{name!r} is neither an earlier step nor a term")
            case _:
                _break("only comparisons, `and`, `or`, `not` and `in` are allowed")

    def needs(self, node: ast.expr) -> frozenset[str]:
        match node:
            case ast.BoolOp(op=ast.And(), values=values):
                return frozenset[str]().union(*map(self.needs, values))
            case ast.Name(id=name) if name in self.terms and self.terms[name].memo:
                return frozenset({self.terms[name].memo})
            case _:
                return frozenset()

    def _comparison(self, name: str, op: ast.cmpop, right: ast.expr) -> Test:
        if name not in self.names and name not in FACTS:
            _break(f"{name!r} is not an earlier step")
        key = self.names[name].key if name in self.names else name
        self.reads.add(key)
        match op, right:
            case ((ast.In() | ast.NotIn()), ast.List(elts=items)):
                among = _among(key, frozenset(self._literal(name, item) for item in items))
                return among if isinstance(op, ast.In) else _not(among)
            case ((ast.Eq() | ast.NotEq()), _):
                equal = _among(key, frozenset({self._literal(name, right)}))
                return equal if isinstance(op, ast.Eq) else _not(equal)
            case ((ast.Lt() | ast.LtE() | ast.Gt() | ast.GtE()), ast.Constant(value=int(bound))) if bound is not True:
                return _ordering(key, op, bound)
            case _:
                _break("compare a step with one of its options, a list of them, or a number")

    def _literal(self, name: str, node: ast.expr) -> Value:
        match node:
            case ast.Constant(value=bool()):
                _break("write `yes` or `no`, not true or false")
            case ast.Constant(value=str() | int() as value):
                pass
            case ast.Name(id=value):
                pass
            case _:
                _break("the right side must be an option, a word or a number")
        if isinstance(value, str) and name in self.names and value not in self.names[name].literals:
            _break(f"{value!r} is not an option of {name!r}")
        return value


def _term(term: Guard) -> Test:
    memo, test = term.memo, term.holds
    if not memo:
        return test

    def holds(answers: Answers) -> bool:
        known = answers.get(memo)
        return test(answers) if known is None else bool(known)

    return holds


def _all(tests: tuple[Test, ...]) -> Test:
    """Two at a time: it runs for every step of every turn, and a loop over them would cost twice as much."""
    first, *others = tests
    if not others:
        return first
    rest = _all(tuple(others))
    return lambda answers: first(answers) and rest(answers)


def _any(tests: tuple[Test, ...]) -> Test:
    first, *others = tests
    if not others:
        return first
    rest = _any(tuple(others))
    return lambda answers: first(answers) or rest(answers)


def _among(key: str, wanted: frozenset[Value]) -> Test:
    """Of an answer with several values, one is enough."""

    def holds(answers: Answers) -> bool:
        value = answers.get(key)
        if value is None:
            return False
        return value in wanted or (isinstance(value, tuple) and not wanted.isdisjoint(value))

    return holds


def _not(test: Test) -> Test:
    return lambda answers: not test(answers)


def _ordering(key: str, op: ast.cmpop, bound: int) -> Test:
    def holds(answers: Answers) -> bool:
        value = answers.get(key)
        if not isinstance(value, int):
            return False
        match op:
            case ast.Lt():
                return value < bound
            case ast.LtE():
                return value <= bound
            case ast.Gt():
                return value > bound
            case _:
                return value >= bound

    return holds


def _break(why: str) -> NoReturn:
    raise GuardBroken(why)
