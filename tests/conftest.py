"""Fixtures that several tests use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


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
