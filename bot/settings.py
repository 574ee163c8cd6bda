"""The one reader of the environment. Every problem is named at once, with its mend; secrets hide from `repr` and from
what is said of them."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "BARAZA_"
ROOT = Path(__file__).resolve().parents[1]
"""The checkout: flows/library, locales and deploy/demo are found from here."""

TELEGRAM = "https://api.telegram.org"
_TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]+")
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_SID = re.compile(r"AC[0-9a-fA-F]{32}")
_SENDER = re.compile(r"\+[1-9][0-9]{6,14}|MG[0-9a-fA-F]{32}")


class ConfigInvalid(Exception):
    """The program cannot start as it is set up; the text has one line for each problem and its mend."""


class TelegramMode(StrEnum):
    POLLING = "polling"
    WEBHOOK = "webhook"


class Settings(BaseSettings):
    """See DESIGN: contracts. `telegram_*` and `twilio_*` are each all there or all absent; `*_api_url` replace scheme
    and host, for a self-hosted Bot API server or a test double."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="ignore", frozen=True, hide_input_in_errors=True
    )

    database_url: SecretStr = SecretStr("sqlite:///var/baraza.db")
    key_file: Path = Path("var/keys.json")
    listen: str = "127.0.0.1:8080"
    public_url: str = ""
    network: Path | None = None
    telegram_token: SecretStr | None = None
    telegram_mode: TelegramMode = TelegramMode.POLLING
    telegram_secret: SecretStr | None = None
    telegram_api_url: str = TELEGRAM
    twilio_account_sid: str = ""
    twilio_auth_token: SecretStr | None = None
    twilio_from: str = ""
    twilio_api_url: str = "https://api.twilio.com"
    log: Literal["debug", "info", "warning"] = "info"

    @field_validator("listen")
    @classmethod
    def _host_and_port(cls, value: str) -> str:
        host, _, port = value.rpartition(":")
        if not host or not port.isdecimal() or int(port) > 65535:
            raise ValueError(f"{value!r} is not host:port, such as 127.0.0.1:8080")
        return value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: SecretStr) -> SecretStr:
        if not value.get_secret_value().startswith(("sqlite:///", "postgresql://")):
            raise ValueError("it must begin with sqlite:/// or postgresql://")
        return value

    @field_validator("public_url", "telegram_api_url", "twilio_api_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        url = urlsplit(value)
        if url.username or url.password:
            raise ValueError("leave name and password out of it")
        if value and (url.scheme not in ("http", "https") or not url.hostname or url.query or url.fragment):
            raise ValueError(f"{value!r} is not a web address, such as https://help.example.org")
        return value.rstrip("/")

    @field_validator("telegram_token")
    @classmethod
    def _token(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _TOKEN.fullmatch(value.get_secret_value()):
            raise ValueError("it is not a Telegram bot token. BotFather gives one, such as 123456:letters-and-digits")
        return value

    @field_validator("network")
    @classmethod
    def _readable(cls, value: Path | None) -> Path | None:
        if value is not None and not value.is_file():
            raise ValueError(f"there is no file {value}")
        return value

    @model_validator(mode="after")
    def _channels_whole(self) -> Settings:
        problems = [*self._telegram_problems(), *self._twilio_problems()]
        if problems:
            raise ValueError("\n".join(problems))
        return self

    def _telegram_problems(self) -> list[str]:
        if self.telegram_token is None or self.telegram_mode is TelegramMode.POLLING:
            return []
        problems = []
        if not self.public_url:
            problems.append("PUBLIC_URL is missing: Telegram must know where to deliver. Set it, or use polling")
        elif self.telegram_api_url == TELEGRAM and not self.public_url.startswith("https:"):
            problems.append(
                "PUBLIC_URL must begin with https: Telegram delivers nowhere else. Change it, or use polling"
            )
        secret = self.telegram_secret.get_secret_value() if self.telegram_secret else ""
        if not _SECRET.fullmatch(secret):
            problems.append("TELEGRAM_SECRET must be 1 to 256 of A-Z a-z 0-9 _ -; without it anyone could post")
        return problems

    def _twilio_problems(self) -> list[str]:
        given = {
            "TWILIO_ACCOUNT_SID": self.twilio_account_sid,
            "TWILIO_AUTH_TOKEN": self.twilio_auth_token.get_secret_value() if self.twilio_auth_token else "",
            "TWILIO_FROM": self.twilio_from,
        }
        if not any(given.values()):
            return []
        problems = [
            f"{name} is missing: text messages need account, token and sender" for name in given if not given[name]
        ]
        if self.twilio_account_sid and not _SID.fullmatch(self.twilio_account_sid):
            problems.append("TWILIO_ACCOUNT_SID is not an account id (AC and 32 hexadecimal digits)")
        if self.twilio_from and not _SENDER.fullmatch(self.twilio_from):
            problems.append("TWILIO_FROM is neither a number (+254...) nor a messaging service (MG...)")
        if not self.public_url:
            problems.append("PUBLIC_URL is missing: Twilio signs the address it delivers to")
        return problems

    @property
    def host(self) -> str:
        return self.listen.rpartition(":")[0].strip("[]")

    @property
    def port(self) -> int:
        return int(self.listen.rpartition(":")[2])


def read_settings() -> Settings:
    """Raises ConfigInvalid with every problem."""
    problems = list(_unknown_names())
    try:
        settings = Settings()
    except ValidationError as error:
        problems += _lines(error)
        problems += _seen_without({str(problem["loc"][0]) for problem in error.errors() if problem["loc"]})
    else:
        if not problems:
            return settings
    raise ConfigInvalid("\n".join(problems))


def _unknown_names() -> Iterator[str]:
    """A name that is nearly one of ours is a slip; what is said under others is not ours to judge."""
    known = [name.upper() for name in Settings.model_fields]
    for variable in sorted(os.environ):
        name = variable.upper().removeprefix(PREFIX)
        if variable.upper().startswith(PREFIX) and name not in known:
            for near in difflib.get_close_matches(name, known, n=1):
                yield f"{variable} is not known. Did you mean {PREFIX}{near}?"


def _seen_without(wrong: set[str]) -> Iterator[str]:
    """What does not go together, which is only looked at where each value is right: so the wrong ones are left out, and
    what is only wrong for the lack of them."""
    try:
        if wrong:
            Settings(**{name: Settings.model_fields[name].default for name in wrong})
    except ValidationError as error:
        for line in _lines(error):
            if not any(f"{PREFIX}{name.upper()} " in line for name in wrong):
                yield line


def _lines(error: ValidationError) -> Iterator[str]:
    for problem in error.errors():
        name = f"{PREFIX}{str(problem['loc'][0]).upper()}: " if problem["loc"] else ""
        text = str(problem["msg"]).removeprefix("Value error, ")
        yield from (f"{name}{line if name else PREFIX + line}." for line in text.split("\n"))
