"""Fixtures that several tests use."""

from __future__ import annotations

import fcntl
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests import browser
from tests.builders_tables import quick

for library in ("OMP", "OPENBLAS"):  # tests run side by side: threads of one would wait for another's
    os.environ.setdefault(f"{library}_NUM_THREADS", "1")

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session", autouse=True)
def temporary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Folders that builders make once a session lie where pytest clears up."""
    before, tempfile.tempdir = tempfile.tempdir, str(tmp_path_factory.mktemp("temporary"))
    yield
    tempfile.tempdir = before


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever searches first waits for the index, however busy the machine is."""
    if indexing := sys.modules.get("pipeline.serving.indexing"):
        monkeypatch.setattr(indexing, "WAIT", 600.0)


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[Path], object]], Path]:
    """A folder that is made once for all processes that run tests side by side; nobody may change it."""
    base = tmp_path_factory.getbasetemp()
    beside = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def made(name: str, make: Callable[[Path], object]) -> Path:
        folder, done = beside / name, beside / f"{name}.done"
        with (beside / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not done.exists():
                shutil.rmtree(folder, ignore_errors=True)  # of one whose making failed
                folder.mkdir()
                make(folder)
                done.touch()
        return folder

    return made


@pytest.fixture(scope="session", params=("read", "hostile"))
def probe(request: Any, once: Callable[[str, Callable[[Path], object]], Path]) -> Path:
    """The output of two documents that were read, or made-up tables with hostile signs in them."""
    from tests.builders_outputs import make_probe

    return once(request.param, partial(make_probe, request.param)) / "out"


@pytest.fixture(scope="session")
def formulas(once: Callable[[str, Callable[[Path], object]], Path]) -> Path:
    """The output of made-up tables whose texts a spreadsheet could take for formulas."""
    from tests.builders_outputs import make_output

    return once("formulas", lambda folder: make_output(folder / "out", hostile=" =1+1")) / "out"


@pytest.fixture(scope="session")
def papers(once: Callable[[str, Callable[[Path], object]], Path]) -> Path:
    """A small corpus (`papiere`), its output (`out`) and its package without texts (`bare`)."""
    from tests.builders_packages import make_papers

    return once("papers", make_papers)


@pytest.fixture
def out(papers: Path) -> Path:
    """The output of that corpus; modules that test another output have an `out` of their own."""
    return papers / "out"


@pytest.fixture
def bare(papers: Path) -> Path:
    """Its package without texts."""
    return papers / "bare"


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's folder."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The shared material beside the project; skips, or fails where it is required."""
    folder = ROOT.parent / "shared"
    if not (folder / "README.md").exists():
        if os.environ.get("POLITIKSPUR_REQUIRE_SHARED") == "1":
            pytest.fail("POLITIKSPUR_REQUIRE_SHARED is set but ../shared is missing")
        pytest.skip("needs the shared material in ../shared")
    return folder


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A browser without a window; skips, or fails where it is required."""
    lacking = browser.missing()
    if lacking:
        told = f"needs {' and '.join(lacking)}: {browser.ADVICE}"
        if os.environ.get("POLITIKSPUR_REQUIRE_SHARED") == "1":
            pytest.fail(told)
        pytest.skip(told)
    with browser.browser() as found:
        yield found


@pytest.fixture
def driver(chromium: Any) -> Any:
    """The browser with the light screen of a desk, as every test begins."""
    browser.look(chromium, dark=False, size=browser.WIDE)
    return chromium


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tables of a small corpus with planted differences."""
    from tests.builders_tables import build

    return build(tmp_path_factory.mktemp("tables"), documents=4, sentences=40)


@pytest.fixture(scope="module")
def tracked(tables: Path) -> dict[str, Any]:
    """What tracking makes of them."""
    from pipeline import track

    return dict(track.track(tables, quick(resamples=199)))
