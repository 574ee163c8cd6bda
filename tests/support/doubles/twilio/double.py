"""The Twilio double put together: one account, its messages, the people it reaches, and the control side."""

from collections.abc import AsyncIterator

import aiohttp
from aiohttp import web

from tests.support.doubles import control
from tests.support.doubles.clock import Clock
from tests.support.doubles.faults import Faults
from tests.support.doubles.journal import Journal
from tests.support.doubles.lanes import Lanes
from tests.support.doubles.twilio.api import Api
from tests.support.doubles.twilio.hooks import Hooks
from tests.support.doubles.twilio.messages import Messages
from tests.support.doubles.twilio.people import People
from tests.support.doubles.twilio.rules import Account

SID = "AC" + "0" * 31 + "1"
TOKEN = "an-auth-token-invented-for-tests"
NUMBER = "+15005550006"
SERVICE = "MG" + "0" * 31 + "2"


def application(account: Account | None = None, webhook: str | None = None) -> web.Application:
    account = account or Account(sid=SID, token=TOKEN, numbers=(NUMBER,))
    journal, clock = Journal(), Clock()
    faults = Faults(journal)
    hooks = Hooks(account.token, journal)
    messages = Messages(account, journal, clock)
    people = People(account, messages, hooks, webhook)
    api = Api(account, messages, people, journal, faults)
    deeds: dict[str, control.Deed] = {
        "text": people.text,
        "replay": people.replay,
        "opt_out": people.opt_out,
        "opt_in": people.opt_in,
        "forbid": people.forbid,
        "fate": people.fate,
        "progress": people.progress,
        "webhook": people.webhook,
        "lag": messages.lag,
        "fault": faults.add,
        "heal": faults.heal,
        "forward": clock.forward,
    }
    views: dict[str, control.View] = {"messages": messages.outbound, "inbound": messages.inbound}

    async def deliveries(_: web.Application) -> AsyncIterator[None]:
        fresh = aiohttp.TCPConnector(force_close=True)
        async with aiohttp.ClientSession(connector=fresh) as hooks.http, Lanes() as people.lanes:
            yield

    served = web.Application()
    served.add_routes([*control.routes(deeds, views, journal), *api.routes()])
    served.cleanup_ctx.append(deliveries)
    return served
