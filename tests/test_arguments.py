"""Where commands find what lies elsewhere, and where they work."""

from pathlib import Path

from pipeline import places
from pipeline.commands import arguments
from pipeline.commands.arguments import places_of_run


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


def test_an_output_elsewhere_is_taken_to_read_it(monkeypatch):
    monkeypatch.setattr(places, "taken", lambda place, folder: folder)
    assert arguments._taken("s3://bucket/out") == Path("build/taken/out")
