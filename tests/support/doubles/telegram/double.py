"""The Telegram double put together: one bot, its people, its queue, and the control side."""

from collections.abc import AsyncIterator

import aiohttp
from aiohttp import web

from tests.support.doubles import control
from tests.support.doubles.clock import Clock
from tests.support.doubles.faults import Faults
from tests.support.doubles.journal import Journal
from tests.support.doubles.lanes import Lanes
from tests.support.doubles.telegram.api import Api
from tests.support.doubles.telegram.people import People
from tests.support.doubles.telegram.updates import Updates

TOKEN = "710000001:a-token-invented-for-tests_0123456"


def application(*, token: str = TOKEN, allow_http: bool = False, retry_delay: float = 0.05) -> web.Application:
    """`allow_http` lets a webhook be plain HTTP on any port; the real service never does."""
    bot = {
        "id": int(token.partition(":")[0]),
        "is_bot": True,
        "first_name": "Baraza",
        "username": "baraza_test_bot",
    }
    journal, clock = Journal(), Clock()
    faults = Faults(journal)
    updates = Updates(journal, clock, retry_delay=retry_delay)
    people = People(bot, updates, journal, clock)
    api = Api(
        token=token,
        bot=bot,
        allow_http=allow_http,
        people=people,
        updates=updates,
        journal=journal,
        faults=faults,
        clock=clock,
    )
    deeds: dict[str, control.Deed] = {
        "person": people.person,
        "write": people.write,
        "contact": people.contact,
        "location": people.location,
        "media": people.media,
        "edit": people.edit,
        "tap": people.tap,
        "expire": people.expire,
        "block": people.block,
        "unblock": people.unblock,
        "redeliver": updates.redeliver,
        "hold": updates.hold,
        "release": updates.release,
        "fault": faults.add,
        "heal": faults.heal,
        "forward": clock.forward,
    }
    views: dict[str, control.View] = {
        "messages": people.messages,
        "screen": people.screen,
        "taps": people.taps,
        "pending": updates.pending,
        "commands": api.commands,
    }

    async def deliveries(_: web.Application) -> AsyncIterator[None]:
        fresh = aiohttp.TCPConnector(force_close=True)
        async with aiohttp.ClientSession(connector=fresh) as updates.http, Lanes() as updates.lanes:
            yield

    served = web.Application()
    served.add_routes([*control.routes(deeds, views, journal), *api.routes()])
    served.cleanup_ctx.append(deliveries)
    return served
