"""The people with an ordinary phone: they text in, and say STOP and START; and what becomes of texts sent to them.

Keywords count when they are the whole text, in any case. The message reaches the webhook all the same. Twilio's own
replies to keywords are not played, as they appear in no list either.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.support.doubles.control import Impossible
from tests.support.doubles.lanes import Lanes
from tests.support.doubles.twilio.hooks import Hooks
from tests.support.doubles.twilio.messages import Message, Messages
from tests.support.doubles.twilio.rules import E164, Account, Refused
from tests.support.doubles.twilio.segments import segments

STOP_WORDS = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
START_WORDS = frozenset({"START", "YES", "UNSTOP"})
HELP_WORDS = frozenset({"HELP", "INFO"})
COUNTRIES = {"+254": "KE", "+977": "NP", "+216": "TN", "+57": "CO", "+232": "SL", "+44": "GB", "+1": "US"}


@dataclass(slots=True, kw_only=True)
class Fate:
    """What happens to the next texts to a number. `callbacks` set apart tells of it in another order, or twice."""

    to: str | None
    statuses: Sequence[str]
    callbacks: Sequence[str] | None
    error_code: int | None
    times: int


class People:
    def __init__(self, account: Account, messages: Messages, hooks: Hooks, webhook: str | None) -> None:
        self._account = account
        self._messages = messages
        self._hooks = hooks
        self._webhook = webhook
        self._forms: dict[str, dict[str, str]] = {}
        self._opted_out: set[tuple[str, str]] = set()
        self._forbidden: tuple[str, ...] = ()
        self._fates: list[Fate] = []
        self.lanes: Lanes

    def check_reachable(self, to: str, sender: str | None) -> None:
        if to.startswith(self._forbidden):
            raise Refused(
                21408,
                f"Permission to send an SMS has not been enabled for the region indicated by the 'To' number: {to}.",
            )
        if (self._ours(sender), to) in self._opted_out:
            raise Refused(21610, "Attempt to send to unsubscribed recipient")

    def send(self, message: Message) -> None:
        """Play the message's fate in the background, telling its status callback."""
        fate = self._fate(message)

        async def live() -> None:
            for status in fate.statuses:
                self._messages.move(message, status, _code(status, fate.error_code))
                if fate.callbacks is None:
                    await self._tell(message, status, fate.error_code)
            for status in fate.callbacks or ():
                await self._tell(message, status, fate.error_code)

        self.lanes.put(message.sid, live)

    async def webhook(self, *, url: str | None) -> None:
        """Where inbound texts are posted; none: they are only kept."""
        self._webhook = url

    async def text(
        self,
        *,
        sender: str,
        body: str,
        to: str | None = None,
        media: Sequence[str] = (),
        extra: Mapping[str, str] | None = None,
        forged: bool = False,
        lost: bool = False,
    ) -> dict[str, Any]:
        """Text in and wait for the hook's answer. `media` are content types; `lost` never reaches the hook."""
        to = to or self._account.numbers[0]
        if not E164.fullmatch(sender) or to not in self._account.numbers:
            raise Impossible(f"{sender} cannot text {to}")
        message = self._messages.receive(sender=sender, to=to, body=body, media=len(media))
        keyword = self._heed(body, to, sender)
        self._forms[message.sid] = {**self._inbound_form(message, media, keyword), **(extra or {})}
        return {
            "sid": message.sid,
            "hook": None if lost else await self._post_inbound(message.sid, forged=forged),
        }

    async def replay(self, *, sid: str, forged: bool = False) -> dict[str, Any]:
        """Post an inbound text once more, same MessageSid, same form."""
        if sid not in self._forms:
            raise Impossible(f"no inbound text {sid}")
        return {"sid": sid, "hook": await self._post_inbound(sid, forged=forged)}

    async def opt_out(self, *, number: str, ours: str | None = None) -> None:
        self._opted_out.add((self._ours(ours), number))

    async def opt_in(self, *, number: str, ours: str | None = None) -> None:
        self._opted_out.discard((self._ours(ours), number))

    async def forbid(self, *, prefixes: Sequence[str]) -> None:
        """Regions for which sending is not enabled."""
        self._forbidden = tuple(prefixes)

    async def fate(
        self,
        *,
        statuses: Sequence[str],
        to: str | None = None,
        callbacks: Sequence[str] | None = None,
        error_code: int | None = None,
        times: int = 1,
    ) -> None:
        self._fates.append(Fate(to=to, statuses=statuses, callbacks=callbacks, error_code=error_code, times=times))

    async def progress(
        self, *, sid: str, status: str, error_code: int | None = None, forged: bool = False
    ) -> dict[str, Any] | None:
        """Move one message now and tell its status callback; a forged one only tells."""
        message = self._messages.find(sid)
        if not forged:
            self._messages.move(message, status, _code(status, error_code))
        return await self._tell(message, status, error_code, forged=forged)

    def _ours(self, number: str | None) -> str:
        """A block holds for a whole messaging service, else for one number."""
        return self._account.service or number or self._account.numbers[0]

    def _heed(self, body: str, to: str, sender: str) -> str | None:
        word = body.strip().upper()
        pair = (self._ours(to), sender)
        if word in STOP_WORDS:
            self._opted_out.add(pair)
            return "STOP"
        if word in START_WORDS:
            self._opted_out.discard(pair)
            return "START"
        return "HELP" if word in HELP_WORDS else None

    def _fate(self, message: Message) -> Fate:
        for fate in self._fates:
            if fate.to in (None, message.to):
                fate.times -= 1
                if fate.times == 0:
                    self._fates.remove(fate)
                return fate
        usual = ["queued"] if message.service else []
        return Fate(to=None, statuses=[*usual, "sent", "delivered"], callbacks=None, error_code=None, times=1)

    async def _post_inbound(self, sid: str, *, forged: bool) -> dict[str, Any] | None:
        if self._webhook is None:
            return None
        return await self._hooks.post(self._webhook, self._forms[sid], forged=forged, twiml=True)

    def _inbound_form(self, message: Message, media: Sequence[str], keyword: str | None) -> dict[str, str]:
        """What a long code posts. Places are empty outside the United States, yet present and signed."""
        sender = message.sender or ""
        form = {
            "ToCountry": _country(message.to),
            "ToState": "",
            "SmsMessageSid": message.sid,
            "NumMedia": str(len(media)),
            "ToCity": "",
            "FromZip": "",
            "SmsSid": message.sid,
            "FromState": "",
            "SmsStatus": "received",
            "FromCity": "",
            "Body": message.text,
            "FromCountry": _country(sender),
            "To": message.to,
            "ToZip": "",
            "NumSegments": str(segments(message.text)),
            "MessageSid": message.sid,
            "AccountSid": self._account.sid,
            "From": sender,
            "ApiVersion": "2010-04-01",
        }
        if self._account.service:
            form["MessagingServiceSid"] = self._account.service
            if keyword and self._account.advanced_opt_out:
                form["OptOutType"] = keyword
        base = f"https://api.twilio.com{self._messages.uri(message.sid).removesuffix('.json')}/Media"
        for index, kind in enumerate(media):
            form[f"MediaContentType{index}"] = kind
            form[f"MediaUrl{index}"] = f"{base}/ME{index:032x}"
        return form

    async def _tell(
        self, message: Message, status: str, error_code: int | None, *, forged: bool = False
    ) -> dict[str, Any] | None:
        if message.callback is None:
            return None
        form = {
            "SmsSid": message.sid,
            "SmsStatus": status,
            "MessageStatus": status,
            "To": message.to,
            "MessageSid": message.sid,
            "AccountSid": self._account.sid,
            "From": message.sender or self._account.numbers[0],
            "ApiVersion": "2010-04-01",
        }
        if message.service:
            form["MessagingServiceSid"] = message.service
        if status in ("delivered", "undelivered"):
            form["RawDlrDoneDate"] = f"{message.updated:%y%m%d%H%M}"
        code = _code(status, error_code)
        if code is not None:
            form["ErrorCode"] = str(code)
        return await self._hooks.post(message.callback, form, forged=forged)


def _code(status: str, error_code: int | None) -> int | None:
    return (error_code or 30008) if status in ("failed", "undelivered") else None


def _country(number: str) -> str:
    return next((country for prefix, country in COUNTRIES.items() if number.startswith(prefix)), "")
