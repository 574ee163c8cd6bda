"""The partners of the network: replaced as a whole by an import, sealed under the network's key but for id and name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import delete, func, select

from flows.routing.casebook import CaseState, PartnerId
from flows.routing.match import Load
from flows.routing.partners import Partner, partner_from_data, partner_to_data
from storage.scope import HOLDS
from storage.tables import cases, imports, partners, referrals
from storage.unit import Unit


class Partners:
    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def replace_all(self, listed: Sequence[Partner]) -> int:
        """What was there before is gone, all or nothing; returns the new version."""
        seal = await self._unit.network_seal()
        await self._unit.change(delete(partners))
        await self._unit.change_each(
            partners.insert(),
            [
                {
                    "id": partner.id,
                    "name": partner.name,
                    "record": seal.close_data("partners", "record", partner.id, partner_to_data(partner)),
                }
                for partner in listed
            ],
        )
        await self._unit.change(imports.insert().values(at=self._unit.now))
        return await self.version()

    async def all(self) -> Sequence[Partner]:
        """In the order of their ids."""
        found = await self._unit.rows(select(partners).order_by(partners.c.id))
        if not found:
            return []
        seal = await self._unit.network_seal()
        return [partner_from_data(seal.open_data("partners", "record", row.id, row.record)) for row in found]

    async def version(self) -> int:
        """Grows with each import; 0 before the first."""
        return (await self._unit.value(select(func.max(imports.c.n)))) or 0

    async def loads(self) -> Mapping[PartnerId, Load]:
        """What each partner carries: open cases it accepted, and when it was last offered one."""
        carried = func.count().filter(referrals.c.state.in_(HOLDS), cases.c.state != CaseState.CLOSED)
        found = await self._unit.rows(
            select(referrals.c.partner_id, carried.label("open_cases"), func.max(referrals.c.offered_at).label("last"))
            .join(cases, cases.c.id == referrals.c.case_id)
            .group_by(referrals.c.partner_id)
        )
        return {PartnerId(row.partner_id): Load(open_cases=row.open_cases, last_offer_at=row.last) for row in found}
