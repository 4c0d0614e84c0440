"""What is made again from the tables of a finished run."""

import json
import shutil

import duckdb
import pyarrow.parquet as pq
import pytest
from msgspec.structs import replace

from pipeline import store
from pipeline.again import report_again, retrack
from pipeline.config import load_settings
from pipeline.errors import InputError
from pipeline.run import run
from pipeline.schema import TABLES


def go(corpus, out, settings):
    return run(corpus, out, settings, workers=1, observe=lambda moment: None)


def tables(out):
    """Return the bytes of every table but `runs`."""
    return {p.stem: p.read_bytes() for p in (out / "tables").glob("*.parquet") if p.stem != "runs"}


def rows(out, sql):
    with duckdb.connect(str(out / "politikspur.duckdb"), read_only=True) as base:
        return base.execute(sql).fetchall()


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder with a note and its output, tagged with the model that is not the default."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "papiere").mkdir()
    (folder / "papiere" / "notiz.md").write_text("Der Bund fördert Gründungen in der Region.\n", "utf-8")
    go(folder / "papiere", folder / "out", load_settings(fast=True))
    return folder


@pytest.fixture
def fast(made, tmp_path):
    """The note and its output for one test, which may change them."""
    corpus, out = (shutil.copytree(made / name, tmp_path / name) for name in ("papiere", "out"))
    marker = out / "run.json"
    marker.write_text(marker.read_text("utf-8").replace(str(made), str(tmp_path)), "utf-8")
    return corpus, out, load_settings(fast=True)


def test_trends_computed_again_are_those_of_the_run(fast):
    corpus, out, settings = fast
    before = tables(out)
    retrack(out)
    assert tables(out) == before
    with store.locked(out), pytest.raises(InputError, match="another run writes here"):
        report_again(out)
    assert "<h1>Probe</h1>" in report_again(out, title="Probe")[0].read_text("utf-8")
    ((used,),) = rows(out, "select settings from runs")  # nothing has changed, so no run is added
    assert json.loads(used)["tag"]["model"] == settings.tag.fast
    assert not go(corpus, out, settings).changed


def test_trends_computed_again_take_in_a_new_theme(fast):
    corpus, out, settings = fast
    (corpus / "themes").mkdir()
    (corpus / "themes" / "start.toml").write_text('name = "Start"\nterms = ["Gründung"]\n', "utf-8")
    retrack(out)
    first, again = (json.loads(told) for (told,) in rows(out, "select hashes from runs order by started"))
    assert first["own themes"] == "none" and first | {"own themes": again["own themes"]} == again != first
    assert rows(out, "select theme from user_themes") == [("Start",)]
    assert not go(corpus, out, settings).changed


def test_trends_are_not_computed_again_without_the_themes_that_went_with_the_documents(fast):
    corpus, out, _ = fast
    corpus.rename(corpus.with_name("fort"))
    retrack(out)  # there were no themes
    corpus.with_name("fort").rename(corpus)
    (corpus / "themes").mkdir()
    (corpus / "themes" / "start.toml").write_text('name = "Start"\nterms = ["Gründung"]\n', "utf-8")
    retrack(out)
    corpus.rename(corpus.with_name("fort"))
    with pytest.raises(InputError, match="is gone, and your own themes with it; bring it back"):
        retrack(out)
    assert rows(out, "select theme from user_themes") == [("Start",)]


def test_trends_computed_again_leave_an_edit_of_the_concepts_to_the_next_run(fast):
    corpus, out, settings = fast
    path = out / "concepts.toml"
    entry = '  { id = "actor-staat", layer = "actor", label = "Staat", aliases = ["Bund"] },\n'
    path.write_text(path.read_text("utf-8").replace("concept = [\n", f"concept = [\n{entry}"), "utf-8")
    retrack(out)
    assert go(corpus, out, settings).changed
    assert ("actor-staat",) in rows(out, "select concept_id from mentions")


def test_trends_computed_in_another_way_are_a_run_of_their_own(fast, tmp_path):
    corpus, out, settings = fast
    (tmp_path / "mine.toml").write_text("[track]\nseed = 7\n[report]\ntitle = 'Gründungen'\n", "utf-8")
    report_again(out, language="en")
    retrack(out, tmp_path / "mine.toml")
    first, again = rows(out, "select settings, seconds, hashes, run_key from runs order by started")
    before, now = map(json.loads, (first[0], again[0]))
    assert now == before | {"track": before["track"] | {"seed": 7}, "report": {"title": "Gründungen"}}
    assert set(json.loads(again[1])) == {"trends"}
    for name in ("report.html", "report.en.html"):
        assert "<h1>Gründungen</h1>" in (out / name).read_text("utf-8")
    assert again[2] == first[2] and again[3] != first[3]
    made = {
        name: pq.read_metadata(out / "tables" / f"{name}.parquet").metadata[b"run_key"] for name in TABLES
    }
    assert made["trends"] == again[3].encode() and made["mentions"] == first[3].encode()
    assert rows(out, "select distinct run_key from documents join runs using (run_key)") == [(first[3],)]
    seven = replace(load_settings(fast=True, title="Gründungen"), track=replace(settings.track, seed=7))
    assert not go(corpus, out, seven).changed
    assert go(corpus, out, settings).changed  # the trends of its own settings are not there any more
