"""Send polite and bounded requests, with retries, to public hosts only; the only door to the web.

Only https and public addresses are allowed, and a redirect must stay on its host. The address is
checked on the open connection, so that a name cannot mean one machine when it is checked and
another when it is used. Hosts that the user trusts are exempt, such as a mirror in the own network.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

import httpx2

from pipeline import __version__, store
from pipeline.errors import FetchError
from pipeline.records import Record

T = TypeVar("T")
Parameters = Sequence[tuple[str, str]]
MAX_HOPS = 5
CHUNK = 1 << 16
BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})  # answers that may be different a little later


class Manners(Record):
    """How often a server is asked, and how long its answer is waited for; all times are in seconds."""

    pause: float = 1.0  # between two requests; the n-th retry waits 2ⁿ times as long
    attempts: int = 5
    timeout: float = 30.0  # until a connection is open, and between two parts of an answer
    longest_answer: float = 900.0
    longest_wait: float = 600.0  # that a server may ask for


class Received(Record):
    """A downloaded file, and what its server says about it."""

    size: int
    sha256: str
    md5: str
    etag: str
    modified: str  # the unchanged header Last-Modified


class Refused(FetchError):
    """A server's final answer has a status other than 200 or 304."""

    def __init__(self, where: str, status: int) -> None:
        super().__init__(where, f"answers with status {status}", "check the address")
        self.status = status


class Unreachable(FetchError):
    """A server did not answer after all attempts, or asks to wait for too long."""


class TryAgain(Exception):
    """A failure that may be temporary; `wait` is the time in seconds that the server asks for."""

    def __init__(self, what: str, wait: float = 0.0) -> None:
        super().__init__(what)
        self.wait = wait


class Web:
    """Sends requests to servers; use it in a `with` block."""

    def __init__(
        self,
        manners: Manners = Manners(),  # noqa: B008 - frozen
        *,
        trusted: frozenset[str] = frozenset(),
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._manners, self._trusted, self._sleep = manners, trusted, sleep
        self._next = 0.0  # when the next request may go out
        agent = {"User-Agent": f"politikspur/{__version__}"}
        self._client = httpx2.Client(headers=agent, timeout=manners.timeout, follow_redirects=False)

    def __enter__(self) -> Web:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def ask(
        self,
        address: str,
        use: Callable[[httpx2.Response], T],
        *,
        parameters: Parameters = (),
        headers: Mapping[str, str] | None = None,
    ) -> T:
        """Send a GET request and return what `use` makes of the answer (status 200 or 304).

        Raises:
            FetchError: requests to this address are not allowed.
            Refused: the server gave a final answer with another status.
            Unreachable: it did not answer after all attempts, or asks to wait for too long.
        """
        try:
            url = httpx2.URL(address).copy_merge_params(list(parameters))
        except httpx2.InvalidURL as error:
            raise FetchError(address, f"is not an address ({error})", "correct it") from None
        what = ""
        for attempt in range(self._manners.attempts):
            self._take_turn()
            try:
                return self._follow(url, use, dict(headers or {}))
            except TryAgain as error:
                what, asked = str(error), error.wait
            except httpx2.RequestError as error:
                what, asked = f"does not answer ({type(error).__name__}: {error})", 0.0
            if asked > self._manners.longest_wait:
                raise Unreachable(
                    address, f"asks to wait for {asked:.0f} s", "run the same command again then"
                )
            if attempt + 1 < self._manners.attempts:
                self._wait(max(asked, self._manners.pause * 2 ** (attempt + 1)))
        tried = f"{what} after {self._manners.attempts} attempts"
        raise Unreachable(address, tried, "run the same command again later")

    def download(
        self,
        address: str,
        to: Path,
        *,
        check: Callable[[Path, Received], None],
        largest: int,
        headers: Mapping[str, str] | None = None,
    ) -> Received | None:
        """Download a file and, if it passes `check`, move it to its place; return None if it is unchanged.

        Args:
            address: The file's address.
            to: The file's place.
            check: Inspects the file before it is moved; raises FetchError or TryAgain.
            largest: Largest size in bytes; larger files are refused.
            headers: Conditions: If-None-Match, If-Modified-Since.
        """

        def keep(response: httpx2.Response) -> Received | None:
            if response.status_code == httpx2.codes.NOT_MODIFIED:
                return None
            with store.replacing(to) as temporary:
                received = self._write(response, temporary, largest)
                check(temporary, received)
            return received

        return self.ask(address, keep, headers=headers)

    def _follow(self, url: httpx2.URL, use: Callable[[httpx2.Response], T], headers: dict[str, str]) -> T:
        first = url
        for _ in range(MAX_HOPS + 1):
            self._check(url)
            watch = {"trace": self._watch(url)}
            with self._client.stream("GET", url, headers=headers, extensions=watch) as response:
                if not response.has_redirect_location:
                    _judge(response)
                    return use(response)
                target = url.join(response.headers["location"])
            if (target.host, target.port) != (first.host, first.port):
                raise FetchError(
                    _shown(first), f"redirects to another host ({target.host})", "check the address"
                )
            url = target
        raise FetchError(_shown(first), f"redirects more than {MAX_HOPS} times", "check the address")

    def _check(self, url: httpx2.URL) -> None:
        if url.host in self._trusted:
            return
        if url.scheme != "https":
            raise FetchError(_shown(url), "is not https", "give the https address, or --trust the host")
        if _is_number(url.host) and not _is_public(url.host):
            raise _private(url, url.host)

    def _watch(self, url: httpx2.URL) -> Callable[[str, Mapping[str, Any]], None]:
        """Return a function that checks a new connection before anything is sent through it."""
        host, asked = url.raw_host.decode("ascii"), ""

        def look(event: str, about: Mapping[str, Any]) -> None:
            nonlocal asked
            if event == "connection.connect_tcp.started":
                asked = about["host"]  # not the address's host if the user has set a proxy
            elif event == "connection.connect_tcp.complete" and asked == host:
                peer = about["return_value"].get_extra_info("server_addr")[0]
                if url.host not in self._trusted and not _is_public(peer):
                    about["return_value"].close()
                    raise _private(url, peer)

        return look

    def _write(self, response: httpx2.Response, path: Path, largest: int) -> Received:
        told = response.headers.get("content-length", "")
        size, last = 0, time.monotonic() + self._manners.longest_answer
        sha256, md5 = hashlib.sha256(), hashlib.md5(usedforsecurity=False)
        with path.open("wb") as file:
            for chunk in response.iter_bytes(CHUNK):
                size += len(chunk)
                if size > largest or (told.isdigit() and int(told) > largest):
                    what = f"is larger than {largest // 10**6} MB"
                    raise FetchError(_shown(response.url), what, "raise the limit with --max-mb")
                if time.monotonic() > last:
                    raise TryAgain(f"needs more than {self._manners.longest_answer:.0f} s")
                sha256.update(chunk)
                md5.update(chunk)
                file.write(chunk)
        return Received(
            size=size,
            sha256=sha256.hexdigest(),
            md5=md5.hexdigest(),
            etag=response.headers.get("etag", ""),
            modified=response.headers.get("last-modified", ""),
        )

    def _take_turn(self) -> None:
        self._wait(self._next - time.monotonic())
        self._next = time.monotonic() + self._manners.pause

    def _wait(self, seconds: float) -> None:
        if seconds > 0:
            self._sleep(seconds)


def _judge(response: httpx2.Response) -> None:
    status = response.status_code
    if status in BUSY:
        raise TryAgain(f"answers with status {status}", _asked_wait(response.headers.get("retry-after", "")))
    conditional = {"if-none-match", "if-modified-since"} & set(response.request.headers)
    if status != httpx2.codes.OK and not (status == httpx2.codes.NOT_MODIFIED and conditional):
        raise Refused(_shown(response.url), status)


def _asked_wait(given: str) -> float:
    """Return the seconds in a Retry-After header: a number or a date (RFC 9110, section 10.2.3)."""
    if given.strip().isdigit():
        return float(given)
    try:
        until = parsedate_to_datetime(given)
    except ValueError:
        return 0.0
    zoned = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (zoned - datetime.now(UTC)).total_seconds())


def _shown(url: httpx2.URL) -> str:
    return str(url.copy_with(query=None, userinfo=b""))


def _private(url: httpx2.URL, peer: str) -> FetchError:
    what = f"is not a public address ({peer})"
    return FetchError(_shown(url), what, "check it, or --trust the host if it is yours")


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _is_public(address: str) -> bool:
    ip = ip_address(address)
    mapped = getattr(ip, "ipv4_mapped", None)  # ::ffff:127.0.0.1 is 127.0.0.1
    return bool((mapped or ip).is_global)
