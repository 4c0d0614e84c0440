"""Send polite and bounded requests, with retries, to public hosts only; the only door to the web.

Only https and public addresses are allowed, and a redirect must stay on its host. The address is
checked on the open connection, so that a name cannot mean one machine when it is checked and
another when it is used. Hosts that the user trusts are exempt, such as a mirror in the own network.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from ipaddress import IPv4Address, ip_address, ip_network
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

import httpx2

from pipeline import __version__, store
from pipeline.errors import FetchError, shown
from pipeline.records import Record

T = TypeVar("T")
Parameters = Sequence[tuple[str, str]]
MAX_HOPS = 5
MOST = 50 * 10**6  # bytes of an answer that is read into memory
LONGEST_HEADER = 1_000  # characters of an ETag or a date that are kept
IN_USE, NAT64 = ip_network("2000::/3"), ip_network("64:ff9b::/96")  # of IPv6; the second leads to IPv4
# Protocol assignments, 6to4 and documentation (IANA's registries of special-purpose addresses).
SPECIAL = tuple(map(ip_network, ("192.0.0.0/24", "2001::/23", "2002::/16", "3fff::/20")))
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
    """A failure that may be temporary; `wait` is the time in seconds that the server asks for.

    `answered` says that the server is there, and only what it sent for this address is of no use.
    """

    def __init__(self, what: str, wait: float = 0.0, *, answered: bool = False) -> None:
        super().__init__(what)
        self.wait, self.answered = wait, answered


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
        # Unpacking a compressed answer could fill the memory before its size is known.
        told = {"User-Agent": f"politikspur/{__version__}", "Accept-Encoding": "identity"}
        self._client = httpx2.Client(headers=told, timeout=manners.timeout, follow_redirects=False)

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
            FetchError: requests to this address are not allowed, or its answers are of no use.
            Refused: the server gave a final answer with another status.
            Unreachable: it did not answer after all attempts, or asks to wait for too long.
        """
        try:
            url = httpx2.URL(address).copy_merge_params(list(parameters))
        except (httpx2.InvalidURL, ValueError):
            raise FetchError(shown(address), "is not an address", "correct it") from None
        what, failure = "", FetchError
        for attempt in range(self._manners.attempts):
            try:
                return self._follow(url, use, dict(headers or {}))
            except TryAgain as error:
                what, asked = str(error), error.wait
                failure = FetchError if error.answered else Unreachable
            except httpx2.RequestError as error:
                what, asked = f"does not answer ({type(error).__name__}: {error})", 0.0
                failure = Unreachable
            if asked > self._manners.longest_wait:
                waits = f"asks to wait for {asked:.0f} s"
                raise Unreachable(shown(url), waits, "run the same command again then")
            if attempt + 1 < self._manners.attempts:
                self._wait(max(asked, self._manners.pause * 2 ** (attempt + 1)))
        tried = f"{what} after {self._manners.attempts} attempts"
        raise failure(shown(url), tried, "run the same command again later")

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

    def body(self, response: httpx2.Response) -> bytes:
        """Return the content of an answer, which may have at most `MOST` bytes."""
        return b"".join(self._parts(response, MOST, "ask for less"))

    def _follow(self, url: httpx2.URL, use: Callable[[httpx2.Response], T], headers: dict[str, str]) -> T:
        first = url
        for _ in range(MAX_HOPS + 1):
            self._check(url)
            self._take_turn()
            watch = {"trace": self._watch(url)}
            with self._client.stream("GET", url, headers=headers, extensions=watch) as response:
                if not response.has_redirect_location:
                    _judge(response)
                    return use(response)
                url = _target(url, response.headers["location"])
            if (url.host, url.port) != (first.host, first.port):
                raise FetchError(shown(first), f"redirects to another host ({url.host})", "check the address")
        raise FetchError(shown(first), f"redirects more than {MAX_HOPS} times", "check the address")

    def _check(self, url: httpx2.URL) -> None:
        if url.host in self._trusted:
            return
        if url.scheme != "https":
            raise FetchError(shown(url), "is not https", "give the https address, or --trust the host")
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
        size, sha256, md5 = 0, hashlib.sha256(), hashlib.md5(usedforsecurity=False)
        with path.open("wb") as file:
            for part in self._parts(response, largest, "raise the limit with --max-mb"):
                size += len(part)
                sha256.update(part)
                md5.update(part)
                file.write(part)
        return Received(
            size=size,
            sha256=sha256.hexdigest(),
            md5=md5.hexdigest(),
            etag=_header(response, "etag"),
            modified=_header(response, "last-modified"),
        )

    def _parts(self, response: httpx2.Response, largest: int, remedy: str) -> Iterator[bytes]:
        """Yield the content of an answer as long as it keeps to the limits on size and time."""
        told = _header(response, "content-length")
        size, last = int(told) if told.isdigit() else 0, time.monotonic() + self._manners.longest_answer
        if size <= largest:
            size = 0
            for part in response.iter_raw():  # as they come: a part of a fixed size might never be full
                size += len(part)
                if size > largest:
                    break
                if time.monotonic() > last:
                    raise TryAgain(f"needs more than {self._manners.longest_answer:.0f} s")
                yield part
        if size > largest:
            raise FetchError(shown(response.url), f"is larger than {largest // 10**6} MB", remedy)

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
        raise Refused(shown(response.url), status)
    coding = response.headers.get("content-encoding", "identity")
    if coding != "identity":
        raise FetchError(shown(response.url), f"is compressed ({coding[:20]})", "download it in a browser")


def _target(url: httpx2.URL, location: str) -> httpx2.URL:
    """Return the address that a redirect leads to."""
    try:
        target = url.join(location)
        return target if isinstance(target.host, str) else url
    except (httpx2.InvalidURL, ValueError):
        raise FetchError(shown(url), "redirects to what is no address", "check the address") from None


def _header(response: httpx2.Response, name: str) -> str:
    """Return a header that can be kept and sent again, or ""."""
    value = response.headers.get(name, "")
    return value if value.isascii() and value.isprintable() and len(value) <= LONGEST_HEADER else ""


def _asked_wait(given: str) -> float:
    """Return the seconds in a Retry-After header: a number or a date (RFC 9110, section 10.2.3)."""
    if given.isascii() and given.strip().isdigit():
        return float(given)
    try:
        until = parsedate_to_datetime(given)
    except ValueError:
        return 0.0
    zoned = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (zoned - datetime.now(UTC)).total_seconds())


def _private(url: httpx2.URL, peer: str) -> FetchError:
    what = f"is not a public address ({peer})"
    return FetchError(shown(url), what, "check it, or --trust the host if it is yours")


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _is_public(address: str) -> bool:
    """Return whether an address is one of the internet, also if it only stands for another one in IPv4."""
    ip = ip_address(address)
    if ip.version == 6:
        within = IPv4Address(int(ip) & 0xFFFFFFFF) if ip in NAT64 else ip.ipv4_mapped
        if within is None and ip not in IN_USE:
            return False
        ip = within or ip
    return ip.is_global and not ip.is_multicast and not any(ip in network for network in SPECIAL)
