"""What casework does later: the kinds of its timers. A timer's subject is an id, its note a code."""

from __future__ import annotations

from enum import StrEnum


class Due(StrEnum):
    """OFFER, CONTACT: a referral's two clocks. PROMISE: our next message to a person. RE_OFFER: look for a partner
    again. PAGE: call again. UNANSWERED: tell the person so. DRILL, TEST: the calls that are not real. SILENCE,
    UNFINISHED: a dangerous or a consented draft stopped. REMIND: a few words to someone who stopped. DRAFT, CLOSED: it
    goes. HANDS: a number silent for so long that it may be someone else's."""

    OFFER = "offer_due"
    CONTACT = "contact_due"
    PROMISE = "promise"
    RE_OFFER = "re_offer"
    PAGE = "page"
    UNANSWERED = "unanswered"
    DRILL = "drill"
    TEST = "test"
    SILENCE = "silence"
    UNFINISHED = "unfinished"
    REMIND = "remind"
    DRAFT = "draft"
    CLOSED = "closed"
    HANDS = "hands"


OF_DRAFT = (Due.DRAFT, Due.UNFINISHED, Due.REMIND)
"""What waits for an intake that is not finished, by its conversation."""
