"""What tests share: databases, and that property tests are judged by what they find, never by how long they took."""

import pytest
from hypothesis import settings

pytest_plugins = ("tests.support.databases",)
settings.register_profile("baraza", deadline=None, print_blob=True)
settings.load_profile("baraza")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-transcripts", action="store_true", help="Write tests/transcripts anew; read what changed."
    )
