"""Look-ups that need no database: `places find`, `sms parts`, `sms texts`."""

from __future__ import annotations

from typing import Annotated
from xml.sax.saxutils import escape

import typer

from bot.app import check_countries, read_library
from bot.channels.parts import count, fold
from bot.cli.printing import AsJson, emit, lines
from bot.settings import ConfigInvalid
from flows.places.index import Candidate

places = typer.Typer(no_args_is_help=True)
sms = typer.Typer(no_args_is_help=True)

Text = Annotated[str | None, typer.Argument(help="Without it, lines are read from standard input.")]


@places.callback()
def _places() -> None:
    """A name or a point to the regions it may be in."""


@sms.callback()
def _sms() -> None:
    """Counts as a provider bills."""


@places.command("find")
def find(
    text: Text = None,
    country: Annotated[list[str] | None, typer.Option(help="Look here first, such as KE. May be repeated.")] = None,
    near: Annotated[str | None, typer.Option(help="A point instead of a name: LAT,LON.")] = None,
    as_json: AsJson = False,
) -> None:
    """Region candidates, best first; `accepted` means sure enough to offer for a yes."""
    library = read_library()
    index, countries = library.places, tuple(country or ())
    check_countries(countries, library, named_by="--country")
    if near is not None:
        latitude, longitude = _point(near)
        _show(near, index.near(latitude, longitude, countries=countries), accepted=False, as_json=as_json)
        return
    for line in lines(text):
        found = index.find(line, countries=countries)
        _show(line, found, accepted=bool(found) and index.accepted(found), as_json=as_json)


def _point(near: str) -> tuple[float, float]:
    try:
        latitude, longitude = map(float, near.split(","))
    except ValueError:
        raise ConfigInvalid(f"--near takes LAT,LON such as -0.28,36.07, not {near!r}.") from None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise ConfigInvalid(f"--near {near} is not on the globe: LAT is -90 to 90, LON -180 to 180.")
    return latitude, longitude


def _show(text: str, found: tuple[Candidate, ...], *, accepted: bool, as_json: bool) -> None:
    candidates = [{"region": each.region, "name": each.name, "confidence": round(each.confidence, 3)} for each in found]
    words = "; ".join(f"{each.region} {each.name} ({each.place}, {each.confidence:.2f})" for each in found)
    emit(
        {"text": text, "candidates": candidates, "accepted": accepted},
        f"{text}: {words or 'nothing like it'}{'' if accepted else ' [ask]'}",
        as_json=as_json,
    )


@sms.command("parts")
def parts(text: Text = None, as_json: AsJson = False) -> None:
    """Encoding, characters and parts of a text."""
    for line in lines(text):
        counted = count(line)
        emit(
            {
                "text": line,
                "encoding": str(counted.encoding),
                "characters": counted.characters,
                "parts": counted.parts,
            },
            f"{counted.parts} part{'' if counted.parts == 1 else 's'}, "
            f"{counted.characters} characters, {counted.encoding}: {line}",
            as_json=as_json,
        )


AT_PROVIDER = {
    "provider_fallback": "Said while this service is away. Twilio console, Phone Numbers, your number, Messaging "
    "Configuration, 'Primary handler fails': a TwiML Bin with",
    "provider_help": "The reply to the word HELP. Twilio console, Messaging Services, your service, Opt-Out "
    "Management, Advanced Opt-Out, HELP:",
}
"""The texts that a provider says for us, and where they are set."""


@sms.command("texts")
def texts(
    lang: Annotated[str, typer.Option(help="In which language.")] = "en",
    as_json: AsJson = False,
) -> None:
    """What to set by hand at the provider, so that people read something true while this service is away."""
    library = read_library()
    known = library.wording.languages.get(lang)
    if known is None:
        raise ConfigInvalid(f"There is no language {lang!r}. Known are {', '.join(library.wording.languages)}.")
    for name, where in AT_PROVIDER.items():
        said = fold(library.wording.say(library.flows.phrases[name].live, lang), accents=known.sms_fold)
        counted = count(said)
        pasted = f"<Response><Message>{escape(said)}</Message></Response>" if name == "provider_fallback" else said
        emit(
            {"name": name, "language": lang, "text": said, "parts": counted.parts, "paste": pasted, "where": where},
            f"{name}, {known.name}: {counted.parts} part{'' if counted.parts == 1 else 's'}, {counted.encoding}\n"
            f"  {where}\n  {pasted}",
            as_json=as_json,
        )
