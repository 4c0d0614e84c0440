"""Training end to end with an encoder of some kilobytes that is made here."""

from __future__ import annotations

import json
import re
import shutil

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

torch = pytest.importorskip("torch")

from pipeline import train  # noqa: E402
from pipeline.errors import InputError, ModelError, SettingsError  # noqa: E402
from pipeline.extractors import mentions  # noqa: E402
from pipeline.learning import encoder, recipe  # noqa: E402
from pipeline.learning.nets import learner  # noqa: E402
from pipeline.learning.nets.checkpoints import spelling_of  # noqa: E402
from pipeline.records import Context  # noqa: E402
from tests.builders_toy import SHAPE, TEXT, VOCABULARY, save_tokenizer, toy  # noqa: E402


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return toy(tmp_path_factory.mktemp("toy"))


@pytest.fixture(scope="module")
def model(folder):
    """The folder of the toy tagger, trained once, and its learning curve."""
    shares = []
    curve = train.train(folder / "train.toml", folder / "tagger", observe=shares.append)
    assert shares == sorted(shares) and 0 < shares[0] < shares[-1] == 1.0
    return folder / "tagger", curve


def test_losses_fall(model):
    _, curve = model
    assert len(curve) == 5
    assert curve[3]["spans"] < curve[0]["spans"]
    assert curve[3]["themes"] < curve[0]["themes"]


def test_the_folder_tells_how_it_was_learned_and_where_it_errs(model):
    place, curve = model
    assert {"spans", "held-out spans", "held-out themes"} <= set(curve[0])
    assert json.loads((place / "curve.json").read_text(encoding="utf-8")) == curve
    page = (place / "report.md").read_text(encoding="utf-8")
    for part in (
        "# Learning",
        "By kind",
        "By document type",
        "By period",
        "By length",
        "up to 9 words actor",
    ):
        assert part in page
    for picture in re.findall(r"\]\((\w+\.svg)\)", page):
        assert (place / picture).read_text(encoding="utf-8").startswith("<svg ")


def test_cross_validation_judges_every_document_by_a_model_that_has_not_seen_it(folder):
    train.train(folder / "train.toml", folder / "crossed", folds=2)
    card = msgspec.toml.decode((folder / "crossed" / "card.toml").read_bytes())
    judged = card["scores"]["crossed"]
    assert (judged["folds"], judged["documents"], judged["sentences"]) == (2, 4, 24)
    assert (card["scores"]["held_out"]["documents"], card["scores"]["held_out"]["sentences"]) == (1, 6)
    page = (folder / "crossed" / "report.md").read_text(encoding="utf-8")
    assert (
        "24 sentences of 4 documents. Each document was read by a tagger that was not trained on it" in page
    )
    assert set(card["scores"]["folds_f1"]) == {"instrument", "actor", "theme"}, "d0 has no challenge"
    assert card["trained_on"]["documents"] == 3, "a document held out teaches no tagger"
    assert {"kind_f1", "status_f1", "theme_f1", "document_type_f1", "period_f1"} <= set(judged)
    assert mentions.load(str(folder / "crossed")).decisions.spans["actor"].slope != 1.0


def test_a_cross_validation_that_was_killed_goes_on_where_it_was(folder, tmp_path, monkeypatch):
    """Folds that are done are not trained again, unless what they learn from has changed."""
    learn, learned = train.learn, []

    def killed_at_the_third(learner, kept, **observers):
        learned.append(len(learner.made.examples))
        if len(learned) == 3:
            raise KeyboardInterrupt
        return learn(learner, kept, **observers)

    monkeypatch.setattr(train, "learn", killed_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        train.train(folder / "train.toml", tmp_path / "tagger", folds=2)
    train.train(folder / "train.toml", tmp_path / "tagger", folds=2)
    train.train(folder / "train.toml", tmp_path / "whole", folds=2)
    assert learned == [6, 12, 18, 18, 6, 12, 18]
    assert encoder.verify(tmp_path / "tagger").files == encoder.verify(tmp_path / "whole").files
    lines = (folder / "train.toml").read_text(encoding="utf-8")
    (folder / "other.toml").write_text(lines.replace("rate = 5e-3", "rate = 4e-3"), encoding="utf-8")
    train.train(folder / "other.toml", tmp_path / "tagger", folds=2)
    assert learned[7:] == [6, 12, 18]


def test_a_finished_tagger_is_judged_anew_by_folds_with_stages_of_their_own(
    folder, model, tmp_path, monkeypatch
):
    learn, learned = train.learn, []

    def counted(learner, kept, **observers):
        curve = learn(learner, kept, **observers)
        learned.append((len(learner.made.examples), len(curve)))
        return curve

    monkeypatch.setattr(train, "learn", counted)
    place, curve = model
    shutil.copytree(place, tmp_path / "tagger")
    card_file = tmp_path / "tagger" / "card.toml"
    card_file.write_text('weaknesses = ["Moor"]\n' + card_file.read_text(encoding="utf-8"), encoding="utf-8")
    given = (folder / "train.toml").read_text(encoding="utf-8")
    (folder / "short.toml").write_text(f"{given}[[fold_legs]]\nepochs = 2\n", encoding="utf-8")
    assert train.train(folder / "short.toml", tmp_path / "tagger", folds=2, keep=True) == curve
    assert learned == [(6, 2), (12, 2)]
    cards = [msgspec.toml.decode((one / "card.toml").read_bytes()) for one in (place, tmp_path / "tagger")]
    assert cards[1]["files"]["encoder.onnx"] == cards[0]["files"]["encoder.onnx"]
    assert cards[1]["trained_on"] == cards[0]["trained_on"]
    assert [card["scores"]["held_out"]["documents"] for card in cards] == [1, 1]
    assert (cards[1]["scores"]["crossed"]["documents"], cards[1]["weaknesses"]) == (4, ["Moor"])
    with pytest.raises(InputError, match=r"none: has no finished tagger .* train it without --keep"):
        train.train(folder / "train.toml", tmp_path / "none", keep=True)


@pytest.mark.parametrize("killed", [3, 5])
def test_a_training_that_was_killed_goes_on_after_its_last_epoch(
    folder, model, tmp_path, monkeypatch, killed
):
    """Of five epochs, the last of which is a leg of its own, those that were complete are not repeated."""
    place, curve = model
    losses, epochs = learner._unseen_losses, []

    def killed_at(of):
        epochs.append(of)
        if len(epochs) == killed:
            raise KeyboardInterrupt
        return losses(of)

    monkeypatch.setattr(learner, "_unseen_losses", killed_at)
    with pytest.raises(KeyboardInterrupt):
        train.train(folder / "train.toml", tmp_path / "tagger")
    assert train.train(folder / "train.toml", tmp_path / "tagger") == curve
    assert len(epochs) == 5 + 1
    assert encoder.verify(tmp_path / "tagger").files == encoder.verify(place).files
    assert [one.name for one in tmp_path.iterdir()] == ["tagger"]


def test_a_tagger_learns_from_others(folder, model, tmp_path):
    """From those of its cross-validation, and from one in a folder; both beside sentences without labels."""
    columns = {"document_id": ["x"], "path": ["x.pdf"], "sha256": ["0"]}
    pq.write_table(pa.table(columns), tmp_path / "documents.parquet")
    columns = {
        "document_id": ["x"] * 3,
        "number": [1, 2, 3],
        "text": ["Länder .", TEXT, None],
        "counted": [True] * 3,
    }
    pq.write_table(pa.table(columns), tmp_path / "sentences.parquet")
    lines = (folder / "train.toml").read_text(encoding="utf-8").split("[[legs]]")[0]
    told = f"[teaching]\ntables = '{tmp_path}'\n"
    leg = "[[legs]]\nepochs = 2\nrounded = true\n"
    (folder / "taught.toml").write_text(f"{lines}{told}{leg}", encoding="utf-8")
    with pytest.raises(SettingsError, match="no taggers to learn from"):
        train.train(folder / "taught.toml", folder / "taught")
    curve = train.train(folder / "taught.toml", folder / "taught", folds=2)
    (folder / "taught.toml").write_text(f"{lines}{told}by = ['tagger']\n{leg}", encoding="utf-8")
    other = train.train(folder / "taught.toml", folder / "taught")
    for learned in (curve, other):
        assert learned[1]["spans"] < learned[0]["spans"]
    assert curve != other


def test_what_was_trained_tags(model):
    place, _ = model
    spans = list(mentions.extract([Context(text=TEXT)], model=str(place)))
    assert {(span.label, span.text) for span in spans} >= {("actor", "Bund"), ("theme", TEXT)}


def test_the_folder_is_small_and_its_card_names_every_file(model):
    place, _ = model
    card = encoder.verify(place)
    assert sorted(card.files) == ["decisions.toml", "encoder.onnx", "heads.npz", "tokenizer.json"]
    assert "judge" in (place / "card.toml").read_text(encoding="utf-8")


def test_training_repeats_to_the_byte(folder, model):
    place, _ = model
    train.train(folder / "train.toml", folder / "again")
    assert encoder.verify(folder / "again").files == encoder.verify(place).files


def test_training_goes_on_from_a_tagger_and_its_readings(folder, model):
    """Without a leg the weights stay what they were, up to the eight bits they are written in again."""
    place, _ = model
    lines = (folder / "train.toml").read_text(encoding="utf-8").split("[[legs]]")[0]
    told = f'legs = []\nstart = "tagger"\n{lines}'
    (folder / "on.toml").write_text(told, encoding="utf-8")
    assert train.train(folder / "on.toml", folder / "on") == []
    ids = np.array([[1, 5, 6, 7, 2]])
    before, after = (encoder.Model(one).hidden(ids) for one in (place, folder / "on"))
    assert np.abs(before - after).max() < 0.1 < np.abs(before).max()
    with pytest.raises(ModelError, match="of another shape"):
        (folder / "on.toml").write_text(f"head_width = 8\n{told}", encoding="utf-8")
        train.train(folder / "on.toml", folder / "on")


def test_a_student_keeps_every_other_layer_and_can_be_trained_on(folder, model):
    place, _ = model
    lines = (folder / "train.toml").read_text(encoding="utf-8").split("[[legs]]")[0]
    (folder / "thin.toml").write_text(f'legs = []\nlayers = 2\nstart = "tagger"\n{lines}', encoding="utf-8")
    train.train(folder / "thin.toml", folder / "thin")
    sizes = [(one / "encoder.onnx").stat().st_size for one in (folder / "thin", place)]
    assert sizes[0] < 0.8 * sizes[1]
    (folder / "on.toml").write_text(f'legs = []\nstart = "thin"\n{lines}', encoding="utf-8")
    train.train(folder / "on.toml", folder / "thin_on")
    ids = np.array([[1, 5, 2]])
    before, after = (encoder.Model(folder / one).hidden(ids) for one in ("thin", "thin_on"))
    assert before.shape == (1, 3, 32)
    assert np.abs(before - after).max() < 0.1 < np.abs(before).max()
    (folder / "thin.toml").write_text(f"legs = []\nlayers = 4\n{lines}", encoding="utf-8")
    with pytest.raises(SettingsError, match="4 of an encoder of 3"):
        train.train(folder / "thin.toml", folder / "thin")


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("DistilBert", {"dim": 32, "n_layers": 3, "n_heads": 2, "hidden_dim": 64}),
        (
            "ModernBert",
            {
                **SHAPE,
                "local_attention": 4,
                "bos_token_id": 1,
                "eos_token_id": 2,
                "cls_token_id": 1,
                "sep_token_id": 2,
            },
        ),
    ],
)
def test_any_encoder_is_trained_exported_and_gone_on_from(folder, tmp_path, name, shape):
    """Its tokenizer pads and cuts, its mentions are half labelled, its held-out document is not German."""
    import transformers

    config = getattr(transformers, f"{name}Config")(vocab_size=len(VOCABULARY), pad_token_id=0, **shape)
    torch.manual_seed(0)
    getattr(transformers, f"{name}Model")(config).save_pretrained(tmp_path / "other")
    save_tokenizer(tmp_path / "other", padded=8, cut=2)
    rows = [json.loads(line) for line in (folder / "train.jsonl").read_text(encoding="utf-8").splitlines()]
    for row in rows[::2]:
        for one in row["mentions"]:
            one.pop("kind")
            one.pop("status", None)
    foreign = {"id": "e1", "doc": "en", "text": "The federal government will help all of the municipalities."}
    lines = "\n".join(map(json.dumps, [*rows, foreign]))
    (tmp_path / "train.jsonl").write_text(lines, encoding="utf-8")
    given = 'train = "train.jsonl"\nheld_out = ["en"]\nbatch = 60\nthreads = 1\n'
    leg = "[[legs]]\nepochs = 20\nrate = 5e-3\nhead_rate = 1e-2\nfrozen = 1\naverage = 0.5\n"
    (tmp_path / "other.toml").write_text(f'encoder = "other"\nlayers = 2\n{given}{leg}', encoding="utf-8")
    told = []
    curve = train.train(tmp_path / "other.toml", tmp_path / "tagger", tell=told.append)
    assert curve[-1]["spans"] < curve[0]["spans"]
    assert told[0] == "24 sentences of 4 documents to train on, 1 held out"
    (tmp_path / "on.toml").write_text(f'legs = []\nstart = "tagger"\n{given}', encoding="utf-8")
    train.train(tmp_path / "on.toml", tmp_path / "on")
    ids = np.array([[1, *[5, 6, 7, 8, 9, 10] * 5, 2]])
    before, after = (encoder.Model(tmp_path / one).hidden(ids) for one in ("tagger", "on"))
    assert np.abs(before - after).max() < 0.2 < np.abs(before).max()
    spans = mentions.extract([Context(text=TEXT)], model=str(tmp_path / "tagger"))
    assert {("actor", "Bund", "federal"), ("instrument", "hilft", "funding")} <= {
        (span.label, span.text, span.kind) for span in spans
    }


@pytest.mark.parametrize(
    ("line", "error", "what"),
    [
        ('encoder = ""', SettingsError, "encoder: is not given"),
        ('held_out = ["d0", "d9"]', SettingsError, "held_out: 'd9' is no document"),
        ("nonsense = 1", SettingsError, "nonsense"),
        ('encoder = "none/such"', ModelError, "none/such"),
        ('held_out = ["d0", "d1", "d2", "d3"]', InputError, "leaves no sentence"),
        ('train = "none.jsonl"', InputError, "cannot be read"),
        ("folds = 5", SettingsError, "5 folds of 3 documents"),
    ],
)
def test_what_cannot_be_trained_is_named(folder, monkeypatch, line, error, what):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)  # the hub is asked several times
    key = line.split(" ")[0]
    lines = (folder / "train.toml").read_text(encoding="utf-8").splitlines()
    kept = [one for one in lines if not one.startswith(f"{key} =")]
    (folder / "bad.toml").write_text("\n".join([line, *kept]), encoding="utf-8")
    with pytest.raises(error, match=what):
        train.train(folder / "bad.toml", folder / "bad")


def test_what_a_training_depends_on_are_its_teachers_not_the_digits_of_their_opinions(folder):
    """A GPU adds numbers in no fixed order, so that opinions differ a little each time."""
    config = recipe.read_config(folder / "train.toml")
    given, _ = recipe.examples(config, folder, folds=0)
    known = learner.prepare(config, folder, given)._replace(opinions="some")
    moved = tuple(one._replace(themes=one.themes + 1e-6) for one in known.made.targets)
    again = known._replace(made=known.made._replace(targets=moved))
    assert train._key_of(again) == train._key_of(known)
    assert train._key_of(known._replace(opinions="others")) != train._key_of(known)


def test_with_nothing_held_out_thresholds_and_spelling_of_the_start_stay(folder, model):
    place, _ = model
    lines = [
        line
        for line in (folder / "train.toml").read_text(encoding="utf-8").split("[[legs]]")[0].splitlines()
        if not line.startswith(("held_out", "judge", "encoder"))
    ]
    (folder / "all.toml").write_text("\n".join(['legs = []\nstart = "tagger"', *lines]), encoding="utf-8")
    told = []
    train.train(folder / "all.toml", folder / "all", tell=told.append)
    assert any(line.startswith("nothing held out: the thresholds of `start` stay") for line in told)
    assert (folder / "all" / "decisions.toml").read_bytes() == (place / "decisions.toml").read_bytes()
    before, after = (spelling_of(one)["ngrams.theme"] for one in (place, folder / "all"))
    assert np.abs(before - after).max() < 0.1 < np.abs(before).max()
