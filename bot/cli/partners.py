"""`partners check|import` and `route explain`: the directory of partners, and what it means for a case."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from bot.app import Library, read_library, read_partners
from bot.casework.facts import facts_of
from bot.cli.printing import AsJson, emit
from bot.cli.store import in_store
from bot.settings import ConfigInvalid, read_settings
from flows.routing.case import CaseFacts, Scope
from flows.routing.directory import Directory
from flows.routing.match import match
from flows.routing.partners import Partner
from flows.routing.reasons import text_of
from flows.strict_yaml import FileBroken
from flows.triage.reasons import Reason
from flows.triage.urgency import Urgency
from storage import Tx

app = typer.Typer(no_args_is_help=True)
routes = typer.Typer(no_args_is_help=True)

FAULTS_FOUND = 1
File = Annotated[Path, typer.Argument(help="A partner file in YAML.")]


@routes.callback()
def _routes() -> None:
    """Dry runs of the same function that routes real cases."""


@app.command("check")
def check(file: File, as_json: AsJson = False) -> None:
    """Every fault by file, line, field and mend; nothing is stored."""
    try:
        found = read_partners(file, read_library())
    except FileBroken as broken:
        for fault in broken.faults:
            emit(asdict(fault), str(fault), as_json=as_json)
        sys.exit(FAULTS_FOUND)
    if not as_json:
        print(f"{file}: {len(found)} partners, no faults.")


@app.command("import")
def import_(file: File) -> None:
    """Takes the whole file or nothing: what the database held before is replaced."""
    listed = read_partners(file, read_library())

    async def work(tx: Tx) -> int:
        return await tx.partners.replace_all(listed)

    version = in_store(read_settings(), work)
    print(f"{file}: {len(listed)} partners taken (version {version}).")


@routes.command("explain")
def explain(
    case: Annotated[str | None, typer.Argument(help="A case's code.")] = None,
    issue: Annotated[str, typer.Option(help="Such as land_environment.land_grab.")] = "",
    region: Annotated[str, typer.Option(help="ISO 3166-2, such as KE-31.")] = "",
    lang: Annotated[str, typer.Option(help="The person's language.")] = "en",
    as_json: AsJson = False,
) -> None:
    """Who would get a case, in order, and why each other partner would not. Give a case's code, or issue and region."""
    library = read_library()
    settings = read_settings()

    async def work(tx: Tx) -> None:
        directory = Directory(await tx.partners.all(), regions=library.places.regions, issues=library.issues)
        facts = await _facts(tx, library, case, issue, region, lang)
        found = match(facts, directory, await tx.partners.loads(), tx.now)
        for ranked in found.candidates:
            _tell(ranked.partner, ranked.rank, ranked.reasons, library, as_json=as_json)
        for passed in found.passed_over:
            _tell(passed.partner, None, passed.reasons, library, as_json=as_json)
        if not as_json:
            print(f"{found.outside} partners work elsewhere.")

    in_store(settings, work)


async def _facts(tx: Tx, library: Library, case: str | None, issue: str, region: str, lang: str) -> CaseFacts:
    if case is not None:
        filed = await tx.cases.by_receipt(case)
        if filed is None:
            raise ConfigInvalid("There is no case with that code.")
        return await facts_of(tx, filed)
    if issue not in library.issues:
        raise ConfigInvalid(f"--issue {issue!r} is not known. See flows/library/issues.yaml.")
    if region not in library.places.regions:
        raise ConfigInvalid(f"--region {region!r} is not known. Give ISO 3166-2, such as KE-31.")
    return CaseFacts(region=region, issue=issue, urgency=Urgency.ROUTINE, language=lang, scope=Scope(share=True))


def _tell(partner: Partner, rank: int | None, reasons: Sequence[Reason], library: Library, *, as_json: bool) -> None:
    words = [library.wording.say(text_of(reason), "en") for reason in reasons]
    place = f"{rank}." if rank is not None else "-"
    emit(
        {"partner": partner.id, "rank": rank, "reasons": [str(reason.code) for reason in reasons]},
        f"{place} {partner.name}: {' '.join(words)}",
        as_json=as_json,
    )
