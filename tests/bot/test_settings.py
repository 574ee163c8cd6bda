"""What an operator sets: read once, every wrong value named with its mend, and no secret ever said."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.settings import ConfigInvalid, Settings, TelegramMode, read_settings

SID = "AC" + "0" * 32
TOKEN = "123456:hunter2-hunter2"
WHOLE = {
    "TELEGRAM_TOKEN": TOKEN,
    "TWILIO_ACCOUNT_SID": SID,
    "TWILIO_AUTH_TOKEN": "hunter2",
    "TWILIO_FROM": "+254700000001",
    "PUBLIC_URL": "https://help.example.org/",
    "DATABASE_URL": "postgresql://baraza:hunter2@db/baraza",
}

Given = Callable[..., Settings]


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> Given:
    """Reads settings from an environment that holds these and nothing else of ours."""
    for name in [name for name in os.environ if name.upper().startswith("BARAZA_")]:
        monkeypatch.delenv(name)

    def read(**values: str) -> Settings:
        for name, value in values.items():
            monkeypatch.setenv(f"BARAZA_{name}", value)
        return read_settings()

    return read


def problems(given: Given, **values: str) -> list[str]:
    with pytest.raises(ConfigInvalid) as caught:
        given(**values)
    said = str(caught.value)
    assert "hunter2" not in said
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return said.split("\n")


# ---- what is read


def test_with_nothing_set_the_defaults_are_for_one_machine(given: Given) -> None:
    settings = given()
    assert (settings.host, settings.port) == ("127.0.0.1", 8080)
    assert settings.database_url.get_secret_value() == "sqlite:///var/baraza.db"
    assert settings.key_file == Path("var/keys.json")
    assert settings.telegram_token is None
    assert settings.telegram_mode is TelegramMode.POLLING


def test_an_empty_value_counts_as_not_set(given: Given) -> None:
    settings = given(TELEGRAM_TOKEN="", NETWORK="", TWILIO_FROM="", LISTEN="")
    assert (settings.telegram_token, settings.network, settings.port) == (None, None, 8080)


def test_both_channels_and_a_last_slash(given: Given) -> None:
    settings = given(**WHOLE)
    assert settings.public_url == "https://help.example.org"
    assert settings.telegram_token is not None
    assert settings.telegram_token.get_secret_value() == TOKEN


def test_an_address_of_the_sixth_version_is_listened_on(given: Given) -> None:
    settings = given(LISTEN="[::1]:9000")
    assert (settings.host, settings.port) == ("::1", 9000)


# ---- what is wrong


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("LISTEN", "nowhere", "BARAZA_LISTEN: 'nowhere' is not host:port, such as 127.0.0.1:8080."),
        ("LISTEN", "127.0.0.1:65536", "BARAZA_LISTEN: '127.0.0.1:65536' is not host:port, such as 127.0.0.1:8080."),
        ("DATABASE_URL", "mysql://hunter2", "BARAZA_DATABASE_URL: it must begin with sqlite:/// or postgresql://."),
        (
            "PUBLIC_URL",
            "example",
            "BARAZA_PUBLIC_URL: 'example' is not a web address, such as https://help.example.org.",
        ),
        ("PUBLIC_URL", "https://me:hunter2@example.org", "BARAZA_PUBLIC_URL: leave name and password out of it."),
        ("PUBLIC_URL", "https://h.org?a=b", "BARAZA_PUBLIC_URL: 'https://h.org?a=b' is not a web address, such as"),
        ("TELEGRAM_API_URL", "ftp://x", "BARAZA_TELEGRAM_API_URL: 'ftp://x' is not a web address, such as"),
        ("TWILIO_API_URL", "http://", "BARAZA_TWILIO_API_URL: 'http://' is not a web address, such as"),
        ("NETWORK", "no/such.yaml", "BARAZA_NETWORK: there is no file no/such.yaml."),
        ("TELEGRAM_TOKEN", "hunter2", "BARAZA_TELEGRAM_TOKEN: it is not a Telegram bot token. BotFather gives one"),
        ("TELEGRAM_MODE", "push", "BARAZA_TELEGRAM_MODE: Input should be 'polling' or 'webhook'."),
        ("LOG", "all", "BARAZA_LOG: Input should be 'debug', 'info' or 'warning'."),
    ],
)
def test_a_wrong_value_is_named_with_its_mend(given: Given, name: str, value: str, said: str) -> None:
    (line,) = problems(given, **{name: value})
    assert line.startswith(said)
    assert line.endswith(".")


def test_everything_wrong_is_named_at_once(given: Given) -> None:
    said = problems(
        given,
        LISTEN="nowhere",
        LOG="all",
        TELEGRAM_TOKEN=TOKEN,
        TELEGRAM_MODE="webhook",
        TWILIO_FROM="Baraza",
        TWILIO_SID=SID,
    )
    assert said == [
        "BARAZA_TWILIO_SID is not known. Did you mean BARAZA_TWILIO_ACCOUNT_SID?",
        "BARAZA_LISTEN: 'nowhere' is not host:port, such as 127.0.0.1:8080.",
        "BARAZA_LOG: Input should be 'debug', 'info' or 'warning'.",
        "BARAZA_PUBLIC_URL is missing: Telegram must know where to deliver. Set it, or use polling.",
        "BARAZA_TELEGRAM_SECRET must be 1 to 256 of A-Z a-z 0-9 _ -; without it anyone could post.",
        "BARAZA_TWILIO_ACCOUNT_SID is missing: text messages need account, token and sender.",
        "BARAZA_TWILIO_AUTH_TOKEN is missing: text messages need account, token and sender.",
        "BARAZA_TWILIO_FROM is neither a number (+254...) nor a messaging service (MG...).",
        "BARAZA_PUBLIC_URL is missing: Twilio signs the address it delivers to.",
    ]


def test_a_wrong_address_is_not_also_called_missing(given: Given) -> None:
    said = problems(given, **{**WHOLE, "PUBLIC_URL": "example"})
    assert said == ["BARAZA_PUBLIC_URL: 'example' is not a web address, such as https://help.example.org."]


# ---- Telegram and Twilio, each whole or absent


@pytest.mark.parametrize("secret", ["", "with space", "é", "x" * 257])
def test_a_hook_needs_a_secret_that_telegram_can_send(given: Given, secret: str) -> None:
    url = "https://help.example.org"
    said = problems(given, TELEGRAM_TOKEN=TOKEN, TELEGRAM_MODE="webhook", PUBLIC_URL=url, TELEGRAM_SECRET=secret)
    assert [line.split(" must")[0] for line in said] == ["BARAZA_TELEGRAM_SECRET"]


def test_telegram_delivers_to_https_only_but_a_double_may_be_told_otherwise(given: Given) -> None:
    hook = {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_MODE": "webhook", "TELEGRAM_SECRET": "s", "PUBLIC_URL": "http://h.org"}
    (line,) = problems(given, **hook)
    assert line.startswith("BARAZA_PUBLIC_URL must begin with https")
    assert given(**hook, TELEGRAM_API_URL="http://127.0.0.1:9").public_url == "http://h.org"


def test_polling_needs_neither_address_nor_secret(given: Given) -> None:
    assert given(TELEGRAM_TOKEN=TOKEN).telegram_token is not None


def test_a_sender_may_be_a_messaging_service(given: Given) -> None:
    assert given(**{**WHOLE, "TWILIO_FROM": "MG" + "f" * 32}).twilio_from.startswith("MG")


def test_an_account_is_told_by_its_shape(given: Given) -> None:
    (line,) = problems(given, **{**WHOLE, "TWILIO_ACCOUNT_SID": "hunter2"})
    assert line == "BARAZA_TWILIO_ACCOUNT_SID is not an account id (AC and 32 hexadecimal digits)."


# ---- names that are not ours


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("BARAZA_TWILIO_SID", "TWILIO_ACCOUNT_SID"),
        ("BARAZA_TELEGRAM_BOT_TOKEN", "TELEGRAM_TOKEN"),
        ("BARAZA_KEYFILE", "KEY_FILE"),
        ("baraza_lissen", "LISTEN"),
    ],
)
def test_a_slip_in_a_name_is_caught(given: Given, monkeypatch: pytest.MonkeyPatch, name: str, meant: str) -> None:
    monkeypatch.setenv(name, "hunter2")
    assert problems(given) == [f"{name} is not known. Did you mean BARAZA_{meant}?"]


def test_names_like_none_of_ours_are_left_alone(given: Given, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BARAZA_TEST_POSTGRES", "BARAZA_FUZZ_ROUNDS", "TELEGRAM_TOKENS", "PORT"):
        monkeypatch.setenv(name, "x")
    assert given() == Settings()


# ---- secrets


def test_secrets_hide_from_repr_and_from_errors(given: Given) -> None:
    settings = given(**WHOLE, TELEGRAM_SECRET="hunter2")
    assert "hunter2" not in f"{settings!r} {settings}"
    with pytest.raises(ValidationError) as caught:
        Settings(listen="hunter2")
    assert "input_value" not in str(caught.value)
