"""What casework does later: the kinds of its timers. A timer's subject is an id, its note a code."""

from __future__ import annotations

from enum import StrEnum


class Due(StrEnum):
    """OFFER, CONTACT: a referral's two clocks. PROMISE: our next message to a person. RE_OFFER: look for a partner
    again. PAGE: call again. SILENCE, UNFINISHED: a dangerous or a consented draft stopped. DRAFT, CLOSED: it goes."""

    OFFER = "offer_due"
    CONTACT = "contact_due"
    PROMISE = "promise"
    RE_OFFER = "re_offer"
    PAGE = "page"
    SILENCE = "silence"
    UNFINISHED = "unfinished"
    DRAFT = "draft"
    CLOSED = "closed"
