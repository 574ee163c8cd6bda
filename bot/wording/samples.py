"""Texts with their places filled as they might be, for those who look at them before anyone is written to."""

from __future__ import annotations

from collections.abc import Mapping

from bot.wording.catalog import places_of

SAMPLES: Mapping[str, str] = {
    "area": "Kenya",
    "by": "Tue 16:00",
    "code": "7Q2M",
    "day": "28",
    "days": "14",
    "deadline": "Tue 16:00",
    "first": "Mon 28 Dec 2026",
    "issue": "Land, home",
    "kind": "Danger",
    "language": "Kiswahili",
    "month": "12",
    "name": "Lake Women Helpline",
    "most": "15",
    "number": "+1 202 555 0101",
    "open": "12",
    "partner": "Lakeside Justice Desk",
    "place": "Nakuru, Kenya",
    "receipt": "7Q2M 4KXT",
    "region": "Nakuru",
    "second": "13 Poush 2083",
    "urgency": "Urgent",
    "value": "a few plain words",
    "who": "Asha",
    "year": "2026",
}
"""A long but likely value of each `{name}` place, for translators and for counting parts."""


def sampled(words: str) -> str:
    """The words with every place filled as it might be."""
    for name in places_of(words):
        words = words.replace(f"{{{name}}}", SAMPLES.get(name, "?"))
    return words
