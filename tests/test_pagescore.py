"""The measures of the reader: what each says of a text that is right, and of one that is wrong in one way."""

import json
import subprocess
import sys

import pytest
from msgspec.structs import asdict, replace

from pipeline.errors import InputError
from pipeline.reading import pagescore, readbench
from pipeline.reading.pagescore import Printed, Truth, judge, load, score, words

PARAGRAPHS = (
    Printed("heading", "Fachkräfte gewinnen"),
    Printed("para", "Der Bund fördert die „duale“ Ausbildung – auch in kleinen Betrieben."),
    Printed("item", "Die Länder bauen Wohnheime für Auszubildende."),
)
PAGE = Truth(
    file="papier.pdf",
    page=3,
    paras=PARAGRAPHS,
    lines=(
        "Der Bund fördert die duale Ausbil-",
        "dung auch in kleinen Betrieben.",
        "Die Länder bauen Wohnheime",
    ),
    furniture=("Strategie der Bundesregierung", "3"),
    hyphen_words=("Ausbildung",),
)
LINES = ("Der Bund fördert die", "Die Länder bauen Wohnheime")
RIGHT = "\n\n".join(block.text for block in PARAGRAPHS)
PERFECT = {"cer": 0.0, "leak": (0, 2), "hyph": (0, 1), "paragraphs": 1.0, "head": (1, 1), "order": 0.0}


@pytest.mark.parametrize(
    "text",
    [
        RIGHT,
        RIGHT.replace("„duale“", '"duale"').replace("–", "-").replace(" Bund", "\u00a0Bund"),
        RIGHT.replace("Fachkräfte g", "# Fachkra\u0308fte g").replace("Die Länder", "• Die\n  Länder"),
    ],
)
def test_typography_and_marks_do_not_count(text):
    assert asdict(judge(PAGE, text)) == PERFECT


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (RIGHT.replace("Ausbildung", "Ausbil-dung"), {"hyph": (1, 1)}),
        (RIGHT + " 3", {"leak": (1, 2)}),
        (RIGHT + "\n\nStrategie der\nBundesregierung", {"leak": (1, 2), "paragraphs": 0.8}),
        (RIGHT.replace("gewinnen\n\n", "gewinnen "), {"head": (0, 1), "paragraphs": 2 / 3}),
        (RIGHT.replace(". Die", ".\n\nDie").replace("auch", "\n\nauch"), {"paragraphs": 0.8}),
        (
            "\n\n".join(b.text for b in (PARAGRAPHS[0], PARAGRAPHS[2], PARAGRAPHS[1])),
            {"order": 0.5, "paragraphs": 0.5},
        ),
    ],
)
def test_each_fault_is_told_by_its_measure(text, wrong):
    found = asdict(judge(replace(PAGE, lines=LINES), text))
    assert found | {"cer": 0.0} == PERFECT | wrong


def test_lines_are_empty_lines_where_there_are_none():
    assert judge(PAGE, RIGHT.replace("\n\n", "\n")).paragraphs == 1.0


def test_counts_are_pooled_and_errors_are_averaged():
    whole = score([(PAGE, RIGHT), (replace(PAGE, furniture=()), ""), (PAGE, RIGHT + " 3")])
    assert (whole.leak, whole.hyph, whole.head) == (1 / 4, 1 / 3, 2 / 3)
    n = len(" ".join(RIGHT.split()))
    assert whole.cer == pytest.approx((1 + 2 / n) / 3) and whole.cer_median == pytest.approx(2 / n)


def test_a_folder_without_pages_is_named(tmp_path):
    with pytest.raises(InputError, match="is not a folder"):
        load(tmp_path / "fehlt")
    (tmp_path / "a.json").write_text('{"file": "a.pdf"}')
    with pytest.raises(InputError, match=r"a\.json: .*page"):
        load(tmp_path)


def test_the_pages_of_the_sample_are_read_as_they_were_written(root):
    """They come from the sources that the PDFs are set from."""
    pages = load(root / "corpora/sample/truth/pages")
    found = score(
        zip(
            pages,
            readbench._texts(places(root / "corpora/sample/pdf", pages), pages, readbench._politikspur),
            strict=True,
        )
    )
    assert len(pages) == 3
    assert (found.cer, found.leak, found.hyph, found.head, found.order) == (0, 0, 0, 1, 0)
    assert found.paragraphs >= 0.98  # two shouts of a protocol stick to the paragraph above


def places(folder, pages):
    return {page.file: folder / page.file for page in pages}


def test_another_scorer_says_the_same(shared, tmp_path):
    """Of raw text, in which every measure finds something."""
    truth = shared / "pages"
    pages = load(truth)
    texts = list(readbench._texts(places(shared / "corpora" / "pdf", pages), pages, readbench._pypdfium2))
    said = [{"file": p.file, "page": p.page, "text": t} for p, t in zip(pages, texts, strict=True)]
    (tmp_path / "out.jsonl").write_text("\n".join(map(json.dumps, said)), encoding="utf-8")
    command = [sys.executable, truth / "score.py", tmp_path / "out.jsonl", "--truth", truth]
    printed = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    other = json.loads(printed.splitlines()[0])
    ours = asdict(pagescore.score(zip(pages, texts, strict=True)))
    other["paragraphs"] = other["paraF1"]
    assert ours == pytest.approx({name: other[name] for name in ours}, abs=0.0001)


def test_words_count_as_often_as_they_stand_and_in_any_order():
    found = words(
        "Der Bund – der Bund fördert „Wind\u00adkraft“.", "Windkraft fördert der E-Mobil-Bund, der Bund"
    )
    assert (found.given, found.wanted, found.both) == (6, 6, 5)
    assert found.precision == found.recall == pytest.approx(5 / 6)
    assert words("", "Bund").precision == words("", "Bund").recall == 0
