"""Registries: the rules each line keeps, the addresses of Bundestag papers, hashes filled in."""

import csv

import pytest

from pipeline.errors import InputError
from pipeline.fetching.registries import FILE, RegistryEntry, fill, listing, load, paper

LINE = {
    "id": "2018-beispielstrategie",
    "title": "Strategie für Beispiele, »neu«",
    "doc_type": "strategie",
    "issuer": "Bundesregierung",
    "date": "2018-09-03",
    "period": "bt19",
    "number": "19/4100",
    "address": "https://dserver.bundestag.de/btd/19/041/1904100.pdf",
    "licence": "official work",
    "source": "invented",
    "verified": "no",
    "sha256": "",
}
HASH = "0" * 64


def write(folder, *lines):
    with (folder / FILE).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(lines[0]))
        writer.writeheader()
        writer.writerows(lines)
    return folder


def test_an_entry_is_wanted_with_its_facts(tmp_path):
    (entry,) = load(write(tmp_path, LINE))
    assert load(tmp_path / FILE) == (entry,)
    (wanted,) = listing([entry]).wanted
    assert (wanted.id, wanted.file) == ("2018-beispielstrategie", "2018-beispielstrategie.pdf")
    assert wanted.facts == {
        "title": "Strategie für Beispiele, »neu«",
        "doc_type": "strategie",
        "issuer": "Bundesregierung",
        "date": "2018-09-03",
        "wahlperiode": "19",
        "url": LINE["address"],
        "license": "official work",
        "number": "19/4100",
    }


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"id": "Große Strategie"}, "the id may have small letters"),
        ({"id": "../x"}, "the id may have small letters"),
        ({"title": " "}, "a title is missing"),
        ({"doc_type": "strategy"}, "there is no such doc_type"),
        ({"issuer": ""}, "an issuer is missing"),
        ({"period": "bt18"}, "the date does not fall in the period"),
        ({"date": "2017-10-23"}, "the date does not fall in the period"),
        ({"date": "2022"}, "the date does not fall in the period"),
        ({"date": "03.09.2018"}, "the date does not fall in the period"),
        ({"period": "bt99"}, "the date does not fall in the period"),
        ({"date": "2017", "period": "bt18"}, "the number is of another period"),
        ({"address": "http://dserver.bundestag.de/btd/19/041/1904100.pdf"}, "the address is not https"),
        ({"number": "", "address": "https:///x.pdf"}, "the address is not https"),
        ({"number": "19/4101"}, "the address is not that of the number"),
        ({"number": "Drs. 19/4100"}, "the address is not that of the number"),
        ({"source": ""}, "a source is missing"),
        ({"sha256": "abc", "verified": "yes"}, "the hash is no SHA-256"),
        ({"sha256": HASH}, "verified and hash differ"),
        ({"verified": "yes"}, "verified and hash differ"),
        ({"verified": "perhaps"}, "does not fit"),
        ({"more": "x"}, "does not fit"),
    ],
)
def test_a_line_that_breaks_a_rule_is_refused(tmp_path, change, says):
    with pytest.raises(InputError, match=says):
        load(write(tmp_path, LINE | change))


@pytest.mark.parametrize("date", ["2017", "2017-10", "2017-10-24", "2021"])
def test_a_date_may_be_as_exact_as_it_is_known(tmp_path, date):
    (entry,) = load(write(tmp_path, LINE | {"date": date}))
    assert entry.date == date


def test_an_id_names_one_document(tmp_path):
    with pytest.raises(InputError, match="names 2018-beispielstrategie twice"):
        load(write(tmp_path, LINE, LINE))


def test_an_empty_file_is_said(tmp_path):
    (tmp_path / FILE).touch()
    with pytest.raises(InputError, match="the columns are id, title"):
        load(tmp_path)


@pytest.mark.parametrize("place", ["fehlt", "."])
def test_a_missing_registry_is_said(tmp_path, place):
    with pytest.raises(InputError, match="is not a registry; give a folder with"):
        load(tmp_path / place)


@pytest.mark.parametrize(
    ("number", "address"),
    [
        ("20/8", "https://dserver.bundestag.de/btd/20/000/2000008.pdf"),
        ("15/5005", "https://dserver.bundestag.de/btd/15/050/1505005.pdf"),
        ("16/13000", "https://dserver.bundestag.de/btd/16/130/1613000.pdf"),
        ("8/123", "https://dserver.bundestag.de/btd/08/001/0800123.pdf"),
        ("782/21", ""),
        ("", ""),
    ],
)
def test_a_paper_has_its_address(number, address):
    assert paper(number) == address


def test_a_fetch_fills_hashes_in_and_leaves_the_rest_as_it_was(tmp_path):
    other = LINE | {"id": "other", "sha256": "1" * 64, "verified": "yes"}
    write(tmp_path, LINE, other)
    before = load(tmp_path)
    assert fill(tmp_path, {"2018-beispielstrategie": HASH, "other": "2" * 64, "unknown": HASH}) == 1
    first, second = load(tmp_path)
    assert (first.sha256, first.verified) == (HASH, "yes") and second == before[1]
    assert first.title == LINE["title"] and list(LINE) == list(RegistryEntry.__struct_fields__)
    content = (tmp_path / FILE).read_bytes()
    assert fill(tmp_path, {"2018-beispielstrategie": HASH}) == 0
    assert (tmp_path / FILE).read_bytes() == content


def test_a_registry_that_cannot_be_written_is_said(tmp_path, monkeypatch):
    def full(path, data):
        raise OSError(28, "No space left on device")

    write(tmp_path, LINE)
    monkeypatch.setattr("pipeline.store.write_bytes", full)
    with pytest.raises(InputError, match=r"cannot take the hashes .* \(No space left on device\)"):
        fill(tmp_path, {"2018-beispielstrategie": HASH})


def test_the_registry_of_the_federal_level_keeps_the_rules(root):
    entries = load(root / "corpora" / "federal")
    assert len(entries) >= 60
    assert {entry.period for entry in entries} == {f"bt{number}" for number in range(13, 22)}
    assert len({entry.address for entry in entries}) == len(entries)
    assert sum(entry.doc_type == "koalitionsvertrag" for entry in entries) >= 6
    assert sum("Gutachten zu Forschung, Innovation" in entry.title for entry in entries) >= 10
