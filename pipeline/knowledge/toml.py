"""Read data files in TOML, of `taxonomies/`, of other folders or of users, into typed records; write tables.

People edit these TOML files; an error names the file, the entry that does not fit, and the remedy.
"""

from __future__ import annotations

import json
from codecs import BOM_UTF8
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from pipeline.errors import TaxonomyError, why

FOLDER = Path(__file__).parent.parent / "taxonomies"
T = TypeVar("T")


def load(name: str, shape: type[T], *, folder: Path = FOLDER) -> T:
    """Return the file `name`.toml of `taxonomies/` as a record of type `shape`; raises as `read` does."""
    return read(folder / f"{name}.toml", shape)


def read(path: Path, shape: type[T], *, remedy: str = "compare it with its neighbours") -> T:
    """Return a TOML file as a record of type `shape`; `remedy` tells how to mend an entry that does not fit.

    Raises:
        TaxonomyError: the file cannot be read, is not TOML, or does not have that shape.
    """
    try:
        return msgspec.toml.decode(_content(path), type=shape)
    except OSError as error:
        cure = "check the file and its rights, or reinstall the package"
        raise TaxonomyError(str(path), f"cannot be read ({why(error)})", cure) from None
    except msgspec.ValidationError as error:
        what, _, place = str(error).partition(" - at ")
        where = f"{path.name} {_entry_at(path, place)}".strip()
        raise TaxonomyError(where, what, remedy) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise TaxonomyError(path.name, f"is not TOML: {error}", "correct the line named") from None


def _content(path: Path) -> bytes:
    return path.read_bytes().removeprefix(BOM_UTF8)  # as editors of Windows write it


def _entry_at(path: Path, place: str) -> str:
    """Translate msgspec's "`$.theme[3].cap`" into "theme 4 (energy), cap"."""
    table, _, rest = place.strip("`").removeprefix("$.").partition("[")
    number, _, field = rest.partition("]")
    if not number.isdigit():
        return table
    entries = msgspec.toml.decode(_content(path)).get(table, [])
    entry = entries[int(number)] if int(number) < len(entries) else None
    name = f" ({entry.get('id', 'without id')})" if isinstance(entry, dict) else ""
    return f"{table} {int(number) + 1}{name}, {field.lstrip('.')}".rstrip(", ")


def as_toml(table: Mapping[str, Any]) -> str:
    """Return strings, numbers, lists and nested tables as TOML."""
    return "\n".join(_lines(table, "")).strip() + "\n"


def _lines(table: Mapping[str, Any], path: str) -> Iterator[str]:
    for key, value in table.items():
        if isinstance(value, list | tuple) and value and isinstance(value[0], str):
            yield f"{_key(key)} = ["
            yield from (f"    {json.dumps(one, ensure_ascii=False)}," for one in value)
            yield "]"
        elif not isinstance(value, Mapping):
            yield f"{_key(key)} = {json.dumps(value, ensure_ascii=False)}"
    for key, value in table.items():
        if isinstance(value, Mapping):
            inner = f"{path}{_key(key)}"
            yield from ("", f"[{inner}]", *_lines(value, f"{inner}."))


def _key(name: str) -> str:
    return name if name.isidentifier() and name.isascii() else json.dumps(name, ensure_ascii=False)
