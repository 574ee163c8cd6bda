"""`members add|invite|list|suspend`: the people who work with cases, their sign-in and their phones."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.app import read_library
from bot.casework.roster import Seat, roster
from bot.cli.printing import AsJson, emit
from bot.cli.service import casework_for, network_of
from bot.cli.store import in_store
from bot.settings import ConfigInvalid, Settings, read_settings
from flows.routing.casebook import Member, PartnerId, Role
from storage import Tx
from storage.errors import NameTaken

app = typer.Typer(no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="As the partner file or the rota names them.")]


async def _member(tx: Tx, name: str) -> Member:
    found = await tx.members.by_name(name)
    if found is None:
        raise ConfigInvalid(f"There is no member called {name!r}. See `baraza members list`.")
    return found


@app.command("add")
def add(
    name: Name,
    role: Annotated[Role, typer.Option(help="What they may do.")],
    partner: Annotated[str | None, typer.Option(help="A paralegal's partner id.")] = None,
    lang: Annotated[str, typer.Option(help="Their own language.")] = "en",
) -> None:
    """Adds a member, or knows them already, and prints a link to sign in to the desk: 10 minutes, once."""
    settings = read_settings()

    async def work(tx: Tx) -> str:
        known = {each.id for each in await tx.partners.all()}
        if partner is not None and partner not in known:
            raise ConfigInvalid(f"There is no partner {partner!r}. Import the partner file first.")
        if role is Role.PARALEGAL and partner is None:
            raise ConfigInvalid("A paralegal belongs to a partner. Add --partner ID.")
        try:
            member = await tx.members.add(
                name, role, partner=PartnerId(partner) if partner is not None else None, language=lang
            )
        except NameTaken:
            member = await _member(tx, name)
            if (member.role, member.partner) != (role, partner):
                raise ConfigInvalid(f"{name!r} exists with another role or partner.") from None
        return await tx.members.sign_in_token(member.id)

    print(f"{_address(settings)}/desk/sign-in/{in_store(settings, work)}")


@app.command("invite")
def invite(name: Name) -> None:
    """Prints a code, good for 48 hours, with which they link their phone: /start CODE or JOIN CODE."""

    async def work(tx: Tx) -> str:
        return await tx.members.invite((await _member(tx, name)).id)

    code = in_store(read_settings(), work)
    print(f"{code}\nOn Telegram: /start {code}\nBy text message: JOIN {code}")


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """Everyone, with role, partner, whether a phone is linked, and with a network file who is on call."""
    settings = read_settings()
    network = network_of(settings) if settings.network else None

    async def work(tx: Tx) -> None:
        seats = {seat.name: seat for seat in await roster(tx, network)} if network else {}
        for member in await tx.members.list():
            seat = seats.get(member.name)
            state = "suspended" if member.suspended else "linked" if member.conversations else "no phone linked"
            emit(
                {
                    "name": member.name,
                    "role": member.role,
                    "partner": member.partner,
                    "state": state,
                    "on_call": _seat_data(seat) if seat else None,
                },
                f"{member.name}: {member.role}{f' at {member.partner}' if member.partner else ''}, {state}"
                f"{_seat_words(seat) if seat else ''}",
                as_json=as_json,
            )

    in_store(settings, work)


def _seat_data(seat: Seat) -> dict[str, object]:
    return {
        "on_duty": seat.on_duty,
        "last_resort": seat.last_resort,
        "answered_at": seat.answered_at.isoformat() if seat.answered_at else None,
        "can_be_called": seat.proven,
    }


def _seat_words(seat: Seat) -> str:
    duty = "on duty now" if seat.on_duty else "last resort" if seat.last_resort else "off duty now"
    if seat.proven and seat.answered_at:
        return f", {duty}, answered a call on {seat.answered_at:%Y-%m-%d}"
    return f", {duty}, has NOT answered a test page: see `baraza drill --test`"


@app.command("suspend")
def suspend(name: Name) -> None:
    """Unlinks their phones, ends their sessions and puts their cases to others."""
    settings = read_settings()

    async def work(tx: Tx) -> None:
        member = await _member(tx, name)
        if settings.network is None:
            await tx.members.suspend(member.id)
            await tx.audit.add("suspended", actor="system", subject=member.id)
        else:
            await casework_for(settings, read_library()).suspend(tx, member)

    in_store(settings, work)
    print(f"{name} is suspended: no phone is linked, no session open.")
    if settings.network is None:
        print("Cases they had stay with them. Set BARAZA_NETWORK and run this again to put them to others.")


def _address(settings: Settings) -> str:
    return settings.public_url or f"http://{settings.listen}"
