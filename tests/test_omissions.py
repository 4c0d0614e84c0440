"""Every character of a page is analysed, or left out for one reason."""

import pytest

from pipeline.clean import clean
from pipeline.config import Read
from pipeline.omissions import analysed, omitted
from pipeline.read import read_pages
from pipeline.records import Dropped, PageLedger, n_letters
from pipeline.schema.values import OMITTED
from pipeline.split import split
from tests.builders import make_passage, make_text
from tests.builders_pages import body, line, page

SECRET = "Erika Muster, erika.muster@verband.example"


def ledger(number=1, n_chars=0, **values):
    return PageLedger(number=number, width=595, height=842, text_source="text", n_chars=n_chars, **values)


def test_each_reason_has_its_characters():
    passages = [
        make_passage("Wir fördern Netze.", number=0),
        make_passage("Netze 7", number=1, role="contents"),
        make_passage(SECRET, number=2, role="contact"),
        make_passage("We support networks.", number=3, language="en"),
        make_passage("Netze", number=4, page=2),
    ]
    n = sum(n_letters(p.text) for p in passages[:4])
    text = make_text(
        *passages,
        pages=(ledger(1, n + 1), ledger(2, 5, n_replaced=40), ledger(3)),
        dropped=(
            Dropped(1, "Kopf der Seite", "head_or_foot"), Dropped(1, "7", "page_number"),
            Dropped(3, "%XQ GHV", "unreadable"),
        ),
    )  # fmt: skip
    found = omitted(text)
    assert found == {
        1: {
            "head_or_foot": 12, "page_number": 1, "contents": 6, "contact": n_letters(SECRET),
            "other_language": 18, "mere_sign": 1,
        },
        2: {"ocr_replaced": 40},
        3: {"unreadable": 6},
    }  # fmt: skip
    assert [analysed(one, found[one.number]) for one in text.pages] == [16, 5, 0]


def test_nothing_of_a_document_in_another_language_is_analysed():
    passage = make_passage("We support networks.", language="en")
    text = make_text(passage, language="en", pages=(ledger(1, 18),))
    assert omitted(text) == {1: {"other_language": 18}}
    assert not omitted(make_text(passage, language="en"))  # a format without pages


def test_the_account_is_complete():
    lines = [line("Kopf der Seite", 70, 40), *body(6, 100), line("•", 70, 240), line("9", 300, 800)]
    pages = [page(lines, n) for n in range(1, 5)]
    _is_complete(split(clean(pages)), [one.n_chars for one in pages])


@pytest.mark.parametrize(
    ("name", "reasons"),
    [
        ("hard/watermark-vorabfassung-drs-18-11646.pdf", {"head_or_foot", "turned_text"}),
        ("hard/broken-tounicode-drs-18-4093.pdf", {"head_or_foot", "unreadable"}),
        ("hard/french-proces-verbal-2023.pdf", {"other_language"}),
        ("hard/flyer-landscape-softhyphen-f5-2023.pdf", {"contact"}),
        ("pdf/2017-06-02-plenarprotokoll-bt-18-238.pdf", {"column_mark", "contents", "page_number"}),
    ],
)
def test_the_account_of_real_files_is_complete(shared, name, reasons):
    settings = Read(ocr=False, ocr_dpi=300, password="")
    pages = list(read_pages(shared / "corpora" / name, settings=settings))
    text = split(clean(pages))
    _is_complete(text, [one.n_chars for one in pages])
    assert reasons <= {why for found in omitted(text).values() for why in found}


def _is_complete(text, letters):
    """Check the account against the letters of each page."""
    found = omitted(text)
    assert list(found) == [one.number for one in text.pages]
    for one, n in zip(text.pages, letters, strict=True):
        reasons = found[one.number]
        assert set(reasons) <= set(OMITTED) and min(reasons.values(), default=1) > 0
        assert analysed(one, reasons) >= 0
        assert analysed(one, reasons) + reasons.total() == n
