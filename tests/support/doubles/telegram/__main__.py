"""`python -m tests.support.doubles.telegram --port 0`: the Telegram double as a process."""

import argparse

from tests.support.doubles import stand
from tests.support.doubles.telegram import double

parser = argparse.ArgumentParser(prog="telegram double", description=double.__doc__)
parser.add_argument("--host", default="127.0.0.1")
parser.add_argument("--port", type=int, default=0)
parser.add_argument("--token", default=double.TOKEN)
parser.add_argument("--allow-http", action="store_true", help="let a webhook be plain HTTP on any port")
told = parser.parse_args()
stand.main(double.application(token=told.token, allow_http=told.allow_http), host=told.host, port=told.port)
