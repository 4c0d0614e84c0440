"""Train a tagger on sentences in the codebook's format.

One encoder reads windows of neighbouring sentences; the heads on top of it (a CRF per layer, kinds
and statuses of spans, themes of sentences) are trained jointly. The result is a model folder.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec
import torch

from pipeline import store
from pipeline.cards import model_hash
from pipeline.errors import InputError
from pipeline.learning import readings, recipe, samples
from pipeline.learning.jsonl import Example
from pipeline.learning.nets import teach
from pipeline.learning.nets.checkpoints import device, go_on, spelling_of, write_shape
from pipeline.learning.nets.halfway import Halfway
from pipeline.learning.nets.learner import (
    Learner,
    Observer,
    learn,
    part_of,
    prepare,
    typical,
    untrained,
)
from pipeline.learning.nets.network import export
from pipeline.learning.nets.teach import Teacher
from pipeline.learning.recipe import Config, Material
from pipeline.plain import counted
from pipeline.versions import digest, stage_version

FOLDS = ".folds"  # added to the name of the model folder
KEY = "learned.txt"  # in the folder of a fold's tagger: what it was trained from
MAKING = ("learning.nets.learner", "learning.nets.teach", "learning.quantize")  # decide a tagger's weights


def train(
    config_path: Path,
    out_dir: Path,
    *,
    folds: int | None = None,
    keep: bool = False,
    observe: Observer = lambda share: None,
    tell: Callable[[str], None] = lambda told: None,
) -> list[dict[str, float]]:
    """Train a tagger and write its folder; return the learning curve, one entry per epoch.

    Thresholds and calibration are fitted on documents that were not trained on: those held out and, in
    cross-validation, all the others in turn. This trains one more tagger per fold, then the last on them all.
    The folds' taggers stay in a folder beside `out_dir`, and one that is there already is not trained again.
    A training that was killed goes on after its last epoch.
    With `teaching`, the last one learns from the opinions of others, too. A tagger that goes on from another
    keeps its thresholds if nothing is held out, and learns on from its tables of spelling.

    Args:
        config_path: The configuration.
        out_dir: The model folder.
        folds: Number of folds in cross-validation, instead of the configuration's.
        keep: Keep the tagger that is in `out_dir` and was trained so before: only judge it anew.
        observe: Called after each step with the share of all steps that is done.
        tell: Called with what there is to train on, what to doubt, and where a training goes on.

    Raises:
        SettingsError: the configuration has unknown or unfit values.
        InputError: the training file is missing, broken or has nothing to train on.
        ModelError: the encoder cannot be loaded.
    """
    from pipeline.learning import packing

    config, beside = recipe.read_config(config_path), config_path.parent
    folds = config.folds if folds is None else folds
    torch.set_num_threads(config.threads)
    if not out_dir.name:
        raise InputError(str(out_dir), "is the folder you are in", "name a new one")
    given, judge = recipe.examples(config, beside, folds=folds)
    for line in (recipe.summary(config, given), *recipe.doubts(config, beside, given, judge, folds=folds)):
        tell(line)
    curve = packing.curve_of(out_dir) if keep else []
    crossed = list(_crossed(config, beside, given, out_dir, parts=folds, observe=observe, tell=tell))
    more = recipe.plain(config, beside, given.known)
    if not keep:
        learner = prepare(config, beside, given._replace(known=[*given.known, *more]))
        if config.teaching:
            everywhere = [beside / one for one in config.teaching.by]
            learner = _taught(learner, beside, [*crossed, *((one, given.known) for one in everywhere)])
        kept = Halfway(out_dir, _key_of(learner))
        curve = learn(learner, kept, observe=part_of(observe, folds, folds + 1), tell=tell)
        pack(learner, out_dir)
    about = packing.described(out_dir) if keep else {}
    about |= config.described
    if not keep:
        about["trained_on"] = recipe.trained_on(config, beside, given, unlabelled=len(more))
    if folds or given.unknown:
        judges = len(given.unknown) + (len(given.known) if folds else 0)
        tell(f"reads {counted(judges, 'sentence')} to choose thresholds and calibrate scores")
    packing.finish(out_dir, about=about, unseen=given.unknown, crossed=crossed, judge=judge, curve=curve)
    if not keep:
        kept.forget()
    return curve


def _crossed(
    config: Config,
    beside: Path,
    given: Material,
    out_dir: Path,
    *,
    parts: int,
    observe: Observer,
    tell: Callable[[str], None],
) -> Iterator[tuple[Path, Sequence[Example]]]:
    """Train a tagger without each part of the documents; yield its folder, and the sentences of that part."""
    config = msgspec.structs.replace(config, legs=config.fold_legs or config.legs)
    for number, part in enumerate(samples.parts(given.known, parts) if parts else ()):
        folder, inside = out_dir.with_name(out_dir.name + FOLDS) / str(number + 1), {one.doc for one in part}
        rest = [one for one in given.known if one.doc not in inside]
        learner = prepare(config, beside, Material(rest, part))
        _learn_once(learner, folder, part_of(observe, number, parts + 1), tell)
        yield folder, part


def _learn_once(learner: Learner, folder: Path, observe: Observer, tell: Callable[[str], None]) -> None:
    """Train a learner and write its folder, unless this has been done from the very same things."""
    key = _key_of(learner)
    if (folder / KEY).is_file() and (folder / KEY).read_text(encoding="utf-8") == key:
        observe(1.0)
        return
    (folder / KEY).unlink(missing_ok=True)
    kept = Halfway(folder, key)
    learn(learner, kept, observe=observe, tell=tell)
    pack(learner, folder)
    store.write_bytes(folder / KEY, key.encode())
    kept.forget()


def _key_of(learner: Learner) -> str:
    """Return a digest of all that the training of a learner depends on."""
    settings = msgspec.structs.replace(
        learner.config, about={}, judge="", held_out=(), folds=0, fold_legs=(), teaching=None
    )
    versions = (str(torch.__version__), *map(stage_version, MAKING))
    found = hashlib.sha256(msgspec.json.encode((*versions, settings, learner.made.examples)))
    for name, one in learner.network.state_dict().items():
        found.update(name.encode() + one.cpu().numpy().tobytes())
    if learner.start:
        found.update(model_hash(str(learner.start)).encode())
    # not the targets that follow from them: a GPU adds numbers in no fixed order
    found.update(learner.opinions.encode())
    return found.hexdigest()


def _taught(learner: Learner, beside: Path, taggers: Sequence[tuple[Path, Sequence[Example]]]) -> Learner:
    """Return a learner whose sentences are to be read as taggers read them, too.

    `taggers` are folders, each with the labelled sentences that it teaches.
    """
    config = learner.config
    teachers = []
    for folder, examples in taggers:
        network, _ = untrained(config, beside)
        go_on(network, folder)
        teachers.append(Teacher(network.to(device()), frozenset(one.doc for one in examples)))
    share = config.teaching.share if config.teaching else 0.0
    told = [
        part
        for (folder, _), teacher in zip(taggers, teachers, strict=True)
        for part in (model_hash(str(folder)), *sorted(teacher.unseen))
    ]
    made = teach.taught(
        learner.made,
        teachers,
        share=share,
        budget=config.budget,
        pad=learner.pieces.pad,
        plain=readings.is_plain,
    )
    return learner._replace(made=made, opinions=digest(str(share), *told))


def pack(learner: Learner, folder: Path) -> None:
    """Write a learner's network as a model folder, with the thresholds of what it went on from."""
    from pipeline.learning import calibrate, packing

    config = learner.config
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        (scratch / "tokenizer.json").write_text(learner.tokenizer, encoding="utf-8")
        write_shape(learner.network.enc, scratch)
        labelled = [one for one in learner.made.examples if not readings.is_plain(one)]
        more = samples.spelling(labelled, spelling_of(learner.start) if learner.start else {})
        export(learner.network, scratch, inputs=typical(learner), more=more)
        packing.pack(
            scratch,
            folder,
            about=config.described,
            decisions=calibrate.start(config.budget, learner.start),
            bits=config.bits,
        )
