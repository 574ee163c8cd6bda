"""An unfinished intake that became a case is asked about no further once the case itself has something to say.

From then on a number or a word answers that, and not a question from before. Nothing is lost: each answer has been put
into the case as it came.
"""

from __future__ import annotations

from dataclasses import replace

from flows.dialogue import filed
from flows.dialogue.conversation import ConversationId
from storage import Tx
from storage.errors import Vanished


async def set_down(tx: Tx, conversation: ConversationId) -> None:
    try:
        locked = await tx.conversations.lock([conversation])
    except Vanished:
        return
    for found in locked.values():
        if filed.case_of(found.session) is not None:
            await tx.conversations.save([replace(found, session=None)])
