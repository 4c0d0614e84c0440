"""Where commands find what lies elsewhere, and where they work."""

from pathlib import Path

import pytest

from pipeline import places, store
from pipeline.commands import arguments
from pipeline.commands.arguments import places_of_run
from pipeline.errors import InputError


def test_a_folder_is_used_as_it_is_and_has_its_output_in_build(tmp_path):
    assert places_of_run(str(tmp_path), "")[:3] == (tmp_path, Path("build") / tmp_path.name, "")
    assert places_of_run(str(tmp_path), str(tmp_path / "out"))[:3] == (tmp_path, tmp_path / "out", "")
    assert places_of_run(str(tmp_path), ".")[:3] == (tmp_path, Path(), "")


def test_an_output_elsewhere_is_made_here_first(tmp_path):
    found = places_of_run(str(tmp_path), "s3://bucket/out")
    assert (found.out, found.target) == (Path("build") / tmp_path.name, "s3://bucket/out")


def test_documents_from_elsewhere_lie_beside_the_output(monkeypatch):
    monkeypatch.setattr(places, "brought", lambda corpus, folder: (folder, ("told",)))
    found = places_of_run("s3://bucket/papiere", "")
    assert found == (Path("build/papiere-documents"), Path("build/papiere"), "", ("told",))


@pytest.fixture
def held(tmp_path, monkeypatch):
    """Three folders of one name, and the function that notes that a corpus was run without --out."""
    monkeypatch.chdir(tmp_path)
    for name in "abc":
        (tmp_path / name / "pdf").mkdir(parents=True)
    monkeypatch.setattr(places, "brought", brought)

    def run(corpus):
        found = places_of_run(corpus, "")
        store.write_json(found.out / store.MARKER, {"folder": str(found.corpus.resolve())})

    return run


def brought(corpus, folder):
    if not (places.elsewhere(corpus) or corpus.endswith(".txt")):
        return Path(corpus), ()
    where = corpus if places.elsewhere(corpus) else str(Path(corpus).resolve())
    store.write_bytes(folder / places.ORIGIN, where.encode())
    return folder, ()


@pytest.mark.parametrize(
    ("first", "second"),
    [("a/pdf", "b/pdf"), ("a/pdf", "s3://b/pdf"), ("s3://a/pdf", "s3://b/pdf"), ("s3://a/pdf", "b/pdf"),
     ("a/pdf.txt", "b/pdf.txt"), ("a/pdf.txt", "b/pdf"), ("a/pdf", "b/pdf.txt")],
)  # fmt: skip
@pytest.mark.parametrize(
    ("out", "remedy"), [("", "give another --out"), ("s3://bucket/out", "run this in another folder")]
)
def test_a_run_does_not_replace_that_of_another_corpus_of_the_same_name(
    held, tmp_path, first, second, out, remedy
):
    for name in "ab":
        (tmp_path / name / "pdf.txt").touch()
    held(first)
    before = first if places.elsewhere(first) else str(tmp_path / first)
    with pytest.raises(InputError, match=f"^build/pdf: holds the run of {before}; {remedy}"):
        places_of_run(second, out)
    places_of_run(first, out)
    held(first)
    places_of_run(second, "build/pdf")


@pytest.mark.parametrize(("first", "second"), [("a/pdf.txt", "b/pdf.txt"), ("s3://a/pdf", "b/pdf.txt")])
def test_documents_that_were_brought_for_another_corpus_stay_before_its_run_has_ended(
    held, tmp_path, first, second
):
    for name in "ab":
        (tmp_path / name / "pdf.txt").touch()
    places_of_run(first, "")
    with pytest.raises(InputError, match="holds the run of"):
        places_of_run(second, "")
    places_of_run(first, "")
    assert places_of_run("b/pdf", "").corpus == Path("b/pdf"), "a folder is not copied"


def test_a_corpus_that_was_moved_or_is_named_otherwise_is_the_same(held, tmp_path):
    held("a/pdf")
    (tmp_path / "link").mkdir()
    (tmp_path / "link" / "pdf").symlink_to(tmp_path / "a" / "pdf")
    for name in ("./a/../a/pdf", str(tmp_path / "a" / "pdf"), "link/pdf"):
        held(name)
    (tmp_path / "a" / "pdf").rename(tmp_path / "d")
    held("b/pdf")
    places_of_run("fehlt/pdf", "")  # the run itself says that there is no such folder
    held("s3://c/papiere")
    (tmp_path / "build" / "papiere-documents" / places.ORIGIN).unlink()  # brought by an earlier version
    held("s3://d/papiere")


def test_an_output_elsewhere_is_taken_to_read_it(monkeypatch):
    monkeypatch.setattr(places, "taken", lambda place, folder: folder)
    assert arguments._taken("s3://bucket/out") == Path("build/taken/out")
