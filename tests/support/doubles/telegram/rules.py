"""What the Bot API refuses before it does anything: texts, formatting, keyboards, commands. Pure.

The wordings are those of the public Bot API server's source and of its answers; clients match on them.
"""

import html
import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

Arguments = Mapping[str, str]

TEXT_LIMIT = 4096
CALLBACK_DATA_LIMIT = 64
BUTTON_LIMIT = 100
MOST_DELETED = 100
COMMAND = re.compile(r"[a-z0-9_]{1,32}")
SECRET = re.compile(r"[A-Za-z0-9_-]*")
WEBHOOK_PORTS = (80, 88, 443, 8443)
CHAT_ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)
TAGS = frozenset(
    {
        "b",
        "strong",
        "i",
        "em",
        "u",
        "ins",
        "s",
        "strike",
        "del",
        "span",
        "tg-spoiler",
        "a",
        "tg-emoji",
        "code",
        "pre",
        "blockquote",
    }
)
TAG = re.compile(r"<(?P<end>/?)(?P<name>[a-zA-Z0-9-]*)(?P<attributes>\s[^<>]*)?>")
CHARACTER = re.compile(r"&(?:lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);")


class Refused(Exception):
    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


def bad(description: str) -> Refused:
    """The server lowers the first letter of most complaints and puts its prefix before them."""
    lowered = description if description[:2].isupper() else description[0].lower() + description[1:]
    return Refused(400, f"Bad Request: {lowered}")


def integer(arguments: Arguments, name: str, default: int = 0) -> int:
    """A number is read as far as it goes; something else counts as nothing."""
    found = re.match(r"\s*(-?\d+)", arguments.get(name, ""))
    return int(found[1]) if found else default


def flag(arguments: Arguments, name: str) -> bool:
    return arguments.get(name, "").lower() in ("true", "yes", "1")


def structure(arguments: Arguments, name: str, what: str) -> Any:
    """A JSON argument, or None when it is absent."""
    if not arguments.get(name):
        return None
    try:
        return json.loads(arguments[name])
    except json.JSONDecodeError as error:
        raise bad(f"Can't parse {what} JSON object") from error


def message_ids(arguments: Arguments) -> list[int]:
    """At most a hundred at once."""
    found = structure(arguments, "message_ids", "message identifiers")
    if not isinstance(found, list) or not all(isinstance(each, int) and each > 0 for each in found):
        raise bad("Message identifiers are not specified")
    if not 1 <= len(found) <= MOST_DELETED:
        raise bad("Too many message identifiers specified" if found else "Message identifiers are not specified")
    return found


def utf16_length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def message_text(arguments: Arguments) -> str:
    text = arguments.get("text", "")
    if not text:
        raise bad("Message text is empty")
    match arguments.get("parse_mode", "").lower():
        case "" | "none":
            pass
        case "html":
            text = _without_tags(text)
        case "markdown" | "markdownv2":
            raise bad("Unsupported parse_mode (by this double, which reads HTML only)")
        case _:
            raise bad("Unsupported parse_mode")
    text = text.strip()
    if not text:
        raise bad("Text must be non-empty")
    if utf16_length(text) > TEXT_LIMIT:
        raise bad("Message is too long")
    return text


def _without_tags(text: str) -> str:
    """The plain text under HTML formatting, or the server's complaint with its byte offset."""
    plain: list[str] = []
    opened: list[str] = []
    position = 0
    while position < len(text):
        here = len(text[:position].encode())
        if text[position] != "<":
            character = CHARACTER.match(text, position)
            plain.append(html.unescape(character[0]) if character else text[position])
            position = character.end() if character else position + 1
            continue
        tag = TAG.match(text, position)
        if tag is None:
            raise bad(f"Can't parse entities: Unclosed start tag at byte offset {here}")
        name = tag["name"].lower()
        if tag["end"]:
            _close(opened, name, here)
        elif name not in TAGS:
            raise bad(f'Can\'t parse entities: Unsupported start tag "{name}" at byte offset {here}')
        else:
            opened.append(name)
        position = tag.end()
    if opened:
        raise bad(f"Can't parse entities: Can't find end tag corresponding to start tag \"{opened[-1]}\"")
    return "".join(plain)


def _close(opened: list[str], name: str, here: int) -> None:
    if not opened:
        raise bad(f"Can't parse entities: Unexpected end tag at byte offset {here}")
    if name not in ("", opened[-1]):
        raise bad(
            f"Can't parse entities: Unmatched end tag at byte offset {here}, "
            f'expected "</{opened[-1]}>", found "</{name}>"'
        )
    opened.pop()


def reply_markup(arguments: Arguments, *, inline_only: bool = False) -> dict[str, Any] | None:
    markup = structure(arguments, "reply_markup", "reply keyboard markup")
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad("Object expected as reply markup")
    if "inline_keyboard" in markup:
        rows = _rows(markup["inline_keyboard"], "inline_keyboard", "InlineKeyboardMarkup")
        for button in (button for row in rows for button in row):
            _check_inline_button(button)
        if sum(map(len, rows)) > BUTTON_LIMIT:
            raise bad("Reply markup is too long")
        return {"inline_keyboard": rows} if rows else None
    if inline_only:
        raise bad("Inline keyboard expected")
    if "keyboard" in markup:
        for button in (
            button for row in _rows(markup["keyboard"], "keyboard", "ReplyKeyboardMarkup") for button in row
        ):
            _check_keyboard_button(button)
    for name in ("resize_keyboard", "one_time_keyboard", "remove_keyboard", "force_reply", "selective"):
        if not isinstance(markup.get(name, False), bool):
            raise bad(f'Field "{name}" of the reply markup must be of the type Boolean')
    return markup


def _rows(rows: Any, field: str, owner: str) -> list[list[Any]]:
    if not isinstance(rows, list):
        raise bad(f'Field "{field}" of the {owner} must be an Array')
    if not all(isinstance(row, list) for row in rows):
        raise bad(f'Field "{field}" of the {owner} must be an Array of Arrays')
    return [row for row in rows if row]


def _check_inline_button(button: Any) -> None:
    parse = "Can't parse inline keyboard button"
    if not isinstance(button, dict):
        raise bad(f"{parse}: InlineKeyboardButton must be an Object")
    for name in ("text", "callback_data", "url"):
        if name in button and not isinstance(button[name], str):
            raise bad(f'{parse}: Field "{name}" must be of type String')
    if "text" not in button:
        raise bad(f'{parse}: Can\'t find field "text"')
    if not button["text"].strip():
        raise bad("Inline keyboard button text must be non-empty")
    if "url" in button:
        if urlsplit(button["url"]).scheme not in ("http", "https", "tg"):
            raise bad("BUTTON_URL_INVALID")
    elif "callback_data" in button:
        if not 1 <= len(button["callback_data"].encode()) <= CALLBACK_DATA_LIMIT:
            raise bad("BUTTON_DATA_INVALID")
    else:
        raise bad(f"{parse}: Text buttons are unallowed in the inline keyboard")


def _check_keyboard_button(button: Any) -> None:
    parse = "Can't parse keyboard button"
    if not isinstance(button, str | dict):
        raise bad(f"{parse}: KeyboardButton must be an Object or a String")
    text = button if isinstance(button, str) else button.get("text")
    if not isinstance(text, str):
        raise bad(f'{parse}: Field "text" must be of type String')
    if not text.strip():
        raise bad("Keyboard button text must be non-empty")


def commands(arguments: Arguments) -> list[dict[str, str]]:
    found = structure(arguments, "commands", "commands")
    if not isinstance(found, list):
        raise bad("Expected an Array of BotCommand")
    for command in found:
        if not isinstance(command, dict):
            raise bad("Can't parse BotCommand: expected an Object")
        if not COMMAND.fullmatch(str(command.get("command", ""))):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(str(command.get("description", ""))) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    if len(found) > 100:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    return found


def check_webhook(url: str, secret: str, *, allow_http: bool) -> None:
    parts = urlsplit(url)
    if not parts.hostname or parts.scheme not in ("http", "https"):
        raise bad("Invalid webhook URL specified")
    if len(secret) > 256:
        raise bad("Secret token is too long")
    if not SECRET.fullmatch(secret):
        raise bad("Secret token contains unallowed characters")
    if allow_http:
        return
    if parts.scheme != "https":
        raise bad("Bad webhook: An HTTPS URL must be provided for webhook")
    if (parts.port or 443) not in WEBHOOK_PORTS:
        raise bad("Bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
