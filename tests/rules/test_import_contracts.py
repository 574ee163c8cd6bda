"""Every import contract catches what it is there for: each sees a copy of the tree with a fault planted."""

import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("bot", "storage", "flows")
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text())
CONTRACTS = {contract["name"]: contract["id"] for contract in SETTINGS["tool"]["importlinter"]["contracts"]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plant:
    """Files that each import some modules they must not, and the contracts that should notice."""

    files: dict[str, tuple[str, ...]]
    breaks: frozenset[str]


def plant(files: dict[str, tuple[str, ...]], *breaks: str) -> Plant:
    return Plant(files=files, breaks=frozenset(breaks))


def cycle(room: str) -> Plant:
    one, two = f"{room}/planted_one", f"{room}/planted_two"
    return plant({f"{one}.py": (dotted(two),), f"{two}.py": (dotted(one),)}, "acyclic")


def dotted(path: str) -> str:
    return path.removesuffix(".py").replace("/", ".")


PLANTS = {
    "storage uses bot": plant({"storage/planted.py": ("bot",)}, "packages"),
    "flows uses storage": plant({"flows/planted.py": ("storage",)}, "packages", "flows-pure"),
    "flows does what it may not": plant(
        {
            "flows/planted.py": ("aiohttp", "asyncio", "babel", "logging"),
            "flows/planted_too.py": ("os", "random", "secrets", "time", "twilio"),
        },
        "flows-pure",
    ),
    "flows uses SQL": plant({"flows/planted.py": ("sqlalchemy",)}, "flows-pure", "storage-only"),
    "flows uses aiogram": plant({"flows/planted.py": ("aiogram",)}, "flows-pure", "telegram-only"),
    "channels use each other": plant(
        {
            "bot/channels/telegram/planted.py": ("bot.channels.sms", "bot.channels.simulator"),
            "bot/channels/sms/planted.py": ("bot.channels.simulator",),
        },
        "channels",
    ),
    "a new channel uses another": plant({"bot/channels/planted.py": ("bot.channels.sms",)}, "channels"),
    "SQL in a page": plant({"bot/web/planted.py": ("sqlalchemy",)}, "storage-only"),
    "encryption in a page": plant({"bot/web/planted.py": ("cryptography",)}, "storage-only"),
    "aiogram in another channel": plant({"bot/channels/sms/planted.py": ("aiogram",)}, "telegram-only"),
    "a case opens a page": plant({"bot/casework/planted.py": ("bot.web",)}, "bot-layers"),
    "a module outside the layers": plant({"bot/planted.py": ()}, "bot-layers"),
    **{f"a cycle in {room}": cycle(room) for room in ("bot/web", "flows", "storage")},
}


def not_python(folder: str, names: list[str]) -> set[str]:
    return {name for name in names if not (Path(folder, name).is_dir() or name.endswith(".py"))}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=not_python)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def lint(tree: Path) -> tuple[dict[str, bool], str]:
    """Which contracts the tree keeps, by id, and all that the linter said."""
    ran = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-logo", "--no-cache"],
        cwd=tree,
        env={"COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    verdicts = dict(re.findall(r"^(.+?) (KEPT|BROKEN)", ran.stdout, flags=re.MULTILINE))
    assert verdicts.keys() == CONTRACTS.keys(), ran.stdout + ran.stderr
    return {CONTRACTS[name]: verdict == "KEPT" for name, verdict in verdicts.items()}, ran.stdout


def test_the_tree_keeps_every_contract(tree: Path) -> None:
    kept, said = lint(tree)
    assert all(kept.values()), said


@pytest.mark.parametrize("name", PLANTS)
def test_a_planted_import_breaks_its_contract_and_no_other(tree: Path, name: str) -> None:
    planted = PLANTS[name]
    for file, imports in planted.files.items():
        path = tree / file
        assert path.parent.is_dir(), f"{name}: {path.parent} is not there to plant in"
        path.write_text("".join(f"import {module}\n" for module in imports))

    kept, said = lint(tree)

    assert {contract for contract, held in kept.items() if not held} == planted.breaks, said
    if planted.breaks != {"acyclic"}:  # of a cycle, only the import to remove is named
        for file, imports in planted.files.items():
            for module in imports:
                assert f"{dotted(file)} -> {module} (" in said, said


def test_every_contract_is_proven_by_a_plant() -> None:
    assert {contract for planted in PLANTS.values() for contract in planted.breaks} == set(CONTRACTS.values())
