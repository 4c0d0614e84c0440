"""Periods of days and documents: boundary days, gaps, precision, manifestos and agreements."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

from pipeline.knowledge import calendars, taxonomy

LAENDER = ["bw", "by", "be", "bb", "hb", "hh", "he", "mv", "ni", "nw", "rp", "sl", "sn", "st", "sh", "th"]


@pytest.mark.parametrize(
    ("day", "parliament", "expected"),
    [
        ("2021-10-25", "bt", "bt19"),
        ("2021-10-26", "bt", "bt20"),  # the first day belongs to the new period
        ("2025-03-24", "bt", "bt20"),
        ("2025-03-25", "bt", "bt21"),
        ("1949-09-06", "bt", ""),
        ("1949-09-07", "bt", "bt01"),
        ("1953-09-08", "bt", ""),  # gap: the first Bundestag had ended, the second had not met
        ("1953-10-06", "bt", "bt02"),
        ("1972-09-22", "bt", "bt06"),
        ("1972-09-23", "bt", ""),  # gap after the dissolution
        ("1972-12-13", "bt", "bt07"),
        ("1976-12-13", "bt", "bt07"),
        ("1976-12-14", "bt", "bt08"),  # no gap any more
        ("2029-03-24", "bt", "bt21"),  # a running period is taken to last its term
        ("2030-01-01", "bt", ""),
        ("2024-07-15", "ep", "ep09"),
        ("2024-07-16", "ep", "ep10"),
        ("2009-09-29", "sn", "sn05"),
        ("2018-11-05", "by", "by18"),
        ("2021-05-01", "bw", "bw17"),
        ("2021-05-01", "xx", ""),
    ],
)
def test_period_of(day, parliament, expected):
    assert calendars.period_of(date.fromisoformat(day), parliament) == expected


@pytest.mark.parametrize("entry", taxonomy.periods(), ids=lambda entry: entry.id)
def test_boundary_days_belong_to_the_new_period(entry):
    assert calendars.period_of(entry.first_day, entry.parliament) == entry.id
    assert calendars.period_of(entry.first_day - timedelta(days=1), entry.parliament) != entry.id
    assert calendars.period_of(calendars.last_day(entry), entry.parliament) == entry.id


def test_the_calendars_that_there_are():
    assert [entry.number for entry in calendars.periods("bt")] == list(range(1, 22))
    assert [entry.number for entry in calendars.periods("ep")] == list(range(1, 11))
    for land in LAENDER:
        assert len(calendars.periods(land)) >= 5, land


def test_gaps_of_the_bundestag():
    found = [
        later.id
        for earlier, later in pairwise(calendars.periods("bt"))
        if later.first_day - calendars.last_day(earlier) > timedelta(days=1)
    ]
    assert found == ["bt02", "bt03", "bt04", "bt05", "bt07"]


@pytest.mark.parametrize(
    ("published", "precision", "parliament", "expected"),
    [
        ("2024-05-02", "day", "bt", ("bt20", "day")),
        ("2024", "year", "bt", ("bt20", "year")),
        ("2024", "", "bt", ("bt20", "year")),
        ("2021", "year", "bt", ("", "year:ambiguous")),
        ("2021-01-01", "year", "bt", ("", "year:ambiguous")),  # a year that was written as a day
        ("2021-10", "month", "bt", ("", "month:ambiguous")),
        ("2021-11", "month", "bt", ("bt20", "month")),
        ("1949", "year", "bt", ("", "year:ambiguous")),
        ("1972-10-13", "day", "bt", ("", "gap")),
        ("1930", "year", "bt", ("", "gap")),
        ("", "none", "bt", ("", "undated")),
        ("gestern", "", "bt", ("", "undated")),
        ("2021-13", "", "bt", ("", "undated")),
        ("2021-02-30", "day", "bt", ("", "undated")),
        ("2024", "year", "ep", ("", "year:ambiguous")),
        ("2023", "year", "ep", ("ep09", "year")),
        ("2024-05-02", "day", "", ("", "no calendar")),
    ],
)
def test_period_published(published, precision, parliament, expected):
    assert calendars.period_published(published, precision, parliament) == expected


@pytest.mark.parametrize(
    ("published", "parliament", "doc_type", "title", "expected"),
    [
        ("1998-10-20", "bt", "koalitionsvertrag", "", "bt14"),  # signed before the period it opens
        ("2002-10-16", "bt", "koalitionsvertrag", "", "bt15"),
        ("2009-10-26", "bt", "koalitionsvertrag", "", "bt17"),
        ("2013-11-27", "bt", "koalitionsvertrag", "", "bt18"),
        ("2018-03-12", "bt", "koalitionsvertrag", "", "bt19"),
        ("2018", "bt", "koalitionsvertrag", "", "bt19"),
        ("2021", "bt", "koalitionsvertrag", "", "bt20"),
        ("2025-04-09", "bt", "koalitionsvertrag", "", "bt21"),
        ("2021-05-06", "bw", "koalitionsvertrag", "Vertrag 2021–2026", "bw17"),
        ("2023-12-18", "he", "koalitionsvertrag", "", "he21"),  # a month before its first day
        ("2018", "he", "koalitionsvertrag", "", ""),  # in December for he20 or earlier for he19
        ("", "bt", "koalitionsvertrag", "Koalitionsvertrag für die 19. Legislaturperiode", "bt19"),
        ("", "bt", "koalitionsvertrag", "", ""),
        ("2025-01-11", "bt", "wahlprogramm", "", "bt21"),
        ("2024", "bt", "wahlprogramm", "", "bt21"),
        ("2021", "bt", "wahlprogramm", "", "bt20"),
        ("1990", "bt", "wahlprogramm", "", "bt12"),
        ("1972-10-13", "bt", "wahlprogramm", "", "bt07"),  # in a gap
        ("1994", "bt", "wahlprogramm", "", "bt13"),
        ("", "bt", "wahlprogramm", "Programm zur Wahl des 20. Deutschen Bundestages", "bt20"),
        ("", "bt", "wahlprogramm", "Programm zum 20. Deutschen Bundestag", "bt20"),
        ("", "ni", "wahlprogramm", "Programm für den 18. Niedersächsischen Landtag", "ni18"),
        ("", "bt", "wahlprogramm", "Unser Programm zur Bundestagswahl 2013", "bt18"),
        ("", "bt", "wahlprogramm", "Regierungsprogramm 2009-2013", "bt17"),
        ("2025-08-01", "bt", "wahlprogramm", "", ""),  # for a period that is not known yet
        ("2024-03-01", "ep", "wahlprogramm", "", "ep10"),
        ("2024-06-01", "sn", "wahlprogramm", "", "sn08"),
        ("2024-05-02", "bt", "strategie", "Strategie 2030", "bt20"),
        ("2021", "bt", "positionspapier", "Forderungen zur Bundestagswahl 2021", ""),
        ("2016-05-01", "bt", "grundsatzprogramm", "", "bt18"),
    ],
)
def test_home_period(published, parliament, doc_type, title, expected):
    period, rule = calendars.home_period(published, "", parliament, doc_type=doc_type, title=title)
    assert (period, bool(rule)) == (expected, True)


@pytest.mark.parametrize(
    ("published", "parliament", "doc_type", "title", "rule"),
    [
        ("2025-01-11", "bt", "wahlprogramm", "", "manifesto:day"),
        ("2018", "bt", "koalitionsvertrag", "", "agreement:year"),
        ("2025-08-01", "bt", "wahlprogramm", "", "manifesto:beyond"),
        ("2018", "he", "koalitionsvertrag", "", "agreement:year:ambiguous"),
        ("", "bt", "koalitionsvertrag", "Vertrag für die 19. Legislaturperiode", "agreement:title"),
        ("", "bt", "wahlprogramm", "Programm zur Bundestagswahl 2011", "undated"),  # there was none
        ("2021", "", "wahlprogramm", "", "no calendar"),
        ("2024-05", "bt", "strategie", "", "month"),
    ],
)
def test_the_rule_says_what_decided(published, parliament, doc_type, title, rule):
    assert calendars.home_period(published, "", parliament, doc_type=doc_type, title=title)[1] == rule


@pytest.mark.parametrize(
    ("year", "parliament", "expected"), [(2017, "he", ""), (2018, "he", "he20"), (2011, "bt", "")]
)
def test_the_period_that_an_election_year_names(year, parliament, expected):
    assert calendars.begun_in(year, parliament) == expected  # Hesse elects in autumn and begins in January


@pytest.mark.parametrize(
    ("published", "expected"), [("2026-08-01", "st08"), ("2021-07-06", "st08"), ("1980", ""), ("", "")]
)
def test_the_last_period_that_had_begun(published, expected):
    assert calendars.begun_before(published, "st") == expected


@pytest.mark.parametrize("entry", taxonomy.periods(), ids=lambda entry: entry.id)
def test_of_a_day_and_of_what_had_begun_by_it_the_same_is_told(entry):
    before, after = timedelta(days=-1), timedelta(days=1)
    edges = (entry.first_day, calendars.last_day(entry))
    for day in (edge + more for edge in edges for more in (before, timedelta(), after)):
        begun = calendars.begun_before(day.isoformat(), entry.parliament)
        assert calendars.period_of(day, entry.parliament) in ("", begun), "else only in a gap"
    assert calendars.begun_before(entry.first_day.isoformat(), entry.parliament) == entry.id
    assert calendars.begun_before((entry.first_day + before).isoformat(), entry.parliament) != entry.id


@pytest.mark.parametrize(("published", "expected"), [("2022", "bt20"), ("2021", ""), ("1930", ""), ("", "")])
def test_days_lie_in_a_period_if_all_of_them_do(published, expected):
    assert calendars.period_of_days(calendars.days_of(published), "bt") == expected


@pytest.mark.parametrize(
    ("issuer", "doc_type", "title", "expected"),
    [
        ("SPD; Bündnis 90/Die Grünen; FDP", "koalitionsvertrag", "Mehr wagen", "bt"),
        ("Bündnis 90/Die Grünen BW; CDU BW", "koalitionsvertrag", "Neues Land 2021-2026", "bw"),
        ("CDU NRW; Grüne NRW", "koalitionsvertrag", "Zukunft", "nw"),
        ("SPD; CDU", "koalitionsvertrag", "Gemeinsam für Berlin", "be"),
        ("Sächsischer Landtag", "plenarprotokoll", "Plenarprotokoll 5/2", "sn"),
        ("CDU Sachsen-Anhalt", "wahlprogramm", "", "st"),
        ("Niedersächsische Landesregierung", "strategie", "", "ni"),
        ("Fraktion der Mitte im Hessischen Landtag", "drucksache", "Antrag", "he"),
        ("Thüringer Staatskanzlei", "strategie", "", "th"),
        ("Umweltministerium Baden-Württemberg", "strategie", "", "bw"),
        ("Freie und Hansestadt Hamburg", "strategie", "", "hh"),
        ("Saarland", "strategie", "", "sl"),
        ("Bundesumweltministerium, Berlin", "strategie", "", "bt"),
        ("Landesregierung des Saarlandes", "strategie", "", "sl"),
        ("SPD; CDU", "koalitionsvertrag", "Für die 20. Wahlperiode der Bremischen Bürgerschaft", "hb"),
        ("Musterverband", "positionspapier", "Forderungen zur Bürgerschaftswahl 2025 in Hamburg", "hh"),
        ("Musterverband", "positionspapier", "Zur Abgeordnetenhauswahl: Berlin braucht Wohnungen", "be"),
        ("Sächsischer Musterverband", "positionspapier", "Hessische Wälder", "bt"),
        ("SPD", "wahlprogramm", "Programm zur Europawahl 2024", "ep"),
        ("Europäische Kommission", "strategie", "Eine Strategie", "ep"),
        ("Bündnis Zukunft", "positionspapier", "Positionen zur Europawahl 2024", "ep"),
        ("Bündnis Zukunft", "positionspapier", "Kommentar zu einem Vorschlag der EU-Kommission", "bt"),
        ("CDU", "wahlprogramm", "Hamburger Programm (4. Bundesparteitag)", "bt"),
        ("SPD", "grundsatzprogramm", "Berliner Programm", "bt"),
        ("Institut für Wirtschaft, Berlin", "positionspapier", "Standort Bayern", "bt"),
        ("CDU Hessen", "positionspapier", "Forderungen zur Bundestagswahl 2025", "bt"),
        ("CDU-Bundesgeschäftsstelle, Berlin", "wahlprogramm", "", "bt"),
        ("SPD-Parteivorstand, Berlin (Hrsg.)", "strategie", "", "bt"),
        ("CDU-Landesverband, Berlin", "strategie", "", "be"),
        ("Rat der Musterkirche in Deutschland", "positionspapier", "", "bt"),
        ("Rat der Europäischen Union", "strategie", "", "ep"),
        ("Vertretung des Landes Hessen bei der Europäischen Union", "strategie", "", "he"),
        ("ÖVP; Die Grünen (AT)", "other", "Regierungsprogramm", ""),
        ("Musterverband", "positionspapier", "Stellungnahme zur Maut in Österreich", "bt"),
        ("Bundesregierung", "gesetzentwurf", "Entwurf eines Gesetzes zur Fluthilfe in Bayern", "bt"),
        ("Deutscher Bundestag", "drucksache", "Hochwasser in Bayern", "bt"),
        ("Ministerium für Bundesangelegenheiten", "gesetzentwurf", "Seengesetz für Bayern", "by"),
        ("SPD; Christlich Demokratische Union Deutschlands", "koalitionsvertrag", "Für Bayern", "by"),
        ("SPD; CDU", "koalitionsvertrag", "AUFBRUCH. EIN VERTRAG FÜR NIEDERSACHSEN", "ni"),
        ("SPD", "wahlprogramm", "PROGRAMM ZUR BUNDESTAGSWAHL, BESCHLOSSEN IN BERLIN", "bt"),
        ("HESSISCHE STAATSKANZLEI", "strategie", "", "he"),
        ("SPD", "wahlprogramm", "Unser Programm zur Landtagswahl", ""),
        ("SPD Hessen", "wahlprogramm", "Unser Programm zur Landtagswahl", "he"),
        ("", "", "", "bt"),
    ],
)
def test_document_parliament(issuer, doc_type, title, expected):
    assert calendars.document_parliament(issuer, doc_type, title) == expected
