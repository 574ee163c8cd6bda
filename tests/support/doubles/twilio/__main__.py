"""`python -m tests.support.doubles.twilio --port 0 --webhook URL`: the Twilio double as a process."""

import argparse

from tests.support.doubles import stand
from tests.support.doubles.twilio import double
from tests.support.doubles.twilio.rules import Account

parser = argparse.ArgumentParser(prog="twilio double", description=double.__doc__)
parser.add_argument("--host", default="127.0.0.1")
parser.add_argument("--port", type=int, default=0)
parser.add_argument("--sid", default=double.SID)
parser.add_argument("--token", default=double.TOKEN)
parser.add_argument("--number", action="append", help="a number of the account; may be given several times")
parser.add_argument("--service", help="the SID of the messaging service that has the numbers")
parser.add_argument("--advanced-opt-out", action="store_true", help="let the service post OptOutType")
parser.add_argument("--webhook", help="where inbound texts are posted; the control side can set it later")
told = parser.parse_args()
account = Account(
    sid=told.sid,
    token=told.token,
    numbers=tuple(told.number or [double.NUMBER]),
    service=told.service,
    advanced_opt_out=told.advanced_opt_out,
)
stand.main(double.application(account, webhook=told.webhook), host=told.host, port=told.port)
