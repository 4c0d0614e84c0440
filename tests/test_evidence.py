"""Evidence of a mention in a real file: words marked, contact data blacked out."""

import shutil

import numpy as np
import pytest

from pipeline import originals, store
from pipeline.catalogue import document
from pipeline.clean import clean
from pipeline.config import load_settings
from pipeline.errors import InputError
from pipeline.evidence import evidence
from pipeline.explain import explain
from pipeline.process import readable
from pipeline.query import rows
from pipeline.read import read_pages
from pipeline.records import Relations, Source, Span, Tags, boxes
from pipeline.split import split
from pipeline.tabulate import Linked, Reading
from pipeline.tabulate import rows as table_rows

from .builders_output import small

NAME = "2015-positionspapier-mittelstand.pdf"
WORDS = "Innovationsgutscheine des Bundesministeriums für Wirtschaft und Energie"
DPI = 100


@pytest.fixture(scope="module")
def made(tmp_path_factory, root):
    """An output folder of one document, with the reading it was made of."""
    folder = tmp_path_factory.mktemp("evidence")
    shutil.copy(root / "corpora" / "sample" / "pdf" / NAME, folder)
    data = (folder / NAME).read_bytes()
    source = Source("d1", "s1", NAME, originals.hashlib.sha256(data).hexdigest(), len(data), "pdf")
    text = split(clean(list(read_pages(folder / NAME, settings=load_settings().read))))
    readings = tuple(Reading(passage=p, text=t, start=a, end=b) for p, t, a, b in readable(text))
    at = next(at for at, reading in enumerate(readings) if WORDS in reading.text)
    start = readings[at].text.index(WORDS)
    span = Span(at, start, start + len(WORDS), WORDS, "instrument", "funding", "existing", by="model:x")
    linked = Linked(
        document=document(source, text, duplicate_of=""), text=text, readings=readings,
        tags=Tags(spans=(span,)), relations=Relations(), concepts=("",), run_key="k",
    )  # fmt: skip
    out = small(folder / "out", **table_rows(linked))
    store.save(out, "text", "ab" * 16, text)
    return out, folder, text


def mention(out):
    return rows(out, "select mention_id from mentions")[0]["mention_id"]


def test_evidence_names_sentence_neighbours_and_page(made):
    out, folder, _ = made
    found = evidence(out, mention(out), corpus=folder)
    assert found.sentence[found.char_start : found.char_end] == found.text == WORDS
    assert found.before and found.after and found.sentence in found.passage
    assert found.page == 2 and len(found.boxes) == 3
    assert WORDS in repr(found)


def pixels(picture, box, inset):
    scale = DPI / 72
    x0, top, x1, bottom = (round(v * scale) for v in (box.x0, box.top, box.x1, box.bottom))
    return np.asarray(picture)[top + inset : bottom - inset, x0 + inset : x1 - inset]


def test_the_words_are_marked_and_contact_data_is_black(made):
    out, folder, text = made
    found = evidence(out, mention(out), corpus=folder)
    picture = found.image(dpi=DPI)
    for box in found.boxes:
        area = pixels(picture, box, 0).reshape(-1, 3)
        assert (area == (255, 226, 89)).all(axis=1).mean() > 0.4
    hidden = [box for p in text.passages if p.role == "contact" for box in boxes(p, 0, len(p.text))]
    assert hidden
    for box in hidden:
        assert not pixels(picture, box, 0).any()


def test_a_notebook_shows_the_picture_or_why_there_is_none(made, tmp_path):
    out, folder, _ = made
    assert "data:image/png;base64," in evidence(out, mention(out), corpus=folder)._repr_html_()
    assert "is not there" in evidence(out, mention(out), corpus=tmp_path)._repr_html_()


def test_a_file_that_has_changed_is_not_shown(made, tmp_path):
    out, folder, _ = made
    (tmp_path / NAME).write_bytes((folder / NAME).read_bytes() + b"\n")
    with pytest.raises(InputError, match="has changed since"):
        evidence(out, mention(out), corpus=tmp_path).image()


def test_without_the_reading_a_page_with_contact_data_is_not_shown(made, tmp_path):
    out, folder, _ = made
    shutil.copytree(out, tmp_path / "out")
    shutil.rmtree(tmp_path / "out" / "cache")
    with pytest.raises(InputError, match="holds contact data"):
        evidence(tmp_path / "out", mention(out), corpus=folder).image()


def test_the_raw_characters_are_told(made):
    out, _, _ = made
    found = str(explain(out, mention(out)))
    assert (
        "in the file 'Innovationsgut-' | 'scheine des Bundesministeriums für Wirt-' | 'schaft und Energie'"
        in found
    )


def test_the_file_is_found_beside_the_output(made):
    out, folder, _ = made
    store.write_json(out / "run.json", {"folder": str(folder), "schema": 1, "corpus": "x"})
    assert originals.file_of(out, "d1") == folder / NAME
