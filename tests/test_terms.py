"""German words to search terms."""

import pytest

from pipeline.searching.terms import asked, folded, terms


def words(text):
    return [term.word for term in terms(text)]


def parts(text):
    return [part for term in terms(text) for part in term.parts]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Fachkräfte", "Fachkraft"),
        ("Häuser", "Haus"),
        ("Ärzteverbände", "Ärzteverband"),
        ("des Klimaschutzes", "des Klimaschutz"),
        ("Bürger*innen", "Bürger"),
        ("Bürger:innen", "Bürger"),
        ("BürgerInnen", "Bürger"),
        ("Bürgerinnen", "Bürger"),
        ("Aus- und Weiterbildung", "Ausbildung und Weiterbildung"),
        ("CO₂-Preis", "CO2-Preis"),
        ("Mieten", "Miete"),
        ("Beschäftigten", "Beschäftigte"),
        ("ein Beschäftigter", "ein Beschäftigte"),
        ("Grünen", "Grüne"),
        ("Start-ups", "Startup"),
    ],
)
def test_forms_of_a_word_have_one_term(one, other):
    assert words(one) == words(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("fordern", "fördern"), ("Medizin", "Medium"), ("Termin", "Term"), ("Kraft", "Kreide")],
)
def test_different_words_have_different_terms(one, other):
    assert words(one) != words(other)
    assert parts(one) != parts(other)


def test_a_compound_is_found_by_its_parts():
    assert parts("Fachkräftemangel") == parts("Fachkraft") + parts("Mangel")
    assert parts("Wohnungsbauförderung")[-1:] == parts("gefördert")


def test_a_decimal_number_is_one_word():
    assert words("um 2,5 Prozent") == ["um", "2,5", "prozent"]
    assert parts("1,5-Grad-Ziel") == ["1,5", "grad", "ziel"] and words("3, 4") == ["3", "4"]


def test_places_are_those_of_the_text_as_it_is():
    text = "Die Aus- und Weiterbildung (auch für Ärzt*innen) stärken."
    assert [text[term.start : term.end] for term in terms(text)] == [
        "Die", "Aus-", "und", "Weiterbildung", "auch", "für", "Ärzt*innen", "stärken",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["", "…", "§ 3", "   ", "– • –", "\x00", "a" * 5000, "🙂 Dank"])
def test_odd_text_has_terms_or_none(text):
    assert all(term.word and term.parts for term in terms(text))


@pytest.mark.parametrize("typed", ["fachkräfte", "Fachkraefte", "Fachkrafte", "FACHKRÄFTE"])
def test_a_question_may_be_typed_without_capitals_or_umlauts(typed):
    (one,) = asked(typed)
    assert one.terms[0].parts == ("fach", "kraft")


def test_a_question_has_words_phrases_beginnings_and_what_is_unwanted():
    found = asked("die „soziale Marktwirtschaft“ -Europa Digital* Aus- und Weiterbildung")
    assert [(len(one.terms), one.prefix, one.unwanted) for one in found] == [
        (2, "", False), (1, "", True), (0, "digital", False), (1, "", False), (1, "", False),
    ]  # fmt: skip


def test_function_words_count_only_where_there_is_nothing_else():
    assert [one.terms[0].word for one in asked("der Mangel an Ärzten")] == ["mangel", "arzt"]
    assert [one.terms[0].word for one in asked("die")] == ["der"]
    assert asked("") == asked(" … ") == ()


def test_umlauts_are_written_out():
    assert folded("Größe ÄÖÜ") == "groesse aeoeue"
