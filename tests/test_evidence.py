"""Evidence of a mention in a real file: words marked, contact data blacked out."""

import numpy as np
import pytest

from pipeline.asking.evidence import evidence
from pipeline.records import boxes

from .builders_evidence import WORDS, made, mention

DPI = 100


def test_evidence_names_sentence_neighbours_and_page():
    out, folder, _ = made()
    found = evidence(out, mention(), corpus=folder)
    assert found.sentence[found.char_start : found.char_end] == found.text == WORDS
    assert found.before and found.after and found.sentence in found.passage
    assert found.page == 2 and len(found.boxes) == 3
    assert WORDS in repr(found)


def pixels(picture, box, inset):
    scale = DPI / 72
    x0, top, x1, bottom = (round(v * scale) for v in (box.x0, box.top, box.x1, box.bottom))
    return np.asarray(picture)[top + inset : bottom - inset, x0 + inset : x1 - inset]


@pytest.mark.parametrize("asked", [DPI, 400], ids=["as asked", "fewer, as the page is too large"])
def test_the_words_are_marked_and_contact_data_is_black(monkeypatch, asked):
    out, folder, text = made()
    found = evidence(out, mention(), corpus=folder)
    monkeypatch.setattr("pipeline.reading.pdfium.MAX_PIXELS", found.image(dpi=DPI).width ** 2 * 2**0.5)
    picture = found.image(dpi=asked)
    for box in found.boxes:
        area = pixels(picture, box, 0).reshape(-1, 3)
        assert (area == (255, 226, 89)).all(axis=1).mean() > 0.4
    hidden = [box for p in text.passages if p.role == "contact" for box in boxes(p, 0, len(p.text))]
    assert hidden
    for box in hidden:
        assert not pixels(picture, box, 0).any()


def test_a_notebook_shows_the_picture_or_why_there_is_none(tmp_path):
    out, folder, _ = made()
    assert "data:image/png;base64," in evidence(out, mention(), corpus=folder)._repr_html_()
    assert "is not there" in evidence(out, mention(), corpus=tmp_path)._repr_html_()
