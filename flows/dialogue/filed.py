"""An intake that goes on after its answers became a case: later answers complete that case, and make no second one.

It is marked in the session's own log, so that it is kept, sealed and erased with the answers.
"""

from __future__ import annotations

from dataclasses import replace

from flows.dialogue.conversation import CaseId
from flows.dialogue.session import Answered, Session

FILED = "@filed"


def mark(session: Session, case: CaseId, receipt: str) -> Session:
    """`receipt` has not been told to the person yet."""
    return replace(session, log=(*session.log, Answered(FILED, case, receipt)))


def case_of(session: Session | None) -> CaseId | None:
    found = _last(session)
    return CaseId(str(found.value)) if found else None


def untold(session: Session | None) -> str:
    """The receipt, until the person was told it."""
    found = _last(session)
    return found.said if found else ""


def told(session: Session) -> Session:
    found = _last(session)
    return replace(session, log=(*session.log, Answered(FILED, found.value))) if found else session


def _last(session: Session | None) -> Answered | None:
    log = session.log if session else ()
    return next((e for e in reversed(log) if isinstance(e, Answered) and e.step == FILED), None)
