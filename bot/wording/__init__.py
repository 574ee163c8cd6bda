"""Source texts into a language: PO catalogs, a small substitution of `{name}` places, dates as people read them.

A text that is missing or unfit to be shown falls back along the language's chain to English: nobody ever sees an empty
message or a raw key. One whose English has changed goes on being said until someone has read it again, unless it is
critical. Values are put in by name from those given, never by `str.format`, which would let a catalog reach into the
program.
"""

from __future__ import annotations

from bot.wording.catalog import places_of
from bot.wording.registry import SOURCE, Language, load_registry
from bot.wording.watching import Watch
from bot.wording.wording import Wording

__all__ = ["SOURCE", "Language", "Watch", "Wording", "load_registry", "places_of"]
