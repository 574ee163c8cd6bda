"""All SQL and the vault: returns the types of `flows`, never rows.

    async with Store.open(url, KeyFile(path), clock=DatabaseClock()) as store:
        async with store.transaction() as tx:
            found = await tx.conversations.ensure([("sms", "+10005550100")])

`tx` has one repository for each noun, each a module here: conversations, received, held, outbox, timers, cases,
consents, partners, members, referrals, pages, gaps, audit. `tx.now` is the one time of the transaction.
"""

from storage.clock import Clock, DatabaseClock, ShiftedClock
from storage.keys import KeyFile
from storage.scope import MemberScope, scope
from storage.store import Store
from storage.transaction import Tx

__all__ = ["Clock", "DatabaseClock", "KeyFile", "MemberScope", "ShiftedClock", "Store", "Tx", "scope"]
