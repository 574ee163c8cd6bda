"""What the desk's pages are built from."""

from __future__ import annotations

from dataclasses import dataclass

from bot.casework.casework import Casework
from bot.casework.voice import Voice
from bot.wording import Wording
from flows.dialogue.conversation import MemberId
from flows.places.regions import RegionTree
from flows.routing.network import Network
from flows.triage.issues import IssueTree
from storage import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """`secure`: served over https, so the session's cookie is bound to it. `guest`: in a demo, who is at the desk
    without signing in."""

    store: Store
    casework: Casework
    voice: Voice
    network: Network
    regions: RegionTree
    issues: IssueTree
    secure: bool
    guest: MemberId | None = None

    @property
    def wording(self) -> Wording:
        return self.voice.wording
