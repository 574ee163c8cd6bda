"""What an operator or an author can get wrong: each ends in one clear message that names the place and the mend, with
the right exit code, no traceback, and nothing written or lost."""

from __future__ import annotations

import hashlib
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.conftest import NETWORK, PARTNERS, Founded
from tests.support.doubles.telegram import double as telegram
from tests.support.doubles.twilio import double as twilio
from tests.support.program import PROJECT, Program, Ran

FAULTS_FOUND, CANNOT_RUN = 1, 2


@pytest.fixture
def bare(tmp_path: Path) -> Program:
    """Settings that would serve, over nothing yet."""
    (tmp_path / "here").mkdir()
    return Program(folder=tmp_path / "here").with_settings(
        NETWORK=str(NETWORK), TELEGRAM_TOKEN=telegram.TOKEN, TELEGRAM_API_URL="http://127.0.0.1:9", LISTEN="127.0.0.1:0"
    )


@pytest.fixture
def set_up(bare: Program, on_sqlite: Founded) -> Program:
    """The same over a network that was founded."""
    return bare.with_settings(DATABASE_URL=on_sqlite.url, KEY_FILE=str(on_sqlite.keys))


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def refused(ran: Ran, *pieces: str, lines: int = 1) -> None:
    assert ran.code == CANNOT_RUN, ran
    assert "Traceback" not in ran.err
    assert len(ran.err.splitlines()) == lines, ran.err
    assert ran.out == ""
    for piece in pieces:
        assert piece in ran.err, ran.err


def nothing_was_written(program: Program) -> None:
    assert not list(program.folder.iterdir())


def prints(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir() if path.is_file()}


async def test_wrong_settings_are_all_named_at_once(bare: Program) -> None:
    wrong = bare.with_settings(
        LISTEN="nowhere", DATABASE_URL="mysql://root:hunter2@db/x", TELEGRAM_API_URL="ftp://x", NETWORK="no/such.yaml"
    )
    ran = await wrong.run("serve")
    refused(
        ran,
        "BARAZA_LISTEN: 'nowhere' is not host:port, such as 127.0.0.1:8080.",
        "BARAZA_DATABASE_URL: it must begin with sqlite:/// or postgresql://.",
        "BARAZA_TELEGRAM_API_URL: 'ftp://x' is not a web address",
        "BARAZA_NETWORK: there is no file no/such.yaml.",
        lines=4,
    )
    assert "hunter2" not in ran.err
    nothing_was_written(wrong)


async def test_half_a_channel_is_named_with_what_is_missing(bare: Program) -> None:
    half = bare.with_settings(
        TELEGRAM_MODE="webhook", TWILIO_ACCOUNT_SID=twilio.SID, TWILIO_AUTH_TOKEN=None, TWILIO_FROM="Baraza"
    )
    ran = await half.run("serve")
    refused(
        ran,
        "BARAZA_PUBLIC_URL is missing: Telegram must know where to deliver.",
        "BARAZA_TELEGRAM_SECRET must be",
        "BARAZA_TWILIO_AUTH_TOKEN is missing",
        "BARAZA_TWILIO_FROM is neither a number",
        "BARAZA_PUBLIC_URL is missing: Twilio signs",
        lines=5,
    )
    nothing_was_written(half)


@pytest.mark.parametrize(
    ("changes", "piece"),
    [
        ({"NETWORK": None}, "BARAZA_NETWORK is missing: give your network's file"),
        ({"TELEGRAM_TOKEN": None}, "No channel is set up. Set BARAZA_TELEGRAM_TOKEN"),
        ({"TELEGRAM_TOKEN": "my-bot"}, "not a Telegram bot token"),
        ({"DATABASE_URL": "sqlite:////proc/nowhere/baraza.db"}, "sqlite:////proc/nowhere/baraza.db: its folder cannot"),
        (
            {"DATABASE_URL": "postgresql://baraza:hunter2@127.0.0.1:9/baraza"},
            "postgresql://baraza:***@127.0.0.1:9/baraza: ",
        ),
    ],
    ids=["no network", "no channel", "no token", "no folder", "no server"],
)
async def test_serve_says_what_it_cannot_begin_with(bare: Program, changes: dict[str, str | None], piece: str) -> None:
    program = bare.with_settings(**changes)
    ran = await program.run("serve")
    refused(ran, piece)
    assert "hunter2" not in ran.err
    nothing_was_written(program)


@pytest.mark.parametrize("command", ["serve", "demo"])
async def test_a_port_in_use_names_the_next(bare: Program, taken_port: int, command: str) -> None:
    program = bare.with_settings(LISTEN=f"127.0.0.1:{taken_port}")
    refused(await program.run(command), f"Port {taken_port} is in use. Try PORT={taken_port + 1} make run.")
    nothing_was_written(program)


async def test_a_lost_open_or_foreign_key_file_changes_nothing(set_up: Program, on_sqlite: Founded) -> None:
    folder, keys = on_sqlite.keys.parent, on_sqlite.keys
    before = prints(folder)
    keys.chmod(0o644)
    refused(await set_up.run("serve"), str(keys), f"chmod 600 {keys}")
    keys.chmod(0o600)

    kept = keys.rename(keys.with_name("kept.json"))
    refused(await set_up.run("serve"), str(keys), "the key file is missing. Put back the file")
    assert not keys.exists()

    other = Program(folder=set_up.folder)
    assert (await other.run("db", "upgrade")).code == 0
    shutil.copy(set_up.folder / "var" / "keys.json", keys)
    refused(await set_up.run("serve"), str(keys), "does not belong to")
    checked = await set_up.run("db", "check")
    assert (checked.code, checked.err) == (FAULTS_FOUND, "")
    assert "does not belong to" in checked.out

    kept.replace(keys)
    assert prints(folder) == before
    assert (await set_up.run("db", "check")).code == 0


@pytest.mark.postgres
async def test_postgres_is_not_changed_by_serving(bare: Program, postgres_server: str) -> None:
    program = bare.with_settings(DATABASE_URL=postgres_server)
    refused(await program.run("serve"), "the database has no tables yet. Run: baraza db upgrade")
    nothing_was_written(program)


async def test_a_broken_partner_file_is_named_line_by_line_and_taken_whole_or_not(set_up: Program) -> None:
    text = PARTNERS.read_text()
    broken = set_up.folder / "broken.yaml"
    broken.write_text(
        text.replace("independence: tied", "independence: neutral").replace("KE-31, KE-30", "KE-31, KE-99")
    )
    faults = await set_up.run("partners", "check", "broken.yaml")
    assert (faults.code, faults.err) == (FAULTS_FOUND, "")
    told = await set_up.run("partners", "check", "broken.yaml", "--json")
    assert told.code == FAULTS_FOUND
    lines = broken.read_text().splitlines()
    assert len(told.objects) == len(faults.out.splitlines()) >= 3
    for fault, line in zip(told.objects, faults.out.splitlines(), strict=True):
        assert list(fault) == ["file", "line", "field", "error", "mend"]
        assert line.startswith(f"broken.yaml:{fault['line']}: ")
        assert "neutral" in lines[fault["line"] - 1] or "KE-99" in lines[fault["line"] - 1]
        assert fault["mend"]

    before = await explained(set_up)
    ran = await set_up.run("partners", "import", "broken.yaml")
    refused(ran, "broken.yaml:", lines=len(told.objects))
    assert await explained(set_up) == before
    refused(await set_up.run("partners", "import", "nowhere.yaml"), "nowhere.yaml cannot be read")


async def explained(program: Program) -> str:
    ran = await program.run("route", "explain", "--issue", "land_environment.land_grab", "--region", "KE-31", "--json")
    assert ran.code == 0
    return ran.out


async def test_a_broken_flow_or_network_file_stops_it_before_anything_is_written(bare: Program, tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    for folder in ("bot", "flows", "storage", "locales", "deploy"):
        shutil.copytree(PROJECT / folder, tree / folder)
    intake = tree / "flows" / "library" / "intake.yaml"
    lines = intake.read_text().splitlines()
    at = next(number for number, line in enumerate(lines, 1) if line.strip() == "when: danger")
    lines[at - 1] = lines[at - 1].replace("danger", "dangre")
    intake.write_text("\n".join(lines))
    program = Program(folder=bare.folder, settings=bare.settings, tree=tree)
    checked = await program.run("flows", "check")
    assert (checked.code, checked.err, len(checked.out.splitlines())) == (FAULTS_FOUND, "", 1)
    assert f"intake.yaml:{at}: " in checked.out
    assert "dangre" in checked.out
    refused(await program.run("serve"), f"intake.yaml:{at}: ", "dangre")

    network = tmp_path / "network.yaml"
    broken = NETWORK.read_text().replace("timezone: Africa/Nairobi", "timezone: Africa/Nowhere", 1)
    network.write_text(broken)
    line = broken.splitlines().index("timezone: Africa/Nowhere") + 1
    ran = await bare.with_settings(NETWORK=str(network)).run("serve")
    refused(ran, f"{network}:{line}: timezone: this time zone is not known. Write an IANA name")
    nothing_was_written(bare)
