"""Protect the explorer: refuse requests to it under other names, and add security headers to every answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from ipaddress import ip_address

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LONGEST = 16_000  # bytes of an address; the longest question of the gallery has 2,300
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_HOST = re.compile(r"(?:\[(?P<address>[^\]]+)\]|(?P<name>[^:\[\]]+))(?::\d+)?")
UNKNOWN = (
    "this name is unknown here; open the explorer by the address of its computer, such as "
    "http://192.168.0.10:8440, or start it with --host NAME"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


class Guard:
    """Refuses requests that are too long or to unknown hosts, and adds security headers to every answer.

    A host given as an address is answered: a page elsewhere can make a name of its own mean this computer and
    so read what it shows (DNS rebinding), but not an address.
    """

    def __init__(self, app: ASGIApp, names: Sequence[str]) -> None:
        self._app, self._names = app, frozenset(name.lower() for name in names)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        if len(scope["query_string"]) + len(scope.get("raw_path") or b"") > LONGEST:
            await PlainTextResponse("the address is too long", 414)(scope, receive, guarded)
            return
        if not self._is_known(Headers(scope=scope).get("host", "")):
            await PlainTextResponse(UNKNOWN, 400)(scope, receive, guarded)
            return
        await self._app(scope, receive, guarded)

    def _is_known(self, host: str) -> bool:
        parts = _HOST.fullmatch(host)
        if parts is None:
            return False
        try:
            ip_address(parts["address"] or parts["name"])
        except ValueError:
            return (parts["name"] or "").lower() in self._names
        return True
