"""Sees that a file of `locales` was saved, added or taken away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

_WATCHED = ("registry.toml", "*/LC_MESSAGES/*.po", "*/answers.yaml")
_Seen = Mapping[Path, tuple[int, int]]


class Watch:
    """Knows how the files stood when it was last asked."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen = self._look()

    def changed(self) -> bool:
        """Since the last time, or since it was made."""
        before, self._seen = self._seen, self._look()
        return before != self._seen

    def _look(self) -> _Seen:
        return {path: found for path in self._paths() if (found := _stamp(path))}

    def _paths(self) -> Iterable[Path]:
        return (path for pattern in _WATCHED for path in self._folder.glob(pattern))


def _stamp(path: Path) -> tuple[int, int] | None:
    """None for a file that went between being listed and being looked at."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
