"""One transaction, with a repository for each noun. What is done through one `Tx` is stored together or not at all."""

from __future__ import annotations

from datetime import datetime

from storage.audit import Audit
from storage.cases import Cases
from storage.consents import Consents
from storage.conversations import Conversations
from storage.drills import Drills
from storage.erasures import Erasures, Traces
from storage.gaps import Gaps
from storage.held import Held
from storage.members import Members
from storage.outbox import Outbox
from storage.pages import Pages
from storage.partners import Partners
from storage.received import Received
from storage.referrals import Referrals
from storage.timers import Timers
from storage.unit import Unit


class Tx:
    """`now` was read once, from the store's clock, when the transaction began."""

    def __init__(self, unit: Unit) -> None:
        self.now: datetime = unit.now
        self.audit = Audit(unit)
        self.cases = Cases(unit)
        self.consents = Consents(unit)
        self.conversations = Conversations(unit)
        self.drills = Drills(unit)
        self.erasures = Erasures(unit)
        self.gaps = Gaps(unit)
        self.held = Held(unit)
        self.members = Members(unit)
        self.outbox = Outbox(unit)
        self.pages = Pages(unit)
        self.partners = Partners(unit)
        self.received = Received(unit)
        self.referrals = Referrals(unit)
        self.timers = Timers(unit)
        self.traces = Traces(unit)
