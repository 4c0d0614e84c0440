"""The shipped taggers on the references that can be seen: not below the figures pinned here."""

from __future__ import annotations

import json

import msgspec
import pytest

from pipeline import evaluate, tag
from pipeline.config import load_settings
from pipeline.extractors import mentions
from pipeline.learning import jsonl


@pytest.fixture(scope="module", params=["tagger", "tagger_fast"])
def model(request):
    return request.param


@pytest.fixture(scope="module")
def report(once, shared, model):
    settings = load_settings(fast=model == "tagger_fast")
    assert settings.tag.model == model

    def make(folder):
        found = evaluate.evaluate_file(shared / "annotations" / "dev.jsonl", settings)
        (folder / "report").write_bytes(msgspec.msgpack.encode(found))

    told = (once(f"floors-{model}", make) / "report").read_bytes()
    return msgspec.msgpack.decode(told, type=evaluate.Evaluation)


@pytest.fixture
def floors(root, model):
    return json.loads((root / "tests" / "floors.json").read_text(encoding="utf-8"))[model]


def test_no_layer_falls_below_its_floor(report, floors):
    found = {layer: report.score("layer", layer).f1 for layer in floors["f1"]}
    assert {k: v for k, v in found.items() if v < floors["f1"][k]} == {}


def test_no_layer_falls_below_its_floor_on_the_sample(root, floors, model):
    path = root / "corpora" / "sample" / "truth" / "mentions.jsonl"
    found = tag.tagged(list(jsonl.labelled(path)), mentions.load(model))
    told = evaluate.evaluate(path, list(found))
    scores = {layer: told.score("layer", layer).f1 for layer in floors["sample"]}
    assert {k: v for k, v in scores.items() if v < floors["sample"][k]} == {}


def test_no_label_falls_below_its_floor(report, floors):
    found = {name: report.share(*name.split()).share for name in floors["share"]}
    assert {k: v for k, v in found.items() if v < floors["share"][k]} == {}


def test_scores_stay_probabilities(report, floors):
    worst = {one.layer: one.error for one in report.reliability}
    assert {k: v for k, v in worst.items() if v > floors["calibration_error"][k]} == {}


def test_the_model_is_far_above_keywords(report):
    for one in report.baseline:
        assert report.score("layer", one.name).f1 > one.f1 + 0.1
