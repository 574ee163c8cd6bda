"""The shipped index, read once."""

from pathlib import Path

import pytest

from flows.places.index import PlaceIndex

SHIPPED = Path("flows/library/places/places.zip")


@pytest.fixture(scope="session")
def shipped() -> bytes:
    return SHIPPED.read_bytes()


@pytest.fixture(scope="session")
def index(shipped: bytes) -> PlaceIndex:
    return PlaceIndex.load(shipped)
