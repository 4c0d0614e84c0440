import pytest

from pipeline.knowledge.statutes import statutes, subject


def test_every_abbreviation_has_a_name_of_its_own():
    names = statutes().short
    assert names["MiLoG"] == "Mindestlohngesetz"
    assert all(short.strip() == short and name.strip() == name != short for short, name in names.items())
    assert len(set(names.values())) == len(names)


def test_other_names_and_spellings_mean_a_known_abbreviation():
    spellings = statutes().spellings
    assert spellings["Bafög"] == "BAföG"
    assert set(spellings.values()) <= set(statutes().short)
    assert not set(spellings) & set(statutes().short)


def test_general_words_are_no_statute_of_the_list():
    assert not set(statutes().words.general.split()) & {name.lower() for name in statutes().short.values()}


@pytest.mark.parametrize(
    ("provision", "of"),
    [
        ("§ 15 BEEG", "BEEG"),
        ("§ 7a Absatz 2 Satz 1 des Windenergie-auf-See-Gesetzes", "Windenergie-auf-See-Gesetzes"),
        ("§§ 12, 13a und 14 Abs. 3 Nr. 2 SGB XII", "SGB XII"),
        ("§ 812 des Bürgerlichen Gesetzbuchs", "Bürgerlichen Gesetzbuchs"),
        ("§ 9 Absatz 1 des Gesetzes über das Quastenwesen", "Gesetzes über das Quastenwesen"),
        ("§ 4 des Quastengesetzes vom 3. Mai 1999", "Quastengesetzes"),
        ("Artikels 6 des Bonner Abkommens", "Bonner Abkommens"),
        ("§ 3 QuastG-E", "QuastG"),
        ("§ 21b Quastennachweise", "Quastennachweise"),
        ("§ 21b (Quasten im Handel)", "Quasten im Handel"),
        ("Paragraf 36 (2) des Quastengesetzes", "Quastengesetzes"),
        ("Paragraphen 218 ff. StGB", "StGB"),
        ("§ 5 Absatz 1", ""),
        ("§ 5 Satz 2 Nummer 1", ""),
        ("Artikel 3 des Gesetzes vom 3. Mai 1999", ""),
        ("§ 7 der Verordnung vom 3. Mai 1999", ""),
        ("Artikel 5 Änderung der Handwerksordnung", ""),
        ("Mindestlohngesetz", ""),
        ("§" * 600, ""),
        ("§ " + "1, " * 200, ""),
    ],
)
def test_a_provision_is_of_its_law_or_has_a_title(provision, of):
    assert subject(provision) == of
