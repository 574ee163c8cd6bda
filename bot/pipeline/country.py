"""The country of a phone number, as the last hint of the language its owner may read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.wording import Language


def language_of_number(address: str, languages: Mapping[str, Language], offered: Sequence[str]) -> str:
    """The first offered language of the number's country, else the first of all. A hint only: people carry numbers of
    other countries, so whoever is told by it is still asked."""
    country = _country(address)
    spoken = (code for code in offered if country and country in languages[code].countries)
    return next(spoken, offered[0])


def _country(address: str) -> str:
    if not address.startswith("+"):
        return ""
    from phonenumbers import NumberParseException, parse, region_code_for_number

    try:
        return region_code_for_number(parse(address)) or ""
    except NumberParseException:
        return ""
