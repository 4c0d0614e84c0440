"""What documents say of themselves, on title pages written for the test."""

from __future__ import annotations

import pytest

from pipeline.knowledge.toml import load
from pipeline.reading.describe import describe
from pipeline.records import Dropped, Fact, Passage, PassageKind, Text
from pipeline.schema.values import ALL_DOCUMENT_TYPES

Line = tuple[PassageKind, str]
BODY = (
    "Die Gemeinden tragen die Lasten des Wandels, ohne dass ihnen die Mittel dafür zur Verfügung stehen. " * 5
)


def text(*lines: Line, margins: tuple[str, ...] = (), end: tuple[Line, ...] = ()) -> Text:
    """Build a document: title page, a body of one long passage, an end."""
    passages = [
        Passage(number=number, kind=kind, text=words, level=int(kind == "heading"), pages=(1,))
        for number, (kind, words) in enumerate((*lines, ("paragraph", BODY), *end))
    ]
    return Text(
        passages=tuple(passages), dropped=tuple(Dropped(1, words, "head_or_foot") for words in margins)
    )


def values(document: Text, path: str = "x/datei.pdf") -> dict[str, str]:
    return {name: fact.value for name, fact in describe(document, path=path).items() if fact.value}


PAPER = text(
    ("heading", "Gesetzentwurf"),
    ("paragraph", "der Bundesregierung"),
    ("heading", "Entwurf eines Gesetzes zur Stärkung der Pflege auf dem Land"),
    ("heading", "A. Problem und Ziel"),
    margins=("Deutscher Bundestag Drucksache 19/12345", "19. Wahlperiode 03.07.2019"),
)
MOTION = text(
    ("heading", "Antrag"),
    ("paragraph", "der Abgeordneten " + "Erika Muster, Max Beispiel, " * 20 + "und der Fraktion DIE LINKE."),
    ("heading", "Busse und Bahnen im ländlichen Raum ausbauen"),
    ("heading", "Vorbemerkung der Fragesteller"),
    margins=("Deutscher Bundestag Drucksache 20/77", "20. Wahlperiode 09.11.2021"),
)
REPORT = text(
    ("heading", "Beschlussempfehlung und Bericht"),
    ("heading", "des Ausschusses für Wohnen (24. Ausschuss)"),
    ("heading", "a) zu dem Gesetzentwurf der Bundesregierung – Drucksache 20/70 –"),
    ("heading", "Entwurf eines Gesetzes über bezahlbare Mieten"),
    ("heading", "b) zu dem Antrag der Fraktion DIE LINKE. – Drucksache 20/71 –"),
    ("heading", "Mieten deckeln"),
    margins=("Deutscher Bundestag Drucksache 20/99", "20. Wahlperiode 09.12.2021"),
)
AGREEMENT = text(
    ("heading", "Gemeinsam handeln"),
    (
        "heading",
        "Koalitionsvertrag zwischen SPD, BÜNDNIS 90/DIE GRÜNEN und FDP für die 20. Legislaturperiode",
    ),
    end=(("paragraph", "Berlin, den 24. November 2021"),),
)
MANIFESTO = text(
    ("heading", "Zukunft für alle Orte"),
    ("paragraph", "Wahlprogramm der Freien Demokratischen Partei zur Bundestagswahl"),
    ("paragraph", "Beschlossen auf dem Bundesparteitag vom 14. bis 16. Mai 2021 in Musterstadt"),
)
STATEMENT = text(
    ("heading", "Stellungnahme des Deutschen Musterverbandes zur Nationalen Wasserstrategie"),
    ("paragraph", "Stand: Juni 2023"),
)
PROTOCOL = text(
    ("heading", "Deutscher Bundestag"),
    ("heading", "Stenografischer Bericht 12. Sitzung"),
    ("paragraph", "Berlin, Mittwoch, den 26. Januar 2022"),
    margins=("Plenarprotokoll 20/12",),
)


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (
            PAPER,
            {
                "title": "Entwurf eines Gesetzes zur Stärkung der Pflege auf dem Land",
                "issuer": "Bundesregierung",
                "date": "2019-07-03",
                "doc_type": "drucksache",
                "wahlperiode": "19",
                "drucksache": "19/12345",
                "parliament": "bt",
            },
        ),
        (
            MOTION,
            {
                "title": "Busse und Bahnen im ländlichen Raum ausbauen",
                "issuer": "Fraktion DIE LINKE",
                "date": "2021-11-09",
                "doc_type": "drucksache",
                "wahlperiode": "20",
                "drucksache": "20/77",
                "parliament": "bt",
            },
        ),
        (
            REPORT,
            {
                "title": "Entwurf eines Gesetzes über bezahlbare Mieten",
                "issuer": "Ausschuss für Wohnen",
                "date": "2021-12-09",
                "doc_type": "drucksache",
                "wahlperiode": "20",
                "drucksache": "20/99",
                "parliament": "bt",
            },
        ),
        (
            MANIFESTO,
            {
                "title": "Zukunft für alle Orte",
                "issuer": "FDP",
                "date": "2021-05-16",
                "doc_type": "wahlprogramm",
                "parliament": "bt",
            },
        ),
        (
            STATEMENT,
            {
                "title": "Stellungnahme des Deutschen Musterverbandes zur Nationalen Wasserstrategie",
                "issuer": "Deutschen Musterverbandes",
                "date": "2023-06",
                "doc_type": "positionspapier",
            },
        ),
    ],
)
def test_describe_gives_what_the_title_page_states(document: Text, expected: dict[str, str]) -> None:
    assert values(document) == expected


def test_describe_reads_an_agreement_with_its_parties_and_the_day_of_signing() -> None:
    found = values(AGREEMENT)
    assert found["issuer"] == "SPD; Bündnis 90/Die Grünen; FDP"
    assert (found["doc_type"], found["date"], found["wahlperiode"]) == (
        "koalitionsvertrag",
        "2021-11-24",
        "20",
    )
    assert found["title"].startswith("Gemeinsam handeln. Koalitionsvertrag")


def test_each_group_that_moves_a_paper_is_an_issuer() -> None:
    head = ("Deutscher Bundestag Drucksache 20/77", "20. Wahlperiode 09.11.2021")
    who = "der Fraktionen SPD, BÜNDNIS 90/DIE GRÜNEN und FDP"
    paper = text(("heading", "Antrag"), ("paragraph", who), ("heading", "Netze ausbauen"), margins=head)
    assert values(paper)["issuer"] == "Fraktion SPD; Fraktion BÜNDNIS 90/DIE GRÜNEN; Fraktion FDP"


def test_describe_reads_a_protocol() -> None:
    found = values(PROTOCOL)
    assert (found["doc_type"], found["date"]) == ("plenarprotokoll", "2022-01-26")
    assert found["issuer"] == "Deutscher Bundestag"


def test_a_date_that_contradicts_the_head_of_a_paper_is_not_its_own() -> None:
    paper = text(
        ("heading", "Gesetzentwurf"),
        ("heading", "Gesetz zu dem Vertrag vom 14. November 1990 über Netze"),
        margins=("Deutscher Bundestag Drucksache 12/77", "12. Wahlperiode"),
    )
    found = values(paper)
    assert ("date" in found, found["wahlperiode"]) == (False, "12")


def test_describe_marks_where_a_value_comes_from() -> None:
    facts = describe(Text(), path="ordner/Positionspapier_Wohnen.docx")
    assert facts["title"] == Fact(value="Positionspapier Wohnen", origin="file")
    assert facts["doc_type"] == Fact(value="positionspapier", origin="file")
    assert facts["date"] == facts["issuer"] == Fact()
    assert describe(PAPER, path="")["date"].origin == "text"


@pytest.mark.parametrize(
    "line",
    [
        "Regierungsprogramm 2025–2029",
        "Programm zur Bundestagswahl 2025",
        "Forderungen an die Konferenz am 12. März 2024",
        "Seit dem 1. Januar 2020 gilt ein neues Gesetz.",
        "Der Vertrag vom 3. Mai 2019 läuft aus.",
        "Klimaneutral bis 2045",
    ],
)
def test_describe_invents_no_date(line: str) -> None:
    assert "date" not in values(text(("heading", "Wohnen"), ("paragraph", line)))


@pytest.mark.parametrize(
    ("lines", "date"),
    [
        (("Berlin, 12. September 2023",), "2023-09-12"),
        (("28.11.2025",), "2025-11-28"),
        (("Musterstadt, im Mai 2020",), "2020-05"),
        (("2021",), "2021"),
        (("Datum: 08.06.2023",), "2023-06-08"),
        (("Beschluss des Parteitags vom 18. bis 20. Juni 2021",), "2021-06-20"),
        (("Stand: 3. März 2020", "Stand: 5. März 2020"), "2020-03"),
        (("Stand: 3. März 2020", "Stand: 5. März 2021"), ""),
        (("Geburtstag am 3. März 2020",), ""),
        (("Referat Z 2 Musterstadt, den 3. März 2020 Az. 12 – 3/20",), "2020-03-03"),
        (("Musterstadt, den 03.03.2020 Beginn: 10:54",), "2020-03-03"),
        (("Referat Z 2 Musterstadt, 3. März 2020",), "2020-03-03"),
        (("Positionspapier · Musterstadt, 3. März 2020",), "2020-03-03"),
        (("Musterverband | Kurzimpuls | 3. März 2020",), "2020-03-03"),
        (("Referat Z 2 Musterstadt, 3. März 2020 in Kraft getreten",), ""),
        (("Gegen das Gesetz vom 3. März 2020, den Entwurf und den 4. Plan",), ""),
    ],
)
def test_describe_gives_a_date_as_exactly_as_it_is_stated(lines: tuple[str, ...], date: str) -> None:
    found = values(text(("heading", "Wohnen in der Stadt"), *(("paragraph", line) for line in lines)))
    assert found.get("date", "") == date


@pytest.mark.parametrize(
    ("line", "doc_type"),
    [
        ("Kurzimpuls zu Handlungsoptionen in der kommenden Legislatur", "positionspapier"),
        ("Stellungnahme zur Datenstrategie", "positionspapier"),
        ("Die Nachhaltigkeitsstrategie. Der Kommentar des Vereins", "positionspapier"),
        ("Nationale Sicherheitsstrategie", "strategie"),
        ("Klimaschutzprogramm 2030 der Bundesregierung", "strategie"),
        ("Fortschrittsbericht zur Energiewende", "bericht"),
        ("Referentenentwurf eines Gesetzes über die Miete", "gesetzentwurf"),
        ("Regierungsprogramm 2013–2017", "wahlprogramm"),
        ("Österreich. Regierungsprogramm 2020–2024", ""),
        ("Wahlprogramm: Pflege nach österreichischem Vorbild", "wahlprogramm"),
        ("Grundsatzprogramm der Musterpartei", "grundsatzprogramm"),
        ("Linke Parteiprogramme im Vergleich", ""),
        ("Ergebnis der Namentlichen Abstimmung: Gesetzentwurf der Bundesregierung", ""),
        ("Koalitionsvereinbarung", "koalitionsvertrag"),
        ("Wahlen und Wähler im Wandel", ""),
        ("Ein Brief an alle", ""),
    ],
)
def test_describe_knows_kinds_by_what_they_call_themselves(line: str, doc_type: str) -> None:
    assert values(text(("heading", line))).get("doc_type", "") == doc_type


@pytest.mark.parametrize(
    ("note", "date"),
    [
        ("Beschlossen auf dem 12. Parteitag in Musterstadt, 10. bis 11. April 2021.", "2021-04-11"),
        (
            "Dieses Programm wurde auf der Konferenz am 28. April 2013 in Musterstadt beschlossen.",
            "2013-04-28",
        ),
        ("Der Bundestag hat am 28. April 2013 ein Gesetz beschlossen.", ""),
        ("Wahlprogramm der Musterpartei, beschlossen vom Parteitag am 28. April 2013", "2013-04-28"),
        (
            "Das Regierungsprogramm der Musterpartei wird beschlossen von den Delegierten am 28. April 2013.",
            "",
        ),
        (
            "Beschlossen vom Parteitag zur Bundestagswahl am 22. September 2013, am 5. Mai 2013",
            "2013-05-05",
        ),
        ("Beschlossen vom Parteitag zur Bundestagswahl am Sonntag, dem 22. September 2013", "2013-09-22"),
    ],
)
def test_describe_reads_the_decision_after_the_text(note: str, date: str) -> None:
    found = values(text(("heading", "Wahlprogramm"), end=(("paragraph", note),)))
    assert found.get("date", "") == date


def test_a_year_in_a_table_at_the_end_is_no_date() -> None:
    end: tuple[Line, ...] = (("cell", "2027"), ("cell", "Umsetzung"))
    assert "date" not in values(text(("heading", "Nationale Wasserstrategie"), end=end))


def test_what_others_decided_is_no_date_of_the_document() -> None:
    line = "Die Organisationen begrüßen, was am 3. März 2020 beschlossen wurde."
    assert "date" not in values(text(("heading", "Wasserstrategie"), end=(("paragraph", line),)))


def test_describe_reads_the_date_at_the_end_of_a_running_head() -> None:
    found = values(
        text(("heading", "Kommentar zum Entwurf"), margins=("Kommentar zum Entwurf, Juli 2016", "3"))
    )
    assert found["date"] == "2016-07"


def test_describe_does_not_take_a_cited_paper_for_the_document() -> None:
    found = values(
        text(("heading", "Stellungnahme"), ("paragraph", "Zu der Drucksache 20/123 vom 3. Mai 2022"))
    )
    assert "drucksache" not in found and found["doc_type"] == "positionspapier"


def test_describe_names_the_pds_as_what_it_was() -> None:
    assert values(text(("heading", "Wahlprogramm der PDS")))["issuer"] == "PDS"


def test_describe_of_nothing_is_empty() -> None:
    assert values(Text(), path="") == {}


def test_hostile_text_has_a_title_at_most() -> None:
    long = "Programm " * 20_000
    passages = [
        Passage(number=at, kind="heading", text=long if at % 9 == 8 else "a b " * 80) for at in range(90)
    ]
    document = Text(
        passages=tuple(passages), dropped=(Dropped(1, "Der Landtag und " * 50_000, "head_or_foot"),)
    )
    assert set(values(document, path="x" * 5000)) == {"title"}


def test_kinds_of_the_data_file_are_those_of_the_tables() -> None:
    from pipeline.reading.fronts import Cues

    assert {kind.doc_type for kind in load("describe", Cues).kind} <= set(ALL_DOCUMENT_TYPES)


def test_the_seed_has_no_date(shared) -> None:
    from pipeline.reading.formats import read_document

    passages = read_document(shared / "seed" / "kurzimpuls-cluster.md", format="md")
    found = values(Text(passages=tuple(passages)), path="kurzimpuls-cluster.pdf")
    assert "date" not in found and found["doc_type"] == "positionspapier"
    assert found["title"].startswith("Cluster als Motor")


def test_describe_knows_documents_of_other_states_by_whose_they_are() -> None:
    title: Line = ("heading", "Ein Plan für die Wälder")
    austrian = text(title, ("paragraph", "Republik Österreich"))
    assert values(austrian)["state"] == "Österreich"
    assert "state" in values(text(title, margins=("Kanton Zürich",)))
    about = text(
        title, ("paragraph", "Was die Republik Österreich für ihre Wälder tut, und was wir tun sollten")
    )
    assert "state" not in values(about)
    named = describe(text(title), path="regierungsprogramm-oesterreich-wald.pdf")["state"]
    assert named == Fact(value="Österreich", origin="file")
    assert "doc_type" not in values(text(title), path="regierungsprogramm-oesterreich-wald.pdf")
    own = describe(
        text(title, ("paragraph", "Herausgeber: Deutsche Musterkammer")), path="Waldplan (Polen).pdf"
    )
    assert own["state"] == Fact()
