"""An encoder of some kilobytes with labelled sentences and a configuration, to train on in seconds."""

from __future__ import annotations

import json
from pathlib import Path

WORDS = "Der Bund hilft den Kommunen . Länder"
VOCABULARY = ["<pad>", "<s>", "</s>", "<unk>", "<mask>", *WORDS.split()]
TEXT = "Der Bund hilft den Kommunen ."


SHAPE = {"hidden_size": 32, "num_hidden_layers": 3, "num_attention_heads": 2, "intermediate_size": 64}


def save_tokenizer(place, **limits):
    """Write a tokenizer of the vocabulary, perhaps one that pads or cuts."""
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    core = Tokenizer(models.WordLevel({word: at for at, word in enumerate(VOCABULARY)}, unk_token="<unk>"))
    core.pre_tokenizer = pre_tokenizers.Whitespace()
    if limits:
        core.enable_padding(length=limits["padded"])
        core.enable_truncation(limits["cut"])
    names = {"pad_token": "<pad>", "cls_token": "<s>", "sep_token": "</s>", "unk_token": "<unk>"}
    PreTrainedTokenizerFast(tokenizer_object=core, **names).save_pretrained(place)


def toy(place: Path) -> Path:
    """Write the encoder, the sentences and the configuration into a folder and return it."""
    import torch
    from transformers import BertConfig, BertModel

    save_tokenizer(place / "toy")
    torch.manual_seed(0)
    BertModel(BertConfig(vocab_size=len(VOCABULARY), **SHAPE)).save_pretrained(place / "toy")
    actor = {"layer": "actor", "start": 4, "end": 8, "text": "Bund", "kind": "federal", "named": "yes"}
    plan = {
        "layer": "instrument",
        "start": 9,
        "end": 14,
        "text": "hilft",
        "kind": "funding",
        "status": "planned",
    }
    rows = [
        {
            "id": f"s{n}",
            "doc": f"d{n % 4}",
            "page": 1,
            "text": TEXT,
            "themes": ["social"],
            "mentions": [actor, plan],
        }
        for n in range(24)
    ]
    (place / "train.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    (place / "train.toml").write_text(
        'encoder = "toy"\ntrain = "train.jsonl"\njudge = "train.jsonl"\nheld_out = ["d0"]\n'
        "batch = 60\nthreads = 1\n"
        "[[legs]]\nepochs = 4\nrate = 5e-3\nhead_rate = 1e-2\naverage = 0.5\n"
        "[[legs]]\nepochs = 1\nfrozen = 1\nmasked = 0.1\nrate = 1e-3\naverage = 0.5\n"
        "[about]\nlicence = 'none'\n",
        encoding="utf-8",
    )
    return place
