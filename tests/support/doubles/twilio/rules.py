"""What Twilio refuses of a request, with its error codes (twilio.com/docs/api/errors/<code>). Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlsplit

BODY_LIMIT = 1600
CALLBACK_LIMIT = 4000
E164 = re.compile(r"\+[1-9]\d{6,14}")
SERVICE_SID = re.compile(r"MG[0-9a-f]{32}")
HOST = re.compile(r"[A-Za-z0-9.\-\[\]:]+")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One Twilio account. With a messaging service, all its numbers are that service's senders."""

    sid: str
    token: str
    numbers: tuple[str, ...]
    service: str | None = None
    advanced_opt_out: bool = False


class Refused(Exception):
    def __init__(self, code: int, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A create request that may be stored. The sender is open while a messaging service has not chosen one."""

    to: str
    sender: str | None
    service: str | None
    body: str
    media: int
    callback: str | None


def draft(form: Mapping[str, str], media: int, account: Account) -> Draft:
    to, sender, service = form.get("To", ""), form.get("From", ""), form.get("MessagingServiceSid", "")
    body = form.get("Body", "")
    if not to:
        raise Refused(21604, "A 'To' phone number is required.")
    if not sender and not service:
        raise Refused(21603, "A 'From' phone number is required.")
    if not body and not media:
        raise (
            Refused(21619, "A text message body or media urls must be specified.")
            if service
            else Refused(21602, "Message body is required.")
        )
    if len(body.encode("utf-16-le")) // 2 > BODY_LIMIT:
        raise Refused(21617, "The concatenated message body exceeds the 1600 character limit.")
    if not E164.fullmatch(to):
        raise Refused(21211, f"The 'To' number {to} is not a valid phone number.")
    if service:
        _check_service(service, account)
    if sender:
        _check_sender(sender, to, account)
    callback = form.get("StatusCallback", "")
    if callback:
        _check_callback(callback)
    return Draft(
        to=to,
        sender=sender or None,
        service=service or None,
        body=body,
        media=media,
        callback=callback or None,
    )


def _check_service(service: str, account: Account) -> None:
    if not SERVICE_SID.fullmatch(service):
        raise Refused(21705, f"The Messaging Service Sid {service} is invalid.")
    if service != account.service:
        raise Refused(21701, "The Messaging Service resource does not exist.")


def _check_sender(sender: str, to: str, account: Account) -> None:
    if sender == to:
        raise Refused(21266, "'To' and 'From' number cannot be the same.")
    if sender in account.numbers:
        return
    if E164.fullmatch(sender):
        raise Refused(21659, f"'From' {sender} is not a Twilio phone number or Short Code country mismatch.")
    raise Refused(
        21212,
        f"The 'From' number {sender} is not a valid phone number, shortcode, or alphanumeric sender ID.",
    )


def _check_callback(url: str) -> None:
    parts = urlsplit(url)
    whole = parts.scheme in ("http", "https") and HOST.fullmatch(parts.netloc) and parts.path.startswith("/")
    if not whole or len(url) > CALLBACK_LIMIT or re.search(r"\s", url):
        raise Refused(21609, f"The 'StatusCallback' URL {url} is not a valid URL.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which messages a list shall hold. One without a sending time yet is in no list that asks for one."""

    to: str | None
    sender: str | None
    earliest: datetime | None
    latest: datetime | None
    page_size: int
    after_sid: str | None


def selection(query: Mapping[str, str]) -> Selection:
    earliest, latest = _moment(query.get("DateSent>")), _moment(query.get("DateSent<"))
    day = _moment(query.get("DateSent"))
    if day is not None:
        earliest = datetime.combine(day.date(), time(), UTC)
        latest = earliest + timedelta(days=1, microseconds=-1)
    size = query.get("PageSize", "50")
    if not size.isdecimal() or not 1 <= int(size) <= 1000:
        raise Refused(20001, "Page size must be between 1 and 1000")
    token = query.get("PageToken")
    if query.get("Page", "0") != "0" and not token:
        raise Refused(20001, "A page beyond the first needs its PageToken")
    return Selection(
        to=query.get("To"),
        sender=query.get("From"),
        earliest=earliest,
        latest=latest,
        page_size=int(size),
        after_sid=token.removeprefix("PA") if token else None,
    )


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        if DAY.fullmatch(text):
            return datetime.combine(date.fromisoformat(text), time(), UTC)
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Refused(20001, "Invalid date value") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
