"""Encoders to start from that are not there, or do not tell what they are like."""

from __future__ import annotations

import shutil

import pytest

torch = pytest.importorskip("torch")

from pipeline.config import models_folder  # noqa: E402
from pipeline.errors import ModelError  # noqa: E402
from pipeline.learning import encoder  # noqa: E402
from pipeline.learning.nets import checkpoints  # noqa: E402
from pipeline.learning.nets.network import Network  # noqa: E402


def test_a_checkpoint_that_is_not_there_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)  # its variable was read at import
    with pytest.raises(ModelError, match="none"):
        checkpoints.load_checkpoint("none", tmp_path, dropout=0.1)


@pytest.mark.parametrize(("name", "layers"), [("tagger", 12), ("tagger_fast", 6)])
def test_a_shipped_tagger_can_be_gone_on_from_without_its_checkpoint(name, layers):
    folder = models_folder() / name
    shape, tokenizer = checkpoints.shape_of(folder, dropout=0.1)
    assert len(checkpoints.layers_of(shape)[1]) == layers
    assert tokenizer == (folder / encoder.verify(folder).tokenizer).read_text(encoding="utf-8")
    checkpoints.go_on(Network(shape, width=256, dropout=0.0), folder)


def test_a_tagger_that_does_not_tell_what_its_encoder_is_like_is_named(tmp_path):
    folder = shutil.copytree(models_folder() / "tagger", tmp_path / "tagger")
    (folder / checkpoints.CONFIG).unlink()
    with pytest.raises(ModelError, match=r"what its encoder is like.*name in `encoder`"):
        checkpoints.shape_of(folder, dropout=0.1)


def test_an_encoder_without_layers_is_told_from_others():
    assert checkpoints.layers_of(torch.nn.Linear(2, 2)) == ("", ())
