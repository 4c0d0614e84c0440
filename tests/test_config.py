"""Settings: defaults, a user's file, and what is refused."""

import pytest

from pipeline.config import load_settings, models_folder
from pipeline.errors import SettingsError


def test_a_users_file_replaces_only_what_it_names(tmp_path):
    mine = tmp_path / "mine.toml"
    mine.write_text("[read]\nocr = false\n", encoding="utf-8-sig")  # as editors of Windows save it
    settings, defaults = load_settings(mine), load_settings()
    assert settings.read.ocr is False
    assert settings.read.ocr_dpi == defaults.read.ocr_dpi
    assert settings.limits == defaults.limits


def test_fast_puts_the_faster_model_in_place(tmp_path):
    mine = tmp_path / "mine.toml"
    mine.write_text('[tag]\nfast = "models/swift"\n')
    assert load_settings(mine, fast=True).tag.model == "models/swift"
    assert load_settings(mine).tag.model == load_settings().tag.model != load_settings(fast=True).tag.model


def test_fast_judges_relations_without_their_network(tmp_path):
    mine = tmp_path / "mine.toml"
    mine.write_text("[relate]\nnetwork = false\n")
    assert load_settings().relate.network
    assert not load_settings(fast=True).relate.network
    assert not load_settings(mine).relate.network


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[read]\nocrr = true\n", "ocrr"),
        ("[reed]\nocr = true\n", "reed"),
        ("[read]\nocr = 'ja'\n", "bool"),
        ("read = 3\n", "read"),
        ("[track]\nresamples = 0\n", "resamples"),
        ("[track]\nseed = -1\n", "seed"),
        ("[read]\nocr_dpi = 0\n", "ocr_dpi"),
        ("[read\n", "cannot be read"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(tmp_path, text, says):
    mine = tmp_path / "mine.toml"
    mine.write_text(text)
    with pytest.raises(SettingsError, match=says):
        load_settings(mine)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(SettingsError, match=r"fehlt\.toml"):
        load_settings(tmp_path / "fehlt.toml")


def test_models_are_found():
    assert models_folder().is_dir()
