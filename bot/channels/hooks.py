"""Reading what a provider posts: whole, within a bound, or not at all."""

from __future__ import annotations

from aiohttp import web


class TooLarge(Exception):
    """More bytes than any message of this provider has; answered 413."""


class Unreadable(Exception):
    """The caller left before the end, or the body does not decode as its headers say; answered 400."""


async def read_body(request: web.Request, *, limit: int) -> bytes:
    """Stops reading at `limit`, however the length was announced or compressed."""
    if (request.content_length or 0) > limit:
        raise TooLarge
    body = bytearray()
    try:
        async for chunk in request.content.iter_any():
            body += chunk
            if len(body) > limit:
                raise TooLarge
    except (web.RequestPayloadError, ConnectionError) as error:
        raise Unreadable from error
    return bytes(body)
