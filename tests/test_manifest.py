"""Manifests as Excel in Germany, LibreOffice and scripts write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.reading.manifest import read_manifest

GERMAN = """Datei;Titel;Typ;Herausgeber;Datum;Wahlperiode
programm.pdf;Für Köln;Wahlprogramm;Grüne Liste;24.11.2021;20. WP
"""
EXPECTED = {
    "title": "Für Köln",
    "doc_type": "wahlprogramm",
    "issuer": "Grüne Liste",
    "date": "2021-11-24",
    "date_precision": "day",
    "wahlperiode": "20",
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_read_manifest_in_all_its_dresses(
    tmp_path: Path, encoding: str, separator: str, line_end: str
) -> None:
    path = tmp_path / "manifest.csv"
    path.write_bytes(GERMAN.replace(";", separator).replace("\n", line_end).encode(encoding))
    rows, warnings = read_manifest(path)
    assert [(row.file, row.values) for row in rows] == [("programm.pdf", EXPECTED)]
    assert warnings == []


def read(tmp_path: Path, text: str) -> tuple[list[dict[str, str]], list[str]]:
    path = tmp_path / "manifest.csv"
    path.write_text(text, encoding="utf-8")
    rows, warnings = read_manifest(path)
    return [{"file": row.file} | row.values for row in rows], warnings


@pytest.mark.parametrize(("given", "known"), [("Deutsch", "de"), ("DE", "de"), ("ger", "de"), ("en", "en")])
def test_read_manifest_knows_german_by_its_names(tmp_path: Path, given: str, known: str) -> None:
    assert read(tmp_path, f"Datei;Sprache\na.pdf;{given}\n") == ([{"file": "a.pdf", "language": known}], [])


@pytest.mark.parametrize(
    ("given", "known"),
    [
        ("bt", "bt"), ("Bundestag", "bt"), ("BY", "by"), ("Bayern", "by"), ("Landtag NRW", "nw"),
        ("Sächsischer Landtag", "sn"), ("Sachsen-Anhalt", "st"), ("Europäisches Parlament", "ep"),
    ],
)  # fmt: skip
def test_read_manifest_knows_parliaments_by_their_names(tmp_path: Path, given: str, known: str) -> None:
    rows, warnings = read(tmp_path, f"Datei;Parlament\na.pdf;{given}\n")
    assert (rows[0]["parliament"], warnings) == (known, [])


def test_read_manifest_with_excels_own_first_line(tmp_path: Path) -> None:
    assert read(tmp_path, "sep=;\nfile;title\na.pdf;A, B\n") == ([{"file": "a.pdf", "title": "A, B"}], [])


def test_read_manifest_with_quotes_and_line_breaks(tmp_path: Path) -> None:
    text = 'FILE,Title,"Mein, Feld"\na.pdf,"Eins; zwei\ndrei",x\n\n,,\n'
    rows, warnings = read(tmp_path, text)
    assert rows == [{"file": "a.pdf", "title": "Eins; zwei\ndrei", "mein, feld": "x"}]
    assert warnings == []


@pytest.mark.parametrize(
    ("given", "iso", "precision"),
    [
        ("2021", "2021", "year"),
        ("Juni 2021", "2021-06", "month"),
        ("1.6.2021", "2021-06-01", "day"),
        ("Jun 21", "2021-06", "month"),
        ("24.11.21", "2021-11-24", "day"),
    ],
)
def test_read_manifest_keeps_how_exact_a_date_is(
    tmp_path: Path, given: str, iso: str, precision: str
) -> None:
    rows, _ = read(tmp_path, f"file,date\na.pdf,{given}\n")
    assert (rows[0]["date"], rows[0]["date_precision"]) == (iso, precision)


def test_read_manifest_warns_of_values_it_cannot_read(tmp_path: Path) -> None:
    rows, warnings = read(
        tmp_path,
        "file,date,doc_type,wahlperiode,weight,parliament\na.pdf,demnächst,Brief,neue,viel,Stadtrat\n",
    )
    names = [warning.split(":")[1].split()[0] for warning in warnings]
    assert rows == [{"file": "a.pdf"}]
    assert names == ["date", "doc_type", "wahlperiode", "weight", "parliament"]
    assert "line 2" in warnings[0] and "demnächst" in warnings[0]


def test_read_manifest_knows_weights_with_comma(tmp_path: Path) -> None:
    rows, warnings = read(tmp_path, "Datei;Gewicht\na.pdf;25,7\nb.pdf;0\n")
    assert ([row["weight"] for row in rows], warnings) == (["25.7", "0"], [])


def test_read_manifest_warns_of_a_line_that_a_separator_has_broken(tmp_path: Path) -> None:
    text = 'Datei;Herausgeber;Datum\na.pdf;Bund;Länder;2020\nb.pdf;"Bund;Länder";2020;\n'
    (tmp_path / "manifest.csv").write_text(text, "utf-8")
    rows, warnings = read_manifest(tmp_path / "manifest.csv")
    assert warnings[0].startswith("manifest.csv line 2: has more cells than there are columns")
    assert [one for one in warnings if "line 3" in one] == []
    assert rows[1].values["issuer"] == "Bund;Länder"


def test_read_manifest_warns_of_a_line_without_file(tmp_path: Path) -> None:
    assert read(tmp_path, "file,title\n,Ohne Datei\n")[1] == [
        "manifest.csv line 2: names no file and is left out"
    ]


@pytest.mark.parametrize("text", ["", "title;date\nA;2021\n", "nur Text", "\n\n", "\x00\x01\x02"])
def test_read_manifest_refuses_a_table_without_files(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError, match="no column `file`") as caught:
        read(tmp_path, text)
    assert "\n" not in str(caught.value)


def test_read_manifest_refuses_two_lines_for_one_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="lines 2 and 4 both describe a.pdf"):  # noqa: RUF043
        read(tmp_path, "file\na.pdf\nb.pdf\na.pdf\n")


def test_read_manifest_refuses_what_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_manifest(tmp_path / "missing.csv")


@pytest.mark.parametrize(
    ("given", "issuer"),
    [
        ("CDU, CSU und SPD", "CDU; CSU; SPD"),
        ("SPD/FDP", "SPD; FDP"),
        ("Bündnis 90/Die Grünen & SPD", "Bündnis 90/Die Grünen; SPD"),
        ("DGB und BDA", "DGB; BDA"),
        ("SPD; FDP", "SPD; FDP"),
        ("Fraktionen CDU/CSU, SPD", "Fraktionen CDU/CSU; SPD"),
        ("Deutscher Bundestag, Bundesrat", "Deutscher Bundestag, Bundesrat"),
        ("CDU/CSU", "CDU/CSU"),
        ("Bündnis 90/Die Grünen", "Bündnis 90/Die Grünen"),
        ("Bundesministerium für Arbeit und Soziales", "Bundesministerium für Arbeit und Soziales"),
        ("Bund der Seiler und Netzmacher", "Bund der Seiler und Netzmacher"),
        ("SPD und Freundeskreis Lindenau", "SPD und Freundeskreis Lindenau"),
    ],
)
def test_joint_issuers_are_parted_if_the_registry_knows_each(tmp_path, given, issuer):
    rows, warnings = read(tmp_path, f'file,issuer\na.pdf,"{given}"\n')
    assert (rows[0]["issuer"], warnings) == (issuer, [])
