"""Words are found again in a text that was read anew."""

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.clean import clean
from pipeline.config import load_settings
from pipeline.correcting.anchors import Place, Quote, find, fold, letters, quote
from pipeline.read import read_pages
from pipeline.reading.sentences import boundaries
from pipeline.split import split

TEXT = (
    "Der Fachkräftemangel bremst das Handwerk.",
    "Gegen den Fachkräftemangel fordern wir eine Aus- und Weiterbildungsoffensive.",
    "Bund und Länder tragen die Kosten.",
    "Die Bundesregierung prüft das.",
)


def anchored(words, *, sentence, texts=TEXT, new=None):
    place = at(words, sentence, texts)
    new = new or texts
    return find(letters(new), new, quote(letters(texts), texts, place))


def at(words, sentence, texts=TEXT):
    start = texts[sentence].index(words)
    return Place(sentence, start, start + len(words))


@pytest.mark.parametrize(
    ("words", "sentence"),
    [("Fachkräftemangel", 0), ("Fachkräftemangel", 1), ("Bund", 2), ("Aus- und Weiterbildungsoffensive", 1)],
)
def test_an_unchanged_text_gives_the_same_place(words, sentence):
    assert anchored(words, sentence=sentence) == at(words, sentence)


CHANGES = {
    "no umlauts joined": lambda t: t.replace("ä", "a\u0308").replace("ü", "u\u0308"),
    "ligatures": lambda t: t.replace("fi", "ﬁ").replace("ff", "ﬀ"),
    "hyphen left in": lambda t: t.replace("Fachkräfte", "Fach- kräfte"),
    "spaces lost": lambda t: t.replace("das Handwerk", "dasHandwerk"),
    "other dash": lambda t: t.replace("Aus-", "Aus‐"),
    "soft hyphens": lambda t: t.replace("mangel", "man\u00adgel"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize(("words", "sentence"), [("Fachkräftemangel", 1), ("Bund", 2)])
def test_a_changed_reader_moves_marks_not_words(change, words, sentence):
    new = tuple(map(change, TEXT))
    place = anchored(words, sentence=sentence, new=new)
    plain = "".join(re.findall(r"\w", new[place.sentence][place.start : place.end].replace("\u0308", "")))
    assert place.sentence == sentence
    assert len(plain) in (len(words), len(words) - words.count("ä") + plain.count("a"))


def test_sentences_may_be_cut_otherwise():
    new = (f"{TEXT[0]} {TEXT[1]}", *TEXT[2:])
    place = anchored("Fachkräftemangel", sentence=1, new=new)
    assert new[0][place.start :].startswith("Fachkräftemangel fordern")
    new = ("Gegen den Fach", "kräftemangel fordern wir eine Offensive.")
    assert anchored("Fachkräftemangel", sentence=1, new=new) == "a sentence ends inside the words"


def test_misread_letters_are_forgiven_where_the_surroundings_agree():
    new = tuple(t.replace("Weiterbildungsoffensive", "Weiterbi1dungsoffensiue") for t in TEXT)
    place = anchored("Aus- und Weiterbildungsoffensive", sentence=1, new=new)
    assert new[1][place.start : place.end] == "Aus- und Weiterbi1dungsoffensiue"


def test_a_page_break_may_part_the_words():
    new = (TEXT[0], TEXT[1].replace("und Weiter", "und 12 Positionspapier Handwerk Weiter"), *TEXT[2:])
    place = anchored("Aus- und Weiterbildungsoffensive", sentence=1, new=new)
    assert new[1][place.start : place.end] == "Aus- und 12 Positionspapier Handwerk Weiterbildungsoffensive"


def test_other_words_are_not_taken_for_them():
    new = (TEXT[0], "Gegen den Klimawandel fordern wir eine Offensive.", *TEXT[2:])
    assert anchored("Aus- und Weiterbildungsoffensive", sentence=1, new=new) == (
        "the words are not in the document"
    )


def test_equal_surroundings_are_told_apart_by_their_order():
    texts = ("Das Ziel ist klar.",) * 5
    assert [anchored("Ziel", sentence=n, texts=texts).sentence for n in range(5)] == [0, 1, 2, 3, 4]


def test_short_words_are_not_found_inside_longer_ones():
    found = find(letters(TEXT), TEXT, Quote(exact="Bund"))
    assert TEXT[found.sentence][found.start : found.end + 4] == "Bund und"


@pytest.mark.parametrize("words", ["", "–", "…"])
def test_marks_alone_are_no_words(words):
    assert isinstance(find(letters(TEXT), TEXT, Quote(exact=words)), str)


SENTENCES = st.lists(
    st.text(alphabet="aäAbßﬁ12 -–„“.,\u0308\xad", min_size=1, max_size=20), min_size=1, max_size=6
)


@settings(max_examples=300, deadline=None)
@given(SENTENCES, st.data())
def test_what_was_quoted_is_found_where_it_stood(texts, data):
    number = data.draw(st.integers(0, len(texts) - 1))
    start = data.draw(st.integers(0, len(texts[number]) - 1))
    end = data.draw(st.integers(start + 1, len(texts[number])))
    words = texts[number][start:end]
    place = Place(number, start, end)
    found = find(letters(texts), texts, quote(letters(texts), texts, place))
    if not fold(words):
        assert isinstance(found, str)
    else:
        assert isinstance(found, Place)
        assert (found.sentence, fold(texts[number][found.start : found.end])) == (number, fold(words))


NOUN_PHRASE = re.compile(r"(?:\w[\w-]+ ){0,3}[A-ZÄÖÜ][\w-]{3,}")
SAMPLES = (
    "2019-strategie-zukunftsregionen",
    "2021-fortschrittsbericht-pandemie",
    "2013-koalitionsvertrag-dmd-aaz",
)


def other_reader(path):
    """Read a PDF as PDFium gives its text: furniture and line ends left in, sentences cut without blocks."""
    import pypdfium2

    with pypdfium2.PdfDocument(path) as document:
        raw = "\n".join(page.get_textpage().get_text_range() for page in document)
    whole = re.sub(r"\s+", " ", re.sub(r"[-\xad\ufffe\x02]\r?\n(?=[a-zäöü])", "", raw))
    return [whole[a:b] for a, b in boundaries(whole)]


@pytest.mark.slow
def test_of_hundred_quotes_ninety_nine_are_found_by_another_reader(root):
    rng = random.Random(7)
    found, asked = 0, 0
    for name in SAMPLES:
        path = root / "corpora" / "sample" / "pdf" / f"{name}.pdf"
        text = split(clean(tuple(read_pages(path, settings=load_settings().read, bad={}))))
        texts = [text.passages[s.passage].text[s.start : s.end] for s in text.sentences]
        ours, others = letters(texts), other_reader(path)
        theirs = letters(others)
        phrases = [(n, m) for n, sentence in enumerate(texts) for m in NOUN_PHRASE.finditer(sentence)]
        for number, match in rng.sample(phrases, 300):
            wanted = quote(ours, texts, Place(number, match.start(), match.end()))
            place = find(theirs, others, wanted)
            asked += 1
            found += isinstance(place, Place) and (
                fold(others[place.sentence][place.start : place.end]) == fold(match.group())
            )
    assert found / asked >= 0.99
