"""Which language someone writes in, from the little a first message tells. Unsure is an answer: then we ask.

Script, greetings, orders, words for danger and small words speak for a language; where they are silent the messenger's
own setting does, and only then an English START or HELP. Nothing statistical: short messages mislead it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flows.dialogue.alarms import Alarms, alarm
from flows.dialogue.words import AnswerWords, normalise

UNIVERSAL = "en"
"""Orders in English work for everyone and stand on posters: they hardly tell that someone writes English."""
ENOUGH = 2
"""One small word alone may be a name, or a word of another language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """`unserved`: a known language this network does not offer, when the text is plainly in it."""

    language: str
    sure: bool
    unserved: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tongues:
    """`words`: every known language's. `scripts`: a script's name in Unicode (`ARABIC`) -> languages written in it.
    `latin`: a language -> the one that is it in Latin letters. Both speak for each other: who writes Latin letters is
    answered in them where that is offered, and otherwise in the language itself."""

    words: Mapping[str, AnswerWords]
    scripts: Mapping[str, Sequence[str]]
    latin: Mapping[str, str] = field(default_factory=dict)
    _alarms: Mapping[str, Alarms] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        alarms = {code: Alarms.of(words.phrases()) for code, words in self.words.items()}
        object.__setattr__(self, "_alarms", alarms)

    def of(self, text: str, hint: str, offered: Sequence[str]) -> Guess:
        """`hint`: a language tag from the messenger, or nothing. The first of `offered` is the network's default."""
        found = self._spoken(text, offered)
        if found in offered:
            return Guess(language=found, sure=True)
        if found:
            return Guess(language=offered[0], sure=False, unserved=found)
        hinted = _hinted(hint, offered) or (UNIVERSAL if UNIVERSAL in offered and self._asks_in_english(text) else "")
        return Guess(language=hinted or offered[0], sure=bool(hinted) or len(offered) == 1)

    def _asks_in_english(self, text: str) -> bool:
        """START or HELP, the words everyone is told to send."""
        words, said = self.words[UNIVERSAL], normalise(text)
        return said in words.commands and said in words.greetings

    def _spoken(self, text: str, offered: Sequence[str]) -> str:
        """The known language that most speaks for; of several alike, the one that is offered; or nothing."""
        said, scripts = normalise(text), self._written(text)
        scores = {code: self._score(said, code) + 3 * (code in scripts) for code in self.words}
        for code, variant in self.latin.items():
            scores[code] = max(scores[code], scores[variant])
        most = max(scores.values(), default=0)
        best = [code for code, score in scores.items() if score == most]
        for code, variant in self.latin.items():
            if code in best and variant in best:
                best.remove(variant if code in offered and variant not in offered else code)
        alike = best if len(best) == 1 else [code for code in best if code in offered]
        return alike[0] if most >= ENOUGH and len(alike) == 1 else ""

    def _written(self, text: str) -> frozenset[str]:
        """The languages written in the first script of the text that tells one."""
        for character in text:
            if not character.isascii() and (codes := self.scripts.get(unicodedata.name(character, "").split(" ")[0])):
                return frozenset(codes)
        return frozenset()

    def _score(self, said: str, code: str) -> int:
        words = self.words[code]
        family = {code, self.latin.get(code), *(plain for plain, variant in self.latin.items() if variant == code)}
        others = [each for other, each in self.words.items() if other not in family]
        orders = said in words.commands and not any(said in each.commands for each in others)
        greets = said in words.greetings and not any(said in each.greetings for each in others)
        if code == UNIVERSAL and said in words.commands:
            orders = greets = False
        alarms = alarm(self._alarms[code].heard(said)) is not None
        return 2 * (greets + orders + alarms) + sum(word in words.common for word in said.split())


def _hinted(hint: str, offered: Sequence[str]) -> str:
    """The offered language nearest to a tag: `pt-BR` is `pt_BR` where that is offered, else any Portuguese."""
    tag = hint.replace("-", "_").lower()
    by_tag = {code.replace("-", "_").lower(): code for code in offered}
    by_kind = {code.replace("-", "_").partition("_")[0].lower(): code for code in reversed(offered)}
    return by_tag.get(tag) or by_kind.get(tag.partition("_")[0], "")
