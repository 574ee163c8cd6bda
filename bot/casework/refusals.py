"""What the desk may not do now, said so that the page can show it as it is."""

from __future__ import annotations

from flows.dialogue.text import Text


class CaseworkRefused(Exception):
    """Nothing was changed. `text` says why, to be put into the member's language."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.source)
        self.text = text


class NotAllowed(CaseworkRefused):
    """This member may not do that with this case."""


class CaseMoved(CaseworkRefused):
    """The case is not in a state in which that makes sense (any more)."""


class NotSafe(CaseworkRefused):
    """The person did not say that this is safe."""


class NotAgreed(CaseworkRefused):
    """The person did not agree to that, or a rule forbids it that nobody may relax."""


class Unknown(CaseworkRefused):
    """There is no such region, issue, urgency, notice, partner or reason."""
