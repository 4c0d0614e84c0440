"""Pages are drawn in processes of their own: one that hangs is stopped, and keeps no other waiting."""

import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.query import rows
from pipeline.serving import drawing
from pipeline.serving.desk import Desk
from pipeline.serving.images import Images

from .builders_evidence import NAME, made


def work(sheet, note):
    """Draw a page, the first one only after a file is there; runs in a process of the desk."""
    note("draw", sheet.page)
    while sheet.page == 1 and not Path(sheet.path).with_name("end").exists():
        time.sleep(0.02)
    return drawing.drawn(sheet)


@pytest.fixture
def png(tmp_path, monkeypatch):
    """Return a function that gives a page's picture; the first page hangs."""
    out, corpus, _ = made()
    shutil.copy(corpus / NAME, tmp_path)
    desk = Desk(work, where="picture", does="draws pages", remedy="read the text")
    monkeypatch.setattr(drawing, "_desk", lambda: desk)
    images, sha256 = Images(out, tmp_path), rows(out, "select sha256 from documents")[0]["sha256"]
    yield lambda page: images.png("d1", sha256, page)
    for crew in desk._free.queue:
        crew.close()


def test_a_page_that_hangs_keeps_no_other_waiting_however_often_it_is_asked_for(png, tmp_path):
    with ThreadPoolExecutor(3) as pool:
        hanging = [pool.submit(png, 1) for _ in range(3)]
        assert png(2)[:4] == b"\x89PNG"
        assert not any(one.done() for one in hanging)
        (tmp_path / "end").touch()
        assert {one.result()[:4] for one in hanging} == {b"\x89PNG"}


def test_a_page_that_takes_too_long_is_said_and_not_tried_again_at_once(png, tmp_path, monkeypatch):
    says = r"picture: took longer than 0\.4 s and was stopped; read the text"
    with monkeypatch.context() as short:
        short.setattr(drawing, "SECONDS", -1.6)
        short.setattr("pipeline.serving.images.AGAIN", 3600.0)
        with pytest.raises(InputError, match=says):
            png(1)
    (tmp_path / "end").touch()
    with pytest.raises(InputError, match=says):
        png(1)
    assert png(2)[:4] == b"\x89PNG"


def test_a_page_is_tried_again_later(png, tmp_path, monkeypatch):
    with monkeypatch.context() as short:
        short.setattr(drawing, "SECONDS", -1.6)
        short.setattr("pipeline.serving.images.AGAIN", 0.0)
        with pytest.raises(InputError, match="took longer"):
            png(1)
    (tmp_path / "end").touch()
    assert png(1)[:4] == b"\x89PNG"


def test_a_damaged_page_is_said_as_before(tmp_path):
    (tmp_path / "kein.pdf").write_bytes(b"kein PDF")
    with pytest.raises(InputError, match=r"kein\.pdf: is not a PDF; check where it came from"):
        drawing.aside(drawing.Sheet(path=str(tmp_path / "kein.pdf"), page=1))
