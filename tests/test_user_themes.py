"""A user's own theme: what belongs to it, how it is counted, and what judged sentences change."""

import csv

import pytest

from pipeline.errors import InputError, TaxonomyError
from pipeline.knowledge.registry import load_registry
from pipeline.reading.manifest import csv_lines
from pipeline.schema import TABLES
from pipeline.tables import conform, to_arrow, write_table
from pipeline.track import track
from pipeline.tracking import counts, user_themes
from pipeline.tracking.misclassification import Precision
from tests.builders_networks import Said, build, row
from tests.builders_tables import quick, write_wider

FILE = """
name = "Kreislauf"
terms = ["Kreislaufwirtschaft", "Recht auf Reparatur", "Recycling*"]
concepts = ["Pfandsystem"]
not = ["Papierkreislauf"]
"""


@pytest.mark.parametrize(
    ("term", "text", "found"),
    [
        ("Fachkraft", "Wir brauchen Fachkräfte.", True),
        ("Fachkräfte", "Jede Fachkraft zählt.", True),
        ("Fachkraft", "Der Fachkräftemangel wächst.", False),
        ("Fachkräfte*", "Der Fachkräftemangel wächst.", True),
        ("*mangel", "Der Fachkräftemangel wächst.", True),
        ("Recht auf Reparatur", "Ein Recht auf Reparatur fehlt.", True),
        ("Recht auf Reparatur", "Das Recht auf eine Reparatur fehlt.", False),
        ("gute Arbeit", "Wir stehen für gute Arbeit.", True),
        ("EU", "Neue Regeln im Herbst.", False),
        ("Weiterbildung", "Aus- und Weiterbildung stärken.", True),
        ("Ausbildung", "Aus- und Weiterbildung stärken.", True),
        ("Aus- und Weiterbildung", "Die Aus- und Weiterbildung stärken.", True),
        ("§ 218", "Der § 218 StGB bleibt.", True),
        ("§ 218", "Die §§ 218 und 219 bleiben.", True),
        ("218", "Der § 218 StGB bleibt.", True),
        ("Art. 26", "Nach Art. 26 GG ist das verboten.", True),
        ("E.ON", "Die Netze von E.ON wachsen.", True),
        ("Bürger:innenrat", "Ein Bürger:innenrat tagt.", True),
    ],
)
def test_terms_are_found_in_any_form(term, text, found):
    assert bool(user_themes.pattern(term).search(user_themes.spelled(text))) is found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Die Klimaneutralität kommt bis 2045.", True),
        ("Wir senken die Treibhausgasemissionen im Verkehr.", True),
        ("Der Handel mit CO2-Zertifikaten wird ausgeweitet.", True),
        ("Der CO₂-Ausstoß der Gebäude sinkt.", True),
        ("Folgen der globalen Erwärmung treffen zuerst die Städte.", True),
        ("Das Investitionsklima leidet unter dem Klimawandel.", True),
        ("Ein gutes Betriebsklima hält Fachkräfte.", False),
        ("Moore und Wälder werden geschützt.", False),
    ],
)
def test_the_shipped_theme_of_climate(root, text, found):
    (theme,) = user_themes.load(root / "corpora" / "federal" / "themes").values()
    said = user_themes.spelled(text)
    named, barred = (
        any(user_themes.pattern(term).search(said) for term in terms)
        for terms in (theme.terms, theme.excluded)
    )
    assert (named and not barred) is found


def corpus(folder, repeat=1):
    said = [Said(f"d{at}", "Rot", "Pfandsystem" if at % 4 == 3 else "Gesetz") for at in range(40 * repeat)]
    build(folder / "tables", said)
    texts = (
        "Die Kreislaufwirtschaft wird gestärkt.", "Ein Papierkreislauf in der Kreislaufwirtschaft schadet.",
        "Straßen werden saniert.", "Ein Pfand auf alle Flaschen kommt.",
    )  # fmt: skip
    sentences = [
        row("sentences", sentence_id=f"s{at:04d}", passage_id=f"d{at}/1", document_id=f"d{at}", number=at,
            text=texts[at % 4], page=1, periods_addressed=[])
        for at in range(len(said))
    ]  # fmt: skip
    made = to_arrow(TABLES["sentences"], sentences)
    write_table(folder / "tables", "sentences", conform(TABLES["sentences"], made))
    (folder / "themes").mkdir()
    (folder / "themes" / "kreislauf.toml").write_text(FILE, encoding="utf-8")
    return folder


def tracked(folder):
    made = dict(track(folder / "tables", quick(resamples=199), themes=user_themes.load(folder / "themes")))
    (share,) = [
        row for row in made["trends"].to_pylist() if row["unit"] == "user_theme" and row["slice"] == "all"
    ]
    return made, share


def judge(path, answers):
    """Fill in answers and save as Excel does."""
    rows = [cells for _, cells in csv_lines(path)]
    for cells, answer in zip(rows[1:], answers, strict=False):
        cells[-1] = answer
    with path.open("w", encoding="cp1252", newline="") as file:
        csv.writer(file, delimiter=";").writerows(rows)


def draw(folder, name="Kreislauf"):
    themes = user_themes.load(folder / "themes")
    with counts.connect(folder / "tables") as base:
        counts.prepare(base)
        user_themes.find(base, tuple(themes.values()))
        return user_themes.draw(base, themes, name)


def test_a_theme_is_counted_like_those_built_in(tmp_path):
    made, share = tracked(corpus(tmp_path))
    assert (share["item"], share["n"], share["denominator"], share["share"]) == ("Kreislauf", 20, 40, 0.5)
    assert share["low"] < 0.5 < share["high"]
    assert share["corrected"] is None
    found = {tuple(row["found"]) for row in made["user_themes"].to_pylist()}
    assert found == {("Kreislaufwirtschaft",), ("Pfandsystem",)}


@pytest.mark.parametrize(
    ("kinds", "found"),
    [("", {("Steuer",)}), ("kinds = true", {("Steuer",), ("Ökosteuer",), ("CO2-Steuer",)})],
)
def test_a_theme_counts_the_kinds_of_its_concepts_if_it_asks_for_them(tmp_path, kinds, found):
    names = ("Steuer", "Ökosteuer", "CO2-Steuer", "Gesetz")
    said = [Said("d", "Rot", names[at % 4]) for at in range(40)]
    tables = build(tmp_path / "tables", said)
    write_wider(tables, {"CO2-Steuer": "Ökosteuer", "Ökosteuer": "Steuer", "Steuer": "CO2-Steuer"})
    (tmp_path / "a.toml").write_text(f"name = 'Steuern'\nconcepts = ['Steuer']\n{kinds}", "utf-8")
    made = dict(track(tables, quick(resamples=199), themes=user_themes.load(tmp_path)))
    assert {tuple(row["found"]) for row in made["user_themes"].to_pylist()} == found


def test_kinds_of_a_concept_are_found_though_no_text_names_it(tmp_path):
    index = load_registry()
    kind = next(one for one in index.concept if one.parent and one.layer == "instrument")
    (wide,) = [one for one in index.concept if one.id == kind.parent]
    tables = build(tmp_path / "tables", [Said("d", "Rot", name) for name in (kind.id, "Gesetz")])
    (tmp_path / "a.toml").write_text(f"name = 'A'\nconcepts = ['{wide.label}']\nkinds = true", "utf-8")
    made = dict(track(tables, quick(), themes=user_themes.load(tmp_path)))
    assert [row["found"] for row in made["user_themes"].to_pylist()] == [[kind.id]]


def test_judged_sentences_correct_the_share(tmp_path):
    path = draw(corpus(tmp_path))
    assert path == tmp_path / "themes" / "kreislauf.csv"
    judge(path, ["ja"] * 15 + ["nein"] * 5)
    made, share = tracked(tmp_path)
    themes = user_themes.load(path.parent)
    known = {("user_theme", "Kreislauf"): Precision(right=15, wrong=5)}
    assert user_themes.precisions(themes, made["user_themes"]) == known
    assert share["corrected"] == pytest.approx(0.5 * 0.75)
    assert share["corrected_low"] < share["corrected"] < share["corrected_high"] < share["high"]


def test_a_sample_is_drawn_once_and_is_the_same_in_every_copy(tmp_path):
    first, second = (draw(corpus(tmp_path / name, repeat=8)) for name in "ab")
    assert first.read_bytes() == second.read_bytes()
    assert first.read_text("utf-8").count("\n") == 1 + user_themes.DRAWN
    with pytest.raises(InputError, match="exists already"):
        draw(tmp_path / "a")


def test_what_is_left_open_does_not_count_and_a_typo_is_told(tmp_path):
    path = draw(corpus(tmp_path))
    assert user_themes.judged(path) == []
    judge(path, ["yes", "", "no"])
    assert [right for _, right in user_themes.judged(path)] == [True, False]
    judge(path, ["maybe"])
    with pytest.raises(InputError, match=r"line 2.*yes or no"):
        user_themes.judged(path)
    path.write_text("sentence_id;sentence;richtig\ns;A;ja\n")
    with pytest.raises(InputError, match="no column `right`"):
        user_themes.judged(path)


def test_judgements_of_sentences_that_a_theme_no_longer_has_do_not_count(tmp_path):
    folder = corpus(tmp_path)
    path = draw(folder)
    rows = [dict(zip(user_themes.COLUMNS, cells, strict=True)) for _, cells in csv_lines(path)[1:]]
    judge(path, ["nein" if "Pfand" in row["sentence"] else "ja" for row in rows])
    assert tracked(folder)[1]["corrected"] == pytest.approx(0.25)
    narrower = path.with_suffix(".toml")
    narrower.write_text(FILE.replace('not = ["', 'not = ["Pfand", "'), encoding="utf-8")
    made, share = tracked(folder)
    assert (share["share"], share["corrected"]) == (0.25, 0.25)
    write_table(folder / "tables", "user_themes", made["user_themes"])
    with counts.connect(folder / "tables", names=("sentences", "concepts", "user_themes")) as base:
        said = user_themes.told(base, narrower, *user_themes.load(narrower.parent).values())
    assert said.startswith(
        "theme Kreislauf: 10 sentences; no sentence has »Recht auf Reparatur«, »Recycling*«"
    )
    assert said.endswith("; 10 of 20 judged sentences no longer belong, and do not count")


def test_an_unknown_theme_is_told_with_those_there_are(tmp_path):
    folder = corpus(tmp_path)
    with pytest.raises(InputError, match="Kreislauf"):
        draw(folder, "Verkehr")
    for path in (folder / "themes").glob("*.toml"):
        path.unlink()
    with pytest.raises(InputError, match="define one in themes"):
        draw(folder, "Verkehr")


def test_what_was_found_of_a_theme_is_told_with_concepts_that_nobody_names(tmp_path):
    tables = build(tmp_path, [Said("d", "Partei", "Fonds"), Said("d", "Partei", "Maut")])
    theme = user_themes.Theme(name="Geld", terms=("Fonds", "Steuer*"), concepts=("fonds", "Abgabe", "Quote"))
    write_table(tables, "user_themes", dict(track(tables, quick(), themes={tmp_path: theme}))["user_themes"])
    with counts.connect(tables, names=("sentences", "concepts", "user_themes")) as base:
        said = user_themes.told(base, tmp_path / "geld.toml", theme)
    missing = "these documents name no Abgabe, no Quote; no sentence has »Steuer*«"
    assert said == f"theme Geld: 1 sentence; {missing}"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name = 'x'", "neither terms nor concepts"), ("terms = ['x']", "name"),
        ("name = 'x'\nterm = ['x']", "term"), (FILE, "another file"),
        ("name = 'x'\nterms = ['x']\nkinds = true", "no concepts"),
        ("name = 'x'\nterms = ['']", "without letters"),
        ("name = 'x'\nterms = ['x']\nnot = ['*']", "without letters"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_an_error_that_says_where(tmp_path, text, told):
    (tmp_path / "a.toml").write_text(FILE, encoding="utf-8")
    (tmp_path / "b.toml").write_text(text, encoding="utf-8")
    with pytest.raises(TaxonomyError, match=told) as error:
        user_themes.load(tmp_path)
    assert "b.toml" in str(error.value)


def test_a_changed_theme_or_judgement_changes_the_fingerprint(tmp_path):
    before = user_themes.fingerprint(tmp_path)
    (tmp_path / "a.toml").write_text(FILE, encoding="utf-8")
    between = user_themes.fingerprint(tmp_path)
    (tmp_path / "a.csv").write_text("right\nyes\n", encoding="utf-8")
    assert len({before, between, user_themes.fingerprint(tmp_path)}) == 3
