"""Stages for the shared suite: `stage` is every channel, `wire` those with a provider that can misbehave."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from functools import partial

import pytest
from aiohttp import ClientTimeout

from bot.channels.simulator import Look
from bot.channels.sms import transport
from bot.channels.telegram import sending
from tests.bot.channels import stages
from tests.bot.channels.stages import SmsStage, Stage, TelegramStage, Wire

WIRES: dict[str, Callable[[], AbstractAsyncContextManager[Wire]]] = {
    "telegram-polling": stages.telegram_polling,
    "telegram-webhook": stages.telegram_webhook,
    "sms": stages.sms,
}
STAGES: dict[str, Callable[[], AbstractAsyncContextManager[Stage]]] = {
    **WIRES,
    **{f"simulator-{look}": partial(stages.simulator, look) for look in Look},
}


@pytest.fixture(params=STAGES)
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    async with STAGES[request.param]() as found:
        yield found


@pytest.fixture(params=WIRES)
async def wire(request: pytest.FixtureRequest) -> AsyncIterator[Wire]:
    async with WIRES[request.param]() as found:
        yield found


@pytest.fixture
async def polling() -> AsyncIterator[TelegramStage]:
    async with stages.telegram_polling() as found:
        yield found


@pytest.fixture(params=[stages.telegram_polling, stages.telegram_webhook])
async def telegram(request: pytest.FixtureRequest) -> AsyncIterator[TelegramStage]:
    async with request.param() as found:
        yield found


@pytest.fixture
async def sms() -> AsyncIterator[SmsStage]:
    async with stages.sms() as found:
        yield found


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tenth of a second instead of twenty, so that waiting in vain is soon over."""
    monkeypatch.setattr(sending, "_PATIENCE", 0.1)
    monkeypatch.setattr(transport, "_PATIENCE", ClientTimeout(total=0.1))
