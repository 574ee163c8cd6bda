"""The whole house for a journey: `baraza serve` as a process, over doubles of Telegram and Twilio as processes.

Each house is founded as an operator does it, with the commands: partners imported, members added and invited. On SQLite
that is done once and copied for each journey, codes to link a phone included.
"""

from __future__ import annotations

import asyncio
import secrets
import shutil
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.journeys.phones import Chat, TextPhone
from tests.support import postgres
from tests.support.doubles import stand
from tests.support.doubles.stand import Stand
from tests.support.doubles.telegram import double as telegram_double
from tests.support.doubles.twilio import double as twilio_double
from tests.support.program import PROJECT, Program, free_port

NETWORK = PROJECT / "deploy" / "demo" / "network.yaml"
PARTNERS = PROJECT / "deploy" / "demo" / "partners.yaml"
SECRET = "a-webhook-secret-invented-for-tests"
MEMBERS = {
    "Coordinator Nia": ("--role", "coordinator"),
    "Coordinator Dev": ("--role", "coordinator"),
    "Paralegal Asha": ("--role", "paralegal", "--partner", "mto-paralegals"),
    "Paralegal Baraka": ("--role", "paralegal", "--partner", "mto-paralegals"),
    "Paralegal Fatu": ("--role", "paralegal", "--partner", "salone-bridge"),
}
PARALEGALS = [name for name in MEMBERS if name.startswith("Paralegal")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Founded:
    """A network's database before anyone has written. `codes`: what links each member's phone."""

    url: str
    keys: Path
    codes: Mapping[str, str]


def found(url: str, folder: Path, members: Sequence[str]) -> Founded:
    """Sets a network up with the commands, as an operator does."""
    program = Program(folder=folder).with_settings(
        DATABASE_URL=url, KEY_FILE=str(folder / "keys.json"), PUBLIC_URL="https://help.example.org"
    )

    async def done(*order: str) -> str:
        ran = await program.run(*order)
        assert ran.code == 0, ran
        return ran.out

    async def member(name: str) -> str:
        link = await done("members", "add", name, *MEMBERS[name])
        assert link.startswith("https://help.example.org/desk/")
        return (await done("members", "invite", name)).split()[0]

    async def set_up() -> dict[str, str]:
        await done("db", "upgrade")
        await done("partners", "import", str(PARTNERS))
        codes = await asyncio.gather(*(member(name) for name in members))
        return dict(zip(members, codes, strict=True))

    return Founded(url=url, keys=folder / "keys.json", codes=asyncio.run(set_up()))


@pytest.fixture(scope="session")
def founded_on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Founded:
    folder = tmp_path_factory.mktemp("founded")
    return found(f"sqlite:///{folder}/baraza.db", folder, list(MEMBERS))


@pytest.fixture
def on_sqlite(founded_on_sqlite: Founded, tmp_path: Path) -> Founded:
    template = Path(founded_on_sqlite.url.removeprefix("sqlite:///"))
    for file in (template, founded_on_sqlite.keys):
        shutil.copy(file, tmp_path)
    return replace(founded_on_sqlite, url=f"sqlite:///{tmp_path / template.name}", keys=tmp_path / "keys.json")


@pytest.fixture
def on_postgres(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Founded]:
    name = f"baraza_{secrets.token_hex(6)}"
    asyncio.run(postgres.say(postgres_server, f"CREATE DATABASE {name}"))
    yield found(postgres.named(postgres_server, name), tmp_path_factory.mktemp("founded"), PARALEGALS)
    asyncio.run(postgres.say(postgres_server, f"DROP DATABASE {name} WITH (FORCE)"))


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """`program`: set up to serve, over doubles that stand for everyone outside."""

    program: Program
    telegram: Stand
    twilio: Stand
    codes: Mapping[str, str]

    @property
    def url(self) -> str:
        return self.program.settings["BARAZA_PUBLIC_URL"]

    def phone(self, number: str) -> TextPhone:
        return TextPhone(self.twilio, number)

    def chat(self, number: int) -> Chat:
        return Chat(self.telegram, number)

    async def link_chat(self, member: str, number: int) -> Chat:
        chat = self.chat(number)
        await chat.says(f"/start {self.codes[member]}")
        await chat.reads("Welcome", member)
        return chat

    async def link_phone(self, member: str, number: str) -> TextPhone:
        phone = self.phone(number)
        await phone.says(f"JOIN {self.codes[member]}")
        await phone.reads("Welcome", member)
        return phone


@asynccontextmanager
async def open_house(founded: Founded, folder: Path, **settings: str) -> AsyncIterator[House]:
    """Ready to serve (`house.program.serving()`); `settings`: what else is said, such as `TELEGRAM_MODE="webhook"`."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    async with AsyncExitStack() as stack:
        telegram = await stack.enter_async_context(stand.spawn("telegram", "--allow-http"))
        twilio = await stack.enter_async_context(stand.spawn("twilio", "--webhook", f"{url}/hooks/twilio"))
        program = Program(folder=folder).with_settings(
            DATABASE_URL=founded.url,
            KEY_FILE=str(founded.keys),
            LISTEN=f"127.0.0.1:{port}",
            PUBLIC_URL=url,
            NETWORK=str(NETWORK),
            TELEGRAM_TOKEN=telegram_double.TOKEN,
            TELEGRAM_API_URL=telegram.url,
            TELEGRAM_SECRET=SECRET,
            TWILIO_ACCOUNT_SID=twilio_double.SID,
            TWILIO_AUTH_TOKEN=twilio_double.TOKEN,
            TWILIO_FROM=twilio_double.NUMBER,
            TWILIO_API_URL=twilio.url,
            LOG="debug",
            **settings,
        )
        yield House(program=program, telegram=telegram, twilio=twilio, codes=founded.codes)
