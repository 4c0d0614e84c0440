"""Actors: linking cases, hard negatives, names through time, and a registry without contradictions."""

from __future__ import annotations

import json
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from pipeline.errors import TaxonomyError
from pipeline.knowledge import actors, taxonomy
from pipeline.knowledge.registry import load_registry
from pipeline.schema.labels import ACTOR_KINDS

FILE = Path(__file__).parent / "cases" / "actors.jsonl"
CASES = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
REGISTRY = taxonomy.actors()


def linked(case: dict) -> str:
    day = date.fromisoformat(case["published"]) if case["published"] else None
    occasion = actors.Occasion(day, case["parliament"], case["issuer"], kind=case.get("kind", ""))
    found = actors.lookup(case["text"], occasion)
    return found.id if found else ""


@pytest.mark.parametrize(
    "case", CASES, ids=lambda case: f"{case['text']}|{case['published'][:4]}|{case['issuer']}"
)
def test_written_cases(case):
    assert linked(case) == case["actor"]


def test_linking_f1():
    """The unseen sets were answered once before anything was mended: F1 .995 (126 cases) and .977 (81).

    »Zuständige Bundesbehörde« is still taken for the administration of the Bund, and left out.
    """
    hits = sum(linked(case) == case["actor"] != "" for case in CASES)
    found = sum(linked(case) != "" for case in CASES)
    expected = sum(case["actor"] != "" for case in CASES)
    assert len(CASES) >= 150
    assert len(CASES) - expected >= 40  # hard negatives
    assert 2 * hits / (found + expected) >= 0.90


def in_its_own_documents(entry: taxonomy.Actor, form: str) -> taxonomy.Actor | None:
    name = next((name for name in entry.names if form in (name.name, name.short)), None)
    lasting = entry.names[-1:] if entry.members else ()  # a coalition has its aliases while it governs
    name = name or next(iter(lasting), None)
    day = (name.since or name.until) if name else date(2026, 1, 1)
    return actors.lookup(form, actors.Occasion(day, entry.parliament or "bt"))


@pytest.mark.parametrize("entry", REGISTRY, ids=lambda entry: entry.id)
def test_every_form_finds_its_actor(entry):
    for form in (*taxonomy.forms(entry), *entry.exact, *entry.local):
        if form in AMBIGUOUS:
            continue
        found = in_its_own_documents(entry, form)
        assert found is not None, form
        assert found.id == entry.id, form


AMBIGUOUS = {"BAG"}  # the Bundesarbeitsgericht and the former Bundesamt für Güterverkehr


def test_false_friends_are_not_taken():
    for entry in REGISTRY:
        for form in entry.confused:
            found = actors.lookup(form)
            assert found is None or found.id != entry.id, form


def test_a_form_means_one_actor_at_a_time():
    for form, candidates in actors._forms().items():
        for scope in ("any", "local") if form != "bag" else ():
            found = [one for one in candidates if one.scope == scope]
            lasting = [one.actor.parliament if scope == "local" else "" for one in found if not one.when]
            assert len(lasting) == len(set(lasting)), (form, [one.actor.id for one in found])
            ends = sorted((one.when.since or date.min, one.when.until) for one in found if one.when)
            assert all(until < since for (_, until), (since, _) in pairwise(ends)), form


def test_short_forms_that_passed_to_another_have_one_bearer_at_any_time():
    for entry in REGISTRY:
        for name in entry.dated:
            for form in (name.name, name.name.replace("ministerium", "minister"), name.name[6:].capitalize()):
                there = [actors.lookup(form, actors.Occasion(day)) for day in (name.until, None)]
                assert there[0] is entry, form
                assert there[1] not in (None, entry), form


EUROPE = ("Unser Programm", "Für ein starkes Europa")
UNION = [
    ("Die Union und die SPD haben sich auf eine Rentenreform geeinigt.", (), "FDP", "cdu-csu"),
    ("Die Union lehnt den Mindestlohn ab.", (), "Deutscher Bundestag", "cdu-csu"),
    ("Die Steuerpläne der Union helfen vor allem Wohlhabenden.", ("Gerechte Steuern",), "SPD", "cdu-csu"),
    ("Die Union soll bis 2030 neue Mitglieder aufnehmen.", EUROPE, "FDP", "eu"),
    ("Im Haushalt der Union fehlen Mittel für die Mitgliedstaaten.", (), "Die Linke", "eu"),
    ("Die EU braucht eine Verfassung, die das Recht der Union für alle verständlich macht.", (), "SPD", "eu"),
    ("Wer der Union beitreten will, muss den Rechtsstaat achten.", ("Beitrittsverhandlungen",), "", "eu"),
    ("In der Europapolitik streiten Union und Grüne um die Schulden.", EUROPE, "SPD", "cdu-csu"),
    ("Die Union hat in der Koalition den Ausbau Europas gebremst.", EUROPE, "SPD", "cdu-csu"),
    ("Die Union steht für ein Europa der Bürgerinnen und Bürger.", EUROPE, "CDU; CSU", "cdu-csu"),
    ("Die Zuwanderung in die Union hat Vorrang vor der EU-Erweiterung.", (), "CDU; CSU", "cdu-csu"),
    ("Die Kurse kosten 300 EUR, sagt die Union.", (), "SPD", "cdu-csu"),
]


@pytest.mark.parametrize(("sentence", "headings", "issuer", "expected"), UNION)
def test_the_union_is_the_european_one_where_europe_is_spoken_of(sentence, headings, issuer, expected):
    european = actors.speaks_of_europe(sentence, "Union", headings)
    assert actors.lookup("Union", actors.Occasion(issuer=issuer, european=european)).id == expected


EUROPEAN = actors.Occasion(european=True)


def test_the_commission_is_a_certain_one_where_europe_is_spoken_of():
    assert actors.lookup("Kommission", EUROPEAN).id == "eu-kommission"
    assert actors.lookup("Kommission") is None
    assert actors.lookup("Rates", EUROPEAN).id == "rat-der-eu"
    assert actors.lookup("Rat") is None
    assert actors.lookup("Parlament", EUROPEAN) is None  # the Bundestag or the European Parliament
    assert actors.lookup("Bundestag", EUROPEAN).id == "bundestag"


@pytest.mark.parametrize(
    ("issuer", "reference", "parliament", "expected"),
    [
        ("SPD", "definite", "bt", "bundesregierung"),
        ("CDU; CSU; SPD", "definite", "bt", "bundesregierung"),
        ("SPD", "", "bt", None),
        ("SPD", "definite", "by", None),
        ("Bundesministerium der Finanzen", "definite", "bt", None),
    ],
)
def test_the_government_is_the_federal_one_in_papers_of_parties(issuer, reference, parliament, expected):
    occasion = actors.Occasion(parliament=parliament, issuer=issuer, reference=reference)
    found = actors.lookup("Regierung", occasion)
    assert (found and found.id) == expected
    assert actors.lookup("Ministerium", occasion) is None or issuer.startswith("Bundesministerium")


@pytest.mark.parametrize(
    ("issuer", "text", "expected"),
    [
        ("BMWK; BMUV", "Ministerium", None),
        ("BMUV", "Ministerium", "bmukn"),
        ("SPD; Bündnis 90/Die Grünen; FDP", "Partei", None),
        ("SPD; Bündnis 90/Die Grünen; FDP", "Koalition", "koalition-2021"),
    ],
)
def test_of_several_issuers_none_is_the_ministry_or_the_party(issuer, text, expected):
    found = actors.lookup(text, actors.Occasion(date(2023, 6, 1), issuer=issuer, reference="definite"))
    assert (found and found.id) == expected


@pytest.mark.parametrize(
    ("text", "issuer", "parliament"),
    [
        ("Ministerium", "Innenministerium", "bw"),
        ("Koalition", "SPD; Bündnis 90/Die Grünen", "hh"),
        ("Koalition", "SPD; Bündnis 90/Die Grünen; FDP", "rp"),
    ],
)
def test_issuers_of_a_lands_papers_are_its_own(text, issuer, parliament):
    occasion = actors.Occasion(date(2021, 5, 14), parliament, issuer, reference="definite")
    assert actors.lookup(text, occasion) is None


def test_a_mention_says_nothing_of_its_own_surroundings():
    assert not actors.speaks_of_europe("Die WHO bittet ihre Mitgliedstaaten um Hilfe.", "Mitgliedstaaten")
    assert actors.speaks_of_europe("Die EU bittet ihre Mitgliedstaaten um Hilfe.", "Mitgliedstaaten")


def test_parties_rule_out_the_european_union_only_where_a_party_may_be_meant():
    sentence = "Die FDP will, dass alle Mitgliedstaaten der EU und die Union selbst weniger Schulden machen."
    assert actors.speaks_of_europe(sentence, "Mitgliedstaaten")
    assert not actors.speaks_of_europe(sentence, "Union")


def test_groups_do_not_repeat_actors_of_the_registry():
    """Of an actor of the registry, `concepts.toml` may state the theme, but no second list of names."""
    for entry in load_registry().concept:
        if entry.layer == "actor":
            known = actors.get(entry.id.removeprefix("actor-"))
            assert known is None or (entry.label, entry.aliases) == (known.label, ()), entry.id
            found = [form for form in entry.aliases if actors.lookup(form)]
            assert not found, entry.id


@pytest.mark.parametrize(
    ("actor", "day", "expected"),
    [
        ("bmwe", "2015-06-01", "Bundesministerium für Wirtschaft und Energie"),
        ("bmwe", "2022-06-01", "Bundesministerium für Wirtschaft und Klimaschutz"),
        ("bmwe", "2004-06-01", "Bundesministerium für Wirtschaft und Arbeit"),
        ("bmwe", "1996-06-01", "Bundesministerium für Wirtschaft"),
        ("bmwe", "2013-12-16", "Bundesministerium für Wirtschaft und Technologie"),
        ("bmwe", "2013-12-17", "Bundesministerium für Wirtschaft und Energie"),
        (
            "bmukn",
            "2026-01-01",
            "Bundesministerium für Umwelt, Klimaschutz, Naturschutz und nukleare Sicherheit",
        ),
        ("bmas", "2004-01-01", "Bundesministerium für Arbeit und Sozialordnung"),  # had none of its own
        ("ba", "2003-12-31", "Bundesanstalt für Arbeit"),
        ("bpol", "2005-07-01", "Bundespolizei"),
        ("bnetza", "2005-07-12", "Regulierungsbehörde für Telekommunikation und Post"),
        ("linke", "2006-01-01", "Die Linkspartei.PDS"),
        ("linke", "1995-01-01", "Partei des Demokratischen Sozialismus"),
        ("gruene", "1985-01-01", "Die Grünen"),
    ],
)
def test_names_through_time(actor, day, expected):
    names, on = actors.get(actor).names, date.fromisoformat(day)
    assert next(one.name for one in reversed(names) if one.since is None or one.since <= on) == expected


def test_successors():
    assert actors.get("bmft").successor == "bmftr"
    assert actors.get("wasg").successor == "linke"
    assert actors.get("nobody") is None


def test_the_registry_is_wide_enough():
    assert len(REGISTRY) >= 300
    assert {entry.kind for entry in REGISTRY} >= set(ACTOR_KINDS) - {"group"}
    assert all(entry.source and entry.verified in ("yes", "no") for entry in REGISTRY)
    ministries = [entry for entry in REGISTRY if entry.label.startswith("Bundesministerium")]
    assert len(ministries) >= 18


def test_persons_hold_public_office():
    for entry in REGISTRY:
        assert entry.id.startswith("person-") == bool(entry.office), entry.id


@pytest.mark.parametrize(
    "text", ["", " ", "()", "-", "((", "e. V.", "\u00ad", "A" * 10_000, "Deutsche " * 5_000, "der", "Dr."]
)
def test_nonsense_is_survived(text):
    assert actors.lookup(text) is None


ACTOR = 'id = "x", kind = "federal", label = "Amt", source = "s", verified = "no"'


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (ACTOR, ()),
        (ACTOR.replace('"federal"', '"bund"'), ("x", "unknown kind 'bund'")),
        (ACTOR + ', successor = "y"', ("x", "successor 'y'")),
        (ACTOR + ', wikidata = "183"', ("x", "wikidata")),
        (ACTOR + ', aliases = ["A", "A"]', ("x", "'A'", "twice")),
        (ACTOR + ', not = ["Amt"]', ("x", "false friend")),
        (ACTOR + ', local = ["Haus"]', ("x", "no parliament")),
        (ACTOR + ', parliament = "zz"', ("x", "unknown parliament 'zz'")),
        (ACTOR + ', members = ["y"]', ("x", "member 'y'")),
        (ACTOR.replace('source = "s"', 'source = ""'), ("x", "no source")),
        (ACTOR + ', names = [{name = "A", from = 2020-01-02, until = 2020-01-01}]', ("x", "ends before")),
        (ACTOR + ', names = [{name = "A"}, {name = "B", from = 2020-01-01}]', ("x", "'B'", "order names")),
        (ACTOR + ', alias = ["A"]', ("actor 1 (x)", "alias")),
        (ACTOR + "}, {" + ACTOR, ("x", "id already used")),
    ],
)
def test_a_wrong_line_is_named(tmp_path, line, words):
    (tmp_path / "actors_test.toml").write_text("actor = [{" + line + "}]", encoding="utf-8")
    (tmp_path / "periods.toml").write_text(
        (taxonomy.FOLDER / "periods.toml").read_text("utf-8"), encoding="utf-8"
    )
    if not words:
        assert taxonomy.actors(folder=tmp_path)[0].label == "Amt"
        return
    with pytest.raises(TaxonomyError) as caught:
        taxonomy.actors(folder=tmp_path)
    assert all(word in str(caught.value) for word in ("actors_test.toml", *words))


def debatenet(shared: Path) -> list[dict]:
    path = shared / "gold" / "debatenet_mig15" / "debatenet_mig15_v1_lrec2020.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_canonical_names_of_debatenet(shared):
    """Surface forms that the annotators also use as names; pronouns and role nouns are coreference."""
    rows = debatenet(shared)
    names = {" ".join(cluster["name"].split()) for row in rows for cluster in row["actorclusters"]}
    hits = found = expected = 0
    for row in rows:
        day = date(int(row["cdate"][:4]), int(row["cdate"][4:6]), int(row["cdate"][6:]))
        for cluster in row["actorclusters"]:
            meant = actors.lookup(cluster["name"], actors.Occasion(day))
            for inside in cluster["inside"]:
                text = " ".join(inside["in text"].split())
                got = actors.lookup(text, actors.Occasion(day)) if text in names else None
                hits += got is not None and got == meant
                found += got is not None
                expected += meant is not None and text in names
    assert 2 * hits / (found + expected) >= 0.90
