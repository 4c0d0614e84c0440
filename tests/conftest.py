"""Fixtures that several tests use."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
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
