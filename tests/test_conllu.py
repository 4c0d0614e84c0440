"""CoNLL-U, read by the library conllu."""

import conllu

from pipeline import outputs
from pipeline.exports import export
from tests.builders_outputs import mentions


def test_conllu(probe, tmp_path):
    (path,) = export(probe, "conllu", tmp_path)
    sentences = conllu.parse(path.read_text(encoding="utf-8"))
    texts = {row["sentence_id"]: row["text"] for row in outputs.rows(probe, "sentences")}
    assert {s.metadata["sent_id"] for s in sentences} == set(texts)
    for sentence in sentences:
        spaced = "".join(
            t["form"] + ("" if (t["misc"] or {}).get("SpaceAfter") == "No" else " ") for t in sentence
        )
        assert spaced.split() == texts[sentence.metadata["sent_id"]].split()
        assert [t["id"] for t in sentence] == list(range(1, len(sentence) + 1))
    begun = sum((t["misc"] or {}).get("Instrument") == "B" for s in sentences for t in s)
    assert begun == sum(layer == "instrument" for _, layer, _ in mentions(probe).values())
    told = [line.split()[-1] for line in path.read_text().splitlines() if line.startswith("# mention =")]
    assert sorted(told) == sorted(mentions(probe))
