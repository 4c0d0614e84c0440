import json

from pipeline import relate
from pipeline.learning import fit_relations


def test_fit_learns_what_is_plain_and_gives_the_same_weights_twice(tmp_path):
    lines = []
    for i in range(40):
        word = "für" if i % 2 else "trotz"
        text = f"Hilfe {word} Leute{i}"
        mentions = [
            {
                "layer": "instrument",
                "start": 0,
                "end": 5,
                "text": "Hilfe",
                "kind": "funding",
                "status": "planned",
                "named": None,
            },
            {
                "layer": "actor",
                "start": 7 + len(word),
                "end": len(text),
                "text": f"Leute{i}",
                "kind": "group",
                "status": None,
                "named": "no",
            },
        ]
        relations = [{"from": 0, "to": 1, "kind": "targets"}] if word == "für" else []
        lines.append(
            json.dumps({"doc": f"d{i % 7}", "text": text, "mentions": mentions, "relations": relations})
        )
    path = tmp_path / "train.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    data = fit_relations.examples(path)
    judges = fit_relations.fit(data)
    assert fit_relations.score(fit_relations.judged(data, judges))[""].f1 == 1
    assert fit_relations.fit(data) == judges


def test_scores_on_the_development_sentences(shared):
    data = fit_relations.examples(shared / "annotations" / "relations_dev.jsonl")
    guesses = fit_relations.judged(data, relate.load().judges)
    ours, baseline = (fit_relations.score(pairs)[""] for pairs in (guesses, fit_relations.nearest(data)))
    assert ours.n == 183
    assert ours.f1 >= 0.65  # measured .676
    assert ours.f1 >= baseline.f1 + 0.15  # nearest mention: .479
