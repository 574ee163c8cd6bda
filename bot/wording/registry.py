"""`locales/registry.toml`: every language the dialogue can be shown in. Adding one is data only."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Literal

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from flows.strict_yaml import Fault, FileBroken

SOURCE = "en"
LARGEST_FILE = 4_000_000
"""Bytes. No catalog of ours comes near it; a larger file is a mistake or an attack."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """One language of `locales/registry.toml`; the fields are explained at the top of that file."""

    __pydantic_config__: ClassVar = ConfigDict(extra="forbid")

    code: str
    name: str
    english: str
    direction: Literal["ltr", "rtl"]
    formatting: str
    fallback: tuple[str, ...]
    plural: str
    wide: bool
    sms_fold: bool
    status: Literal["draft", "reviewed", "live"]
    calendar: Literal["gregorian", "bikram_sambat"] = "gregorian"
    clock: Literal["24", "12", "swahili"] = "24"
    digits: Literal["latn", "arab", "deva"] = "latn"
    latin: str = ""
    countries: tuple[str, ...] = ()


_LANGUAGES = TypeAdapter(dict[str, Language])
_AT_LINE = re.compile(r"line (\d+)")


def load_registry(folder: Path) -> Mapping[str, Language]:
    """Raises FileBroken naming file, line and field of everything that cannot be used."""
    path = folder / "registry.toml"
    text = text_of(path)
    try:
        rows = tomllib.loads(text)
        languages = _LANGUAGES.validate_python({code: {"code": code, **row} for code, row in rows.items()})
    except tomllib.TOMLDecodeError as error:
        at = _AT_LINE.search(str(error))
        raise broken(path, str(error), "Mend the TOML", line=int(at[1]) if at else 1) from error
    except TypeError as error:
        raise broken(path, "a line stands above the first [code]", "Write each field under its language") from error
    except ValidationError as error:
        raise FileBroken([_fault(path, text, problem) for problem in error.errors()]) from error
    latin = {language.latin for language in languages.values() if language.latin}
    known = {code for language in languages.values() for code in (SOURCE, *language.fallback)} | latin
    if strangers := sorted(known - languages.keys()):
        raise broken(path, f"there is no [{strangers[0]}]", "Add it, or take it out of `fallback` and `latin`")
    return languages


def _fault(path: Path, text: str, problem: ErrorDetails) -> Fault:
    code, *field = map(str, problem["loc"])
    lines = text.splitlines()
    return Fault(
        file=str(path),
        line=lines.index(f"[{code}]") + 1 if f"[{code}]" in lines else 1,
        field=".".join((code, *field)),
        error=problem["msg"],
        mend="See the notes at the top of the file",
    )


def text_of(path: Path) -> str:
    """Raises FileBroken."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise broken(path, f"it is larger than {LARGEST_FILE // 1_000_000} MB", "Give the file as it was")
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise broken(path, "it is not there", "Make it after that of English") from error
    except (OSError, UnicodeDecodeError) as error:
        raise broken(path, f"it can not be read ({type(error).__name__})", "Give a file in UTF-8") from error


def broken(path: Path, error: str, mend: str, *, line: int = 1, field: str = "") -> FileBroken:
    return FileBroken([Fault(file=str(path), line=line, field=field, error=error, mend=mend)])
