"""The way Twilio's client reaches Twilio: our time limit, our host, and silence.

The library's own transport writes numbers and addresses to the log, has no time limit unless asked at each call, and
loses the waiting time a 429 names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from aiohttp import ClientSession, ClientTimeout, encode_basic_auth, hdrs
from yarl import URL

_PATIENCE = ClientTimeout(total=20, connect=10)


class TooManyRequests(Exception):
    """`after`: the seconds Twilio asks us to wait, where it says so."""

    def __init__(self, after: float | None) -> None:
        super().__init__()
        self.after = after


class Troubled(Exception):
    """Twilio answered 5xx: it may have done what was asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the library reads of a response. Its own class brings a second HTTP client with it."""

    status_code: int
    text: str
    headers: Mapping[str, str]

    @property
    def content(self) -> bytes:
        return self.text.encode()


class Transport:
    """What `twilio.rest.Client` expects of an asynchronous `http_client`. `api_url` gives scheme and host."""

    is_async = True

    def __init__(self, api_url: str) -> None:
        self._api = urlsplit(api_url)
        self._session: ClientSession | None = None

    async def request(
        self,
        method: str,
        url: str,
        params: Mapping[str, Any] | None = None,
        data: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - the library's signature
        allow_redirects: bool = False,
    ) -> Answer:
        """Raises TooManyRequests, Troubled, and what aiohttp raises when there is no answer."""
        if self._session is None:
            self._session = ClientSession(timeout=_PATIENCE)
        told = dict(headers or {})
        if auth:
            told[hdrs.AUTHORIZATION] = encode_basic_auth(*auth)
        async with self._session.request(
            method.upper(),
            self._ours(url),
            params=params,
            data=data,
            headers=told,
            allow_redirects=allow_redirects,
        ) as answer:
            if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
                raise TooManyRequests(_seconds(answer.headers.get("Retry-After", "")))
            if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                raise Troubled
            return Answer(status_code=answer.status, text=await answer.text(), headers=answer.headers)

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    def _ours(self, url: str) -> URL:
        asked = urlsplit(url)
        return URL(urlunsplit((self._api.scheme, self._api.netloc, asked.path, asked.query, "")), encoded=True)


def _seconds(said: str) -> float | None:
    return float(said) if said.isascii() and said.isdigit() else None
