"""Emergency numbers of the network, for someone in danger who says that nobody else reads this phone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flows.dialogue.definition import NOT_KNOWN
from flows.dialogue.events import Given
from flows.places.regions import RegionTree
from flows.routing.network import Contact

MOST = 2


def numbers_now(
    contacts: Sequence[Contact], regions: RegionTree, before: Sequence[Given], after: Sequence[Given], today: date
) -> tuple[Contact, ...]:
    """Those to show with this message, the one that made the region sure; they are said once. Who the other side is has
    not been asked, so no uniform is ever among them."""
    region = _region(after)
    if not contacts or not region or _region(before):
        return ()
    facts = {answer.fact: answer.value for answer in after}
    opening = next((answer.value for answer in after if answer.step == "opening"), "")
    private = opening == "danger" and facts.get("phone") == "no"
    above = regions.ancestors(region)
    return tuple(each for each in contacts if each.may_be_sent(above, today, private=private, authority=None))[:MOST]


def _region(given: Sequence[Given]) -> str:
    found = (each for each in given if each.fact == "region" and each.sure and each.value != NOT_KNOWN)
    return next((str(each.value) for each in found), "")
