"""Read a list of web addresses, one per line, as documents to fetch."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from pipeline.errors import InputError, shown, why
from pipeline.fetching import Listing, Wanted


def listing(path: Path) -> Listing:
    """Return the documents of a list without empty lines, lines that begin with #, and repetitions.

    Raises:
        InputError: the list cannot be read, or a line is not an https address.
    """
    try:
        lines = [line.strip() for line in path.read_text("utf-8-sig").splitlines()]
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(str(path), f"cannot be read ({why(error)})", "give a text file in UTF-8") from None
    found = [(number, line) for number, line in enumerate(lines, 1) if line and not line.startswith("#")]
    for number, line in found:
        if not re.match(r"https://[^\s/]+/\S+$", line):
            raise InputError(
                f"{path}, line {number}", f"{shown(line)[:80]} is not an https address", "give one a line"
            )
        if "@" in urlsplit(line).netloc:  # it would stand in the manifest and in messages
            what = f"{shown(line)} holds a name or a password"
            raise InputError(f"{path}, line {number}", what, "leave it out, or download the file yourself")
    wanted = tuple(_wanted(address) for address in dict.fromkeys(line for _, line in found))
    if not wanted:
        raise InputError(str(path), "holds no address", "give one https address a line")
    return Listing(total=len(wanted), wanted=wanted)


def _wanted(address: str) -> Wanted:
    """Return a document whose file name tells its origin; a digest keeps names distinct."""
    stem = PurePosixPath(unquote(urlsplit(address).path)).stem
    plain = re.sub(r"[^\w-]+", "-", stem).strip("-")[:60]
    digest = hashlib.sha256(address.encode()).hexdigest()[:8]
    return Wanted(id=digest, file=f"{plain}-{digest}.pdf", address=address, facts={"url": address})
