"""Folders of documents: what counts as one, ids, copies, links, hashes and the manifest."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline import corpus
from pipeline.corpus import HASHES, find_sources, hash_files
from pipeline.errors import InputError
from pipeline.store import MARKER


def put(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_txt", ".txt")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def paths(folder: Path) -> list[str]:
    return [source.path for source in find_sources(folder).sources]


def test_find_sources_walks_in_order_and_leaves_out_what_is_no_document(tmp_path: Path) -> None:
    put(tmp_path, b_txt="B", a__c_txt="C", a__b_txt="D", truth__x_txt="X", sources__y_txt="Y", README_txt="R")
    put(tmp_path, **{".hidden_txt": "H", "~$b_txt": "T", "Thumbs.db": "", "a__.git__z_txt": "Z"})
    (tmp_path / "manifest.csv").write_text("file\n", encoding="utf-8")
    assert paths(tmp_path) == ["a/b.txt", "a/c.txt", "b.txt"]


@pytest.mark.parametrize(
    ("file", "told"), [("Sources__a.pdf", 1), ("sources__a.typ", 0), ("b__sources__a.pdf", 0)]
)
def test_documents_in_a_folder_that_holds_none_by_its_name_are_told(
    tmp_path: Path, file: str, told: int
) -> None:
    put(tmp_path, a_txt="A", **{file: "X"})
    warnings = find_sources(tmp_path).warnings
    assert [warning.startswith("Sources: a folder of this name is left out") for warning in warnings] == [
        True
    ] * told
    (tmp_path / "a.txt").unlink()
    if told:
        with pytest.raises(InputError, match="rename it"):
            find_sources(tmp_path)


def test_find_sources_gives_ids_by_content_and_numbers_copies(tmp_path: Path) -> None:
    put(tmp_path, b_txt="same", a_txt="same", c_txt="other")
    key = hashlib.sha256(b"same").hexdigest()[:12]
    found = find_sources(tmp_path).sources
    assert [(s.document_id, s.source_id) for s in found[:2]] == [
        (f"d{key}", f"s{key}"),
        (f"d{key}-2", f"s{key}"),
    ]
    assert found[2].document_id == "d" + hashlib.sha256(b"other").hexdigest()[:12]
    assert (found[0].size, found[0].format) == (4, "txt")


def test_find_sources_does_not_follow_a_link_into_itself(tmp_path: Path) -> None:
    put(tmp_path, sub__a_txt="A")
    (tmp_path / "sub" / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "broken.pdf").symlink_to(tmp_path / "nowhere.pdf")
    found = find_sources(tmp_path)
    assert [s.path for s in found.sources] == ["sub/a.txt"]
    assert found.warnings == ("broken.pdf: is no regular file or a broken link and is left out",)


@pytest.mark.parametrize("sign", [MARKER, HASHES], ids=["finished", "begun"])
def test_find_sources_takes_no_output_folder_for_documents(tmp_path: Path, sign: str) -> None:
    put(tmp_path, a_txt="A", build__docs__report_txt="R", build__b_txt="B")
    (tmp_path / "build" / "docs" / sign).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / "build" / "docs" / sign).touch()
    assert paths(tmp_path) == ["a.txt", "build/b.txt"]


def test_find_sources_warns_of_a_folder_it_cannot_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, a_txt="A", locked__b_txt="B")
    opened = Path.iterdir

    def refusing(self: Path) -> Iterator[Path]:
        if self.name == "locked":
            raise PermissionError
        return opened(self)

    monkeypatch.setattr(Path, "iterdir", refusing)
    found = find_sources(tmp_path)
    assert [source.path for source in found.sources] == ["a.txt"]
    assert found.warnings == ("locked: the folder cannot be opened, so what is in it is left out",)
    assert found.unseen == ("locked",)
    monkeypatch.undo()
    assert not find_sources(tmp_path).unseen


def test_documents_may_be_behind_a_link_that_leads_nowhere_now(tmp_path: Path) -> None:
    put(tmp_path, a_txt="A")
    (tmp_path / "disk").symlink_to(tmp_path / "gone", target_is_directory=True)
    assert find_sources(tmp_path).unseen == ("disk",)


def test_find_sources_follows_a_link_to_another_folder(tmp_path: Path) -> None:
    put(tmp_path, elsewhere__a_txt="A", corpus__b_txt="B")
    (tmp_path / "corpus" / "more").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    assert paths(tmp_path / "corpus") == ["b.txt", "more/a.txt"]


def test_find_sources_keeps_a_file_it_cannot_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, a_txt="A")
    monkeypatch.setattr(corpus, "file_sha256", lambda path: "")
    found = find_sources(tmp_path)
    source = found.sources[0]
    assert found.unseen == ("a.txt",)
    assert (source.sha256, source.format) == ("", "unknown")
    assert len(source.document_id) == 13


def test_find_sources_warns_of_names_that_are_no_text(tmp_path: Path) -> None:
    put(tmp_path, a_txt="A")
    Path(os.fsdecode(bytes(tmp_path) + b"/\xff.pdf")).write_bytes(b"%PDF-1.4")
    found = find_sources(tmp_path)
    assert [s.path for s in found.sources] == ["a.txt"]
    assert "rename the file" in found.warnings[0]


@pytest.mark.parametrize("name", ["nowhere", "a.txt"])
def test_find_sources_refuses_what_is_no_folder(tmp_path: Path, name: str) -> None:
    put(tmp_path, a_txt="A")
    with pytest.raises(InputError, match="is not a folder"):
        find_sources(tmp_path / name)


def test_find_sources_refuses_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no documents"):
        find_sources(tmp_path)


MANIFEST = """Datei;Titel;Datum
A.TXT;Ein Titel;2021
unter/b.txt;Zweiter;24.11.2021
fehlt.pdf;Dritter;2020
"""


def test_find_sources_assigns_manifest_rows(tmp_path: Path) -> None:
    put(tmp_path, sub__a_txt="A", unter__b_txt="B", c_txt="C")
    (tmp_path / "manifest.csv").write_text(MANIFEST, encoding="cp1252")
    found = find_sources(tmp_path)
    titles = {s.path: s.manifest.get("title", "") for s in found.sources}
    assert titles == {"c.txt": "", "sub/a.txt": "Ein Titel", "unter/b.txt": "Zweiter"}
    assert found.warnings == ("manifest.csv line 4: fehlt.pdf: no such file",)


def test_each_folder_may_have_a_manifest_and_the_one_above_decides(tmp_path: Path) -> None:
    put(tmp_path, unter__a_txt="A", unter__tief__b_txt="B", c_txt="C")
    lines = {
        ".": "c.txt;Oben;1\nunter/a.txt;Geändert;\n",
        "unter": "a.txt;Mitte;2\ntief/b.txt;Tiefer;3\nfehlt.txt;;\n",
        "unter/tief": "b.txt;Unten;4\n",
    }
    for home, told in lines.items():
        (tmp_path / home / "manifest.csv").write_text(f"file;title;weight\n{told}", encoding="utf-8")
    found = find_sources(tmp_path)
    said = {s.path: (s.manifest["title"], s.manifest["weight"]) for s in found.sources}
    expected = {"c.txt": ("Oben", "1"), "unter/a.txt": ("Geändert", "2"), "unter/tief/b.txt": ("Tiefer", "3")}
    assert said == expected
    assert found.warnings == ("unter/manifest.csv line 4: fehlt.txt: no such file",)
    (tmp_path / "liste.csv").write_text("file;title\nc.txt;Nur hier\n", encoding="utf-8")
    alone = find_sources(tmp_path, manifest=tmp_path / "liste.csv").sources
    assert [s.manifest.get("title") for s in alone if s.path != "liste.csv"] == ["Nur hier", None, None]


def test_many_rows_without_a_file_are_told_as_a_number(tmp_path: Path) -> None:
    put(tmp_path, b_txt="B")
    rows = "".join(f"fehlt{n}.pdf\n" for n in range(30))
    (tmp_path / "manifest.csv").write_text(f"file\nb.txt\n{rows}", encoding="utf-8")
    *shown, last = find_sources(tmp_path).warnings
    assert shown[0] == "manifest.csv line 3: fehlt0.pdf: no such file"
    assert last == f"manifest.csv: {30 - len(shown)} more lines name files that are not there"


def test_find_sources_takes_a_manifest_from_elsewhere(tmp_path: Path) -> None:
    put(tmp_path, pdf__a_txt="A")
    (tmp_path / "liste.csv").write_text("file,title\npdf/a.txt,Titel\n", encoding="utf-8")
    found = find_sources(tmp_path / "pdf", manifest=tmp_path / "liste.csv")
    assert found.sources[0].manifest == {"title": "Titel"}


def test_find_sources_says_where_a_name_fits_two_files(tmp_path: Path) -> None:
    put(tmp_path, x__a_txt="A", y__a_txt="B")
    (tmp_path / "manifest.csv").write_text("file\na.txt\n", encoding="utf-8")
    assert "2 files of this name" in find_sources(tmp_path).warnings[0]


def test_of_files_that_differ_in_capitals_or_in_how_an_umlaut_is_written_each_has_its_own_row(
    tmp_path: Path,
) -> None:
    names = ("a.txt", "A.txt", "Über.txt", "U\u0308ber.txt")
    for name in names:
        (tmp_path / name).write_text(name, encoding="utf-8")
    rows = "".join(f"{name},{at}\n" for at, name in enumerate(names))
    (tmp_path / "manifest.csv").write_text(f"file,title\n{rows}", encoding="utf-8")
    found = find_sources(tmp_path)
    assert {source.path: source.manifest["title"] for source in found.sources} == {
        name: str(at) for at, name in enumerate(names)
    }
    (tmp_path / "manifest.csv").write_text("file,title\na.TXT,T\n", encoding="utf-8")
    assert find_sources(tmp_path).warnings == (
        "manifest.csv line 2: a.TXT: 2 files of this name; write the whole path",
    )


def test_find_sources_refuses_two_rows_for_one_file(tmp_path: Path) -> None:
    put(tmp_path, x__a_txt="A")
    (tmp_path / "manifest.csv").write_text("file\na.txt\nx\\a.txt\n", encoding="utf-8")
    with pytest.raises(InputError, match="lines 2 and 3 both describe"):
        find_sources(tmp_path)


def test_find_sources_matches_decomposed_umlauts(tmp_path: Path) -> None:
    put(tmp_path, **{"U\u0308ber_txt": "A"})
    (tmp_path / "manifest.csv").write_text("file,title\nÜber.txt,T\n", encoding="utf-8")
    assert find_sources(tmp_path).sources[0].manifest == {"title": "T"}


def test_find_sources_warns_of_a_wrong_hash(tmp_path: Path) -> None:
    put(tmp_path, a_txt="A")
    (tmp_path / "manifest.csv").write_text("file,sha256\na.txt,00ff\n", encoding="utf-8")
    assert "differs" in find_sources(tmp_path).warnings[0]


def test_hash_files_reads_only_what_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, a_txt="A", b_txt="B")
    known = hash_files(tmp_path, ["a.txt", "b.txt"], {})
    (tmp_path / "b.txt").write_text("BB", encoding="utf-8")
    read: list[str] = []
    monkeypatch.setattr(corpus, "file_sha256", lambda path: read.append(path.name) or "new")
    again = hash_files(tmp_path, ["a.txt", "b.txt", "gone.txt"], known)
    assert read == ["b.txt"]
    assert again["a.txt"] == known["a.txt"] and again["b.txt"][2] == "new" and again["gone.txt"] == (0, 0, "")
