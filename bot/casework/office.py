"""What every part of casework works with: the network's own facts, the issues, the places, the voice, the partners."""

from __future__ import annotations

from functools import cache

from bot.casework.voice import Voice
from flows.dialogue.reading import Reader, make_reader
from flows.dialogue.words import AnswerWords
from flows.places.index import PlaceIndex
from flows.routing.directory import Directory
from flows.routing.network import Network
from flows.triage.issues import IssueTree
from storage import Tx


class Office:
    """The directory of partners is built once for each import and kept."""

    def __init__(self, *, network: Network, issues: IssueTree, places: PlaceIndex, voice: Voice) -> None:
        self.network = network
        self.issues = issues
        self.places = places
        self.voice = voice
        self._directory: tuple[int, Directory] | None = None
        self.reader = cache(self._reader)

    async def directory(self, tx: Tx) -> Directory:
        version = await tx.partners.version()
        if self._directory is None or self._directory[0] != version:
            partners = await tx.partners.all()
            self._directory = (version, Directory(partners, regions=self.places.regions, issues=self.issues))
        return self._directory[1]

    def words(self, language: str) -> tuple[AnswerWords, ...]:
        """Words as people type them: the language's own, then English."""
        known = (code for code in dict.fromkeys((language, "en")) if code in self.languages)
        return tuple(map(self.voice.wording.words, known))

    def asking(self, language: str, channel: str) -> Reader:
        """Enough to put a question on this channel."""
        limits = self.voice.limits[channel]
        return self.reader(language, limits.menu_wide if self.voice.wording.languages[language].wide else limits.menu)

    def _reader(self, language: str, menu: int = 1) -> Reader:
        """Enough to look at a session; nothing is read with it."""
        return make_reader(
            self.voice.flows,
            language,
            translate=lambda text: self.voice.wording.say(text, language),
            words={},
            languages=(),
            places=self.places,
            countries=self.network.countries,
            menu=menu,
            means=self.voice.means(language),
            calendar=self.voice.wording.languages[language].calendar,
        )

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self.voice.wording.languages)

    @property
    def default_language(self) -> str:
        return self.network.languages[0]
