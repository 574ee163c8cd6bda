"""The desk: where members see the queue and the cases, and put right what routing alone cannot.

Built from a `Desk`, everything its pages need. Each page asks storage through `scope(member)`, so what a member may not
see is not found at all.
"""

from __future__ import annotations

from bot.web.desk.desk import Desk

__all__ = ["Desk"]
