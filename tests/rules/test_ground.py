"""The ground holds: vendored files match their lock, locks carry hashes but no addresses, commands exist."""

import hashlib
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
VENDOR = ROOT / "bot/web/static/vendor"
LOCKS = ("requirements.lock", "requirements-dev.lock", "deploy/setup/uv.lock.txt")

# Written in two halves, so that this file does not name what it looks for.
REGISTRIES = re.compile(
    "|".join(
        re.escape(domain + "." + suffix)
        for domain, suffix in (
            *(
                ("pypi", "org"),
                ("pythonhosted", "org"),
                ("npmjs", "org"),
                ("npmjs", "com"),
                ("yarnpkg", "com"),
            ),
            *(
                ("unpkg", "com"),
                ("jsdelivr", "net"),
                ("cdnjs", "cloudflare.com"),
                ("docker", "io"),
                ("ghcr", "io"),
            ),
            *(("jfrog", "io"), ("deb.debian", "org"), ("archive.ubuntu", "com")),
        )
    ),
    flags=re.IGNORECASE,
)
ADDRESS = re.compile(r"https?://|file:|--(extra-)?index-url|--find-links", flags=re.IGNORECASE)


def committed_texts() -> dict[str, str]:
    """Every text file outside the folders that .gitignore names, by its path. Needs no git."""
    ignored = {line.rstrip("/") for line in (ROOT / ".gitignore").read_text().splitlines()} | {".git"}
    texts: dict[str, str] = {}
    folders = [ROOT]
    while folders:
        for path in folders.pop().iterdir():
            if path.name in ignored or path.is_symlink():
                continue
            if path.is_dir():
                folders.append(path)
            elif b"\0" not in (raw := path.read_bytes()):
                texts[path.relative_to(ROOT).as_posix()] = raw.decode(errors="replace")
    return texts


def test_no_committed_text_names_a_package_registry() -> None:
    texts = committed_texts()
    assert {"Makefile", "pyproject.toml", "tests/rules/test_ground.py", *LOCKS} <= texts.keys()
    named = {name: match.group() for name, text in texts.items() if (match := REGISTRIES.search(text))}
    assert named == {}


def test_the_registry_scan_sees_a_registry() -> None:
    assert REGISTRIES.search("https://files." + "pythonhosted" + ".org/packages/")


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_requirement_has_hashes_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text()
    requirements = [part for part in text.replace("\\\n", " ").splitlines() if part.strip()]
    assert requirements
    for requirement in requirements:
        assert re.match(r"[a-z0-9-]+==[^ ]+ .*--hash=sha256:[0-9a-f]{64}", requirement), requirement
    assert not ADDRESS.search(text)


def test_the_development_lock_holds_the_whole_runtime_lock() -> None:
    runtime, development = (pins(lock) for lock in LOCKS[:2])
    assert runtime
    assert runtime <= development


def pins(lock: str) -> set[str]:
    return set(re.findall(r"^[a-z0-9-]+==\S+", (ROOT / lock).read_text(), flags=re.MULTILINE))


def test_every_declared_dependency_is_locked() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    for lock, wanted in (
        (LOCKS[0], settings["project"]["dependencies"]),
        (LOCKS[1], settings["project"]["dependencies"] + settings["dependency-groups"]["dev"]),
    ):
        locked = {pin.partition("==")[0] for pin in pins(lock)}
        names = {re.split(r"[\[<>=]", requirement)[0].replace(".", "-").lower() for requirement in wanted}
        assert names
        assert names <= locked


def test_vendored_files_are_the_ones_the_lock_names() -> None:
    packages = tomllib.loads((VENDOR / "vendor.lock.toml").read_text())["package"]
    locked = {file["name"]: file["sha256"] for package in packages for file in package["file"]}
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.iterdir()
        if path.name not in {"README.md", "vendor.lock.toml"}
    }
    assert locked
    assert found == locked
    for package in packages:
        assert package["licence_file"] in found
        assert {"name", "npm", "version", "licence"} <= package.keys()


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_every_make_target_a_page_names_exists(page: str) -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z]+):", makefile, flags=re.MULTILINE))
    named = set(re.findall(r"(?:^|`)(?:[A-Z_]+=\S+ )*make ([a-z]+)", (ROOT / page).read_text(), flags=re.MULTILINE))
    assert named
    assert named <= targets
