"""Danger at two in the night, and the first on duty sleeps: what each phone showed, minute by minute.

Everything but the providers is real: intake, casework, store, outbox, timers, on both databases. It must come out as
written; `--update-transcripts` writes it anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from flows.routing.casebook import Role
from storage import ShiftedClock, Store
from tests.bot.casework.line import NETWORK, SMS, Library, Line, Person, open_line, read_library
from tests.support.databases import START

WRITTEN = Path(__file__).parent / "night" / "night_drill.txt"
NAIROBI = ZoneInfo("Africa/Nairobi")
TWO_AT_NIGHT = datetime(2026, 11, 21, 2, 0, tzinfo=NAIROBI)
ROTA = """members:
    - {name: Dev, hours: {mon-sun: "06:00-22:00"}}
    - {name: Nia, hours: {mon-sun: "00:00-06:00, 22:00-24:00"}}
    - {name: Sofia, hours: {mon-sun: "00:00-24:00"}, timezone: America/Bogota}
"""
_CODE = re.compile(r"(?<=GOT )\w{4}|^\w{4}(?= is yours)|(?<=has )\w{4}(?=\. )|^\w{4}(?=: )", re.MULTILINE)
HEAD = """\
# A night drill, by the test clock. Danger at 02:00 in Nairobi, and nobody answers for 20 minutes.
# On the rota: Dev by day (off duty now), Nia by night (she sleeps), Sofia in Bogota at any hour, Juma as last resort.
# Amina has a plain phone of her own. Minute, whose phone, > what they send, < what it shows. Codes are written CODE.
"""


class Night:
    """Writes down what every phone shows, when it shows it."""

    def __init__(self, line: Line, phones: Mapping[str, Person]) -> None:
        self.line = line
        self.phones = phones
        self.lines: list[str] = []

    def note(self) -> None:
        at = self.line.clock.now().astimezone(NAIROBI)
        for name, phone in self.phones.items():
            for text in phone.heard():
                self._write(at, name, "<", _CODE.sub("CODE", text))
                self.lines += [f"{'':>{len(f'{at:%H:%M}  {name}')}}    [{label}]" for label in self._buttons(phone)]

    def _buttons(self, phone: Person) -> list[str]:
        return phone.buttons if phone.channel != SMS else []

    def _write(self, at: datetime, name: str, sign: str, text: str) -> None:
        first, *more = text.split("\n")
        lead = f"{at:%H:%M}  {name}"
        self.lines += [f"{lead} {sign} {first}", *(f"{'':>{len(lead)}} {sign} {each}" for each in more)]

    async def says(self, name: str, text: str) -> None:
        self._write(self.line.clock.now().astimezone(NAIROBI), name, ">", _CODE.sub("CODE", text))
        await self.phones[name].says(text)
        self.note()

    async def taps(self, name: str, label: str) -> None:
        self._write(self.line.clock.now().astimezone(NAIROBI), name, ">", f"[{label}]")
        await self.phones[name].taps(label)
        self.note()

    async def until(self, minute: int) -> None:
        """From one due moment to the next, so that each phone is read when it rings."""
        end = TWO_AT_NIGHT + timedelta(minutes=minute)
        while self.line.clock.now() < end:
            async with self.line.store.reading() as tx:
                due = await tx.timers.next_due()
            self.line.clock.advance(max(min(due or end, end) - self.line.clock.now(), timedelta()))
            await self.line.passes(minutes=0)
            self.note()


@pytest.fixture(scope="module")
def library() -> Library:
    return read_library()


async def played(store: Store, clock: ShiftedClock, library: Library) -> str:
    rota = f"oncall:\n  repeat: 5 minutes\n  last_resort: Juma\n  {ROTA}"
    network = re.sub(r"^oncall: .*\n", lambda _: rota, NETWORK, flags=re.MULTILINE)
    async with open_line(store, clock, library, network=network) as line:
        phones = dict(_people(line))
        for name, address in {"Dev": "78", "Nia": "79", "Sofia": "80", "Juma": "77"}.items():
            await line.joins(name, address, role=Role.COORDINATOR)
        await line.joins("Nia", "+254711000079", SMS, role=Role.COORDINATOR)
        clock.advance(TWO_AT_NIGHT - clock.now())
        night = Night(line, phones)
        for phone in phones.values():
            phone.heard()
        for answer in ("Please help me", "1", "1", "2", "Nakuru"):
            await night.says("Amina", answer)
        await night.until(20)
        await night.taps("Sofia", "I have it")
        await night.until(60)
        return HEAD + "\n" + "\n".join(night.lines) + "\n"


def _people(line: Line) -> Iterator[tuple[str, Person]]:
    yield "Amina", line.person("+254700000009")
    yield "Nia", line.person("79", "telegram")
    yield "Nia (SMS)", line.person("+254711000079")
    yield "Sofia", line.person("80", "telegram")
    yield "Dev", line.person("78", "telegram")
    yield "Juma", line.person("77", "telegram")


async def test_the_night_comes_out_as_written(
    store: Store, clock: ShiftedClock, library: Library, request: pytest.FixtureRequest
) -> None:
    assert clock.now() == START
    told = await played(store, clock, library)
    if request.config.getoption("--update-transcripts"):
        WRITTEN.parent.mkdir(exist_ok=True)
        WRITTEN.write_text(told, encoding="utf-8")
    assert told == WRITTEN.read_text(encoding="utf-8")
