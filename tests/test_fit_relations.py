import json

import pytest

from pipeline.errors import InputError
from pipeline.learning import fit_relations, jsonl, related
from tests.builders_relations import line


def sentence(number: int, word: str) -> dict:
    text = f"Hilfe {word} Leute{number}"
    one = line(text, ("Hilfe", "instrument"), (f"Leute{number}", "actor"), doc=f"d{number % 7}")
    one["relations"] = [{"from": 0, "to": 1, "kind": "targets"}] if word == "für" else []
    return one


@pytest.fixture
def sentences(tmp_path):
    path = tmp_path / "train.jsonl"
    lines = [json.dumps(sentence(i, "für" if i % 2 else "trotz")) for i in range(40)]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_fit_learns_what_is_plain_and_gives_the_same_weights_twice(sentences):
    data = related.judged(list(related.read(sentences)))
    judges = fit_relations.fit(data)
    guesses = [(one.gold, fit_relations.guess(one.pair, judges)) for one in data]
    assert related.score(guesses)["all"].f1 == 1
    assert fit_relations.fit(data) == judges
    assert related.score(fit_relations.crossed(data, [], judges))["all"].f1 == 1


def test_readings_take_text_and_mentions_from_the_sentences(sentences, tmp_path):
    path = tmp_path / "readings.jsonl"
    line = '{"id": "Hilfe für Leute3", "relations": [[0, "targets", 1]]}'
    path.write_text(f'{line}\n{{"id": "reading7", "relations": []}}\n', encoding="utf-8")
    (found,) = fit_relations.related_readings(path, jsonl.read(sentences))
    assert found == next(one for one in related.read(sentences) if one.id == "Hilfe für Leute3")


def test_a_reading_of_an_unknown_sentence_is_named(sentences, tmp_path):
    path = tmp_path / "readings.jsonl"
    path.write_text('{"id": "?", "relations": []}', encoding="utf-8")
    with pytest.raises(InputError, match=r"readings\.jsonl:1"):
        list(fit_relations.related_readings(path, jsonl.read(sentences)))
