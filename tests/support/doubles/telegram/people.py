"""The people with a phone: what they write and tap, and what the bot has put on their screens.

Only private chats exist here; a chat's number is its person's. A chat begins with the person's first deed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.support.doubles.clock import Clock
from tests.support.doubles.control import Impossible
from tests.support.doubles.journal import Journal
from tests.support.doubles.telegram.rules import Refused, bad
from tests.support.doubles.telegram.updates import Updates

MEDIA: dict[str, Any] = {
    "photo": [{"file_id": "F1", "file_unique_id": "U1", "width": 90, "height": 67, "file_size": 1253}],
    "voice": {"file_id": "F2", "file_unique_id": "U2", "duration": 3, "mime_type": "audio/ogg"},
    "sticker": {
        "file_id": "F3",
        "file_unique_id": "U3",
        "type": "regular",
        "width": 512,
        "height": 512,
        "is_animated": False,
        "is_video": False,
    },
    "document": {"file_id": "F4", "file_unique_id": "U4", "file_name": "letter.pdf"},
}
QUERY_GONE = "Query is too old and response timeout expired or query ID is invalid"
DELETABLE_FOR = 48 * 3600


@dataclass(slots=True, kw_only=True)
class Message:
    id: int
    chat: int
    from_bot: bool
    date: int
    content: dict[str, Any]
    markup: dict[str, Any] | None = None
    edit_date: int | None = None
    earlier_texts: list[str] = field(default_factory=list)
    deleted: bool = False

    @property
    def buttons(self) -> list[list[dict[str, Any]]]:
        rows: list[list[dict[str, Any]]] = (self.markup or {}).get("inline_keyboard", [])
        return rows


@dataclass(slots=True, kw_only=True)
class Tap:
    id: str
    chat: int
    data: str
    answered: bool = False
    expired: bool = False
    text: str | None = None


class People:
    def __init__(self, bot: dict[str, Any], updates: Updates, journal: Journal, clock: Clock) -> None:
        self._bot = bot
        self._updates = updates
        self._journal = journal
        self._clock = clock
        self._persons: dict[int, dict[str, Any]] = {}
        self._blocking: set[int] = set()
        self._messages: list[Message] = []
        self._taps: dict[str, Tap] = {}

    # What the bot does to a chat.

    def reachable(self, chat: int) -> int:
        if chat not in self._persons:
            raise bad("Chat not found")
        if chat in self._blocking:
            raise Refused(403, "Forbidden: bot was blocked by the user")
        return chat

    def show(self, chat: int, text: str, markup: dict[str, Any] | None) -> Message:
        return self._keep(self.reachable(chat), {"text": text}, from_bot=True, markup=markup)

    def editable(self, chat: int, message_id: int) -> Message:
        message = self._present(chat, message_id, "Message to edit not found")
        if not message.from_bot or (message.markup and not message.buttons):
            raise bad("Message can't be edited")
        return message

    def change(self, message: Message, text: str, markup: dict[str, Any] | None) -> Message:
        if (text, markup) == (message.content["text"], message.markup):
            raise bad(
                "Message is not modified: specified new message content and reply markup are exactly the same"
                " as a current content and reply markup of the message"
            )
        if text != message.content["text"]:
            message.earlier_texts.append(message.content["text"])
        message.content, message.markup, message.edit_date = {"text": text}, markup, self._clock.unix()
        self._journal.note("changed", chat=message.chat, message=message.id)
        return message

    def remove(self, chat: int, message_id: int) -> None:
        message = self._present(chat, message_id, "Message to delete not found")
        if self._clock.unix() - message.date > DELETABLE_FOR:
            raise bad("Message can't be deleted for everyone")
        message.deleted = True
        self._journal.note("removed", chat=chat, message=message_id)

    def remove_all(self, chat: int, message_ids: Sequence[int]) -> None:
        """Those that are not there are passed over; one that is too old keeps all of them."""
        found = [message for each in message_ids if (message := self._find(self.reachable(chat), each))]
        if any(self._clock.unix() - message.date > DELETABLE_FOR for message in found):
            raise bad("Message can't be deleted for everyone")
        for message in found:
            message.deleted = True
            self._journal.note("removed", chat=chat, message=message.id)

    def answer_tap(self, query: str, text: str | None) -> None:
        tap = self._taps.get(query)
        if tap is None or tap.answered or tap.expired:
            raise bad(QUERY_GONE)
        tap.answered, tap.text = True, text
        self._journal.note("tap_answered", chat=tap.chat, query=query)

    def message_json(self, message: Message) -> dict[str, Any]:
        sender = self._bot if message.from_bot else self._persons[message.chat]
        told = {
            "message_id": message.id,
            "from": sender,
            "chat": self._chat_json(message.chat),
            "date": message.date,
            **message.content,
        }
        if message.edit_date is not None:
            told["edit_date"] = message.edit_date
        if message.buttons:
            told["reply_markup"] = message.markup
        return told

    # What a person does.

    async def person(self, *, chat: int, **card: Any) -> None:
        """Give a person a name, username or language; without it they get a plain one."""
        self._persons[chat] = {"id": chat, "is_bot": False, "first_name": f"Person {chat}", **card}

    async def write(self, *, chat: int, text: str) -> dict[str, Any]:
        content: dict[str, Any] = {"text": text}
        if text.startswith("/"):
            command = text.split(maxsplit=1)[0]
            content["entities"] = [{"type": "bot_command", "offset": 0, "length": len(command)}]
        return await self._say(chat, content)

    async def contact(
        self, *, chat: int, phone: str, first_name: str | None = None, own: bool = True
    ) -> dict[str, Any]:
        card: dict[str, Any] = {"phone_number": phone, "first_name": first_name or f"Person {chat}"}
        return await self._say(chat, {"contact": {**card, "user_id": chat} if own else card})

    async def location(self, *, chat: int, latitude: float, longitude: float) -> dict[str, Any]:
        return await self._say(chat, {"location": {"latitude": latitude, "longitude": longitude}})

    async def media(self, *, chat: int, kind: str, caption: str | None = None) -> dict[str, Any]:
        if kind not in MEDIA:
            raise Impossible(f"no such media; there are {', '.join(MEDIA)}")
        return await self._say(chat, {kind: MEDIA[kind], **({"caption": caption} if caption else {})})

    async def edit(self, *, chat: int, message: int, text: str) -> dict[str, Any]:
        theirs = self._find(chat, message)
        if theirs is None or theirs.from_bot or "text" not in theirs.content:
            raise Impossible(f"message {message} is no text of person {chat}")
        theirs.earlier_texts.append(theirs.content["text"])
        theirs.content, theirs.edit_date = {"text": text}, self._clock.unix()
        return {"update": self._updates.push("edited_message", chat, self.message_json(theirs))}

    async def tap(self, *, chat: int, message: int, data: str) -> dict[str, Any]:
        shown = self._find(chat, message)
        on_screen = [button.get("callback_data") for row in shown.buttons for button in row] if shown else []
        if shown is None or data not in on_screen:
            raise Impossible(f"no button {data!r} on message {message} of chat {chat}; there are {on_screen}")
        tap = Tap(id=str(4_300_000_000_000 + len(self._taps)), chat=chat, data=data)
        self._taps[tap.id] = tap
        query = {
            "id": tap.id,
            "from": self._persons[chat],
            "message": self.message_json(shown),
            "chat_instance": str(-chat),
            "data": data,
        }
        return {"update": self._updates.push("callback_query", chat, query), "query": tap.id}

    async def expire(self) -> None:
        """All taps not yet answered are too old now."""
        for tap in self._taps.values():
            tap.expired = True

    async def block(self, *, chat: int) -> dict[str, Any]:
        await self._exists(chat)
        self._blocking.add(chat)
        return self._membership(chat, "member", "kicked")

    async def unblock(self, *, chat: int) -> dict[str, Any]:
        self._blocking.discard(chat)
        return self._membership(chat, "kicked", "member")

    # What a test sees.

    def messages(self, chat: str) -> list[dict[str, Any]]:
        """Everything the bot ever put into a chat, in order, the deleted too."""
        return [
            {
                "message": message.id,
                "text": message.content["text"],
                "earlier_texts": message.earlier_texts,
                "buttons": message.buttons,
                "keyboard": message.markup if not message.buttons else None,
                "deleted": message.deleted,
            }
            for message in self._messages
            if message.chat == int(chat) and message.from_bot
        ]

    def screen(self, chat: str) -> list[dict[str, Any]]:
        """What a chat still shows, of both sides."""
        return [
            {"message": message.id, "ours": message.from_bot, **message.content}
            for message in self._messages
            if message.chat == int(chat) and not message.deleted
        ]

    def taps(self, chat: str | None = None) -> list[dict[str, Any]]:
        return [
            {"query": tap.id, "chat": tap.chat, "data": tap.data, "answered": tap.answered, "text": tap.text}
            for tap in self._taps.values()
            if chat is None or tap.chat == int(chat)
        ]

    async def _exists(self, chat: int) -> None:
        if chat not in self._persons:
            await self.person(chat=chat)

    async def _say(self, chat: int, content: dict[str, Any]) -> dict[str, Any]:
        if chat in self._blocking:
            raise Impossible(f"person {chat} blocks the bot and cannot write before unblocking it")
        await self._exists(chat)
        message = self._keep(chat, content, from_bot=False, markup=None)
        number = self._updates.push("message", chat, self.message_json(message))
        return {"update": number, "message": message.id}

    def _keep(self, chat: int, content: dict[str, Any], *, from_bot: bool, markup: dict[str, Any] | None) -> Message:
        message = Message(
            id=len(self._messages) + 1,
            chat=chat,
            from_bot=from_bot,
            date=self._clock.unix(),
            content=content,
            markup=markup,
        )
        self._messages.append(message)
        self._journal.note("shown" if from_bot else "said", chat=chat, message=message.id)
        return message

    def _find(self, chat: int, message_id: int) -> Message | None:
        if not 1 <= message_id <= len(self._messages):
            return None
        message = self._messages[message_id - 1]
        return None if message.chat != chat or message.deleted else message

    def _present(self, chat: int, message_id: int, otherwise: str) -> Message:
        if chat not in self._persons:
            raise bad("Chat not found")
        if message_id <= 0:
            raise bad("Message identifier is not specified")
        message = self._find(chat, message_id)
        if message is None:
            raise bad(otherwise)
        return message

    def _chat_json(self, chat: int) -> dict[str, Any]:
        names = ("id", "first_name", "last_name", "username")
        person = self._persons[chat]
        return {name: person[name] for name in names if name in person} | {"type": "private"}

    def _membership(self, chat: int, before: str, after: str) -> dict[str, Any]:
        def member(status: str) -> dict[str, Any]:
            return {"status": status, "user": self._bot, **({"until_date": 0} if status == "kicked" else {})}

        change = {
            "chat": self._chat_json(chat),
            "from": self._persons[chat],
            "date": self._clock.unix(),
            "old_chat_member": member(before),
            "new_chat_member": member(after),
        }
        return {"update": self._updates.push("my_chat_member", chat, change)}
