"""What the composition root refuses before anything runs."""

from dataclasses import replace

import pytest

from bot.app import DEMO, check_countries, read_library, read_network, served_languages
from bot.settings import ConfigInvalid

LIBRARY = read_library()
NETWORK = read_network(DEMO / "network.yaml")


def test_a_country_without_places_is_named() -> None:
    check_countries(NETWORK.countries, LIBRARY, named_by="The network's countries:")
    with pytest.raises(ConfigInvalid, match="XX: no places are known"):
        check_countries(["KE", "XX"], LIBRARY, named_by="The network's countries:")


def test_a_draft_is_served_only_where_someone_answers_for_it() -> None:
    assert served_languages(NETWORK, LIBRARY.wording) == ("en", "sw", "ne", "ne-Latn", "ar", "es", "fr", "pt")
    bare = replace(NETWORK, draft_languages={})
    assert served_languages(bare, LIBRARY.wording) == ("en",)


def test_an_unknown_language_of_the_network_is_named() -> None:
    odd = replace(NETWORK, languages=("en", "tlh"))
    with pytest.raises(ConfigInvalid, match="tlh"):
        served_languages(odd, LIBRARY.wording)
