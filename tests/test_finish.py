"""When an output folder is finished, and what its keys depend on."""

from msgspec.structs import replace

from pipeline import store
from pipeline.config import load_settings
from pipeline.process import Job
from pipeline.running.finish import Keys, finish, is_current, keys
from tests.builders_output import small

SETTINGS = load_settings()


def test_what_only_trends_depend_on_leaves_the_key_of_the_documents(tmp_path):
    other = replace(SETTINGS, track=replace(SETTINGS.track, seed=7))
    one, two = (keys("d", Job(tmp_path, tmp_path, settings)) for settings in (SETTINGS, other))
    assert one.documents == two.documents == "d" and one.run != two.run


def test_a_theme_of_ones_own_is_part_of_the_key(tmp_path):
    before = keys("d", Job(tmp_path, tmp_path, SETTINGS))
    (tmp_path / "themes").mkdir()
    (tmp_path / "themes" / "wald.toml").write_text('name = "Wald"\nterms = ["Wald"]\n', "utf-8")
    assert keys("d", Job(tmp_path, tmp_path, SETTINGS)).run != before.run


def model(folder, content):
    folder.mkdir(exist_ok=True)
    (folder / "card.toml").write_text(content, "utf-8")
    return str(folder)


def test_scores_of_the_tagger_and_the_encoder_of_open_themes_are_part_of_the_key(tmp_path):
    tagger = model(tmp_path / "tagger", "[files]\n")
    encoder = model(tmp_path / "encoder", "[files]\n'encoder.onnx' = '12'\n")
    settings = replace(
        SETTINGS,
        tag=replace(SETTINGS.tag, model=tagger),
        open_themes=replace(SETTINGS.open_themes, encoder=encoder),
    )
    job = Job(tmp_path, tmp_path, settings)
    found = [keys("d", job).run]
    model(tmp_path / "tagger", "[files]\n[scores.held_out.period_f1]\n'bt20 actor' = [0.8, 0.7, 0.9]\n")
    found.append(keys("d", job).run)
    model(tmp_path / "encoder", "[files]\n'encoder.onnx' = '13'\n")
    found.append(keys("d", job).run)
    assert len(set(found)) == 3


def test_a_folder_is_current_until_a_file_of_it_is_touched(tmp_path):
    out = small(tmp_path / "out")
    finish(Job(tmp_path, out, SETTINGS), Keys("d", "r"))
    assert is_current(out, "r") and not is_current(out, "s")
    concepts = out / store.REGISTRY
    concepts.write_text("concept = []\n")
    assert not is_current(out, "r")
    concepts.unlink()
    assert is_current(out, "r")
    (out / "tables" / "trends.parquet").unlink()
    assert not is_current(out, "r")
