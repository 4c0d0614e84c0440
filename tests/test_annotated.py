"""Documents come one by one."""

from pipeline import outputs
from pipeline.publishing.annotated import documents
from tests.builders_outputs import mentions


def test_documents_come_one_by_one_with_all_they_have(probe):
    found = list(documents(probe))
    assert sum(len(d.sentences) for d in found) == outputs.count(probe, "sentences")
    for document in found:
        for start, sentence in zip(document.starts, document.sentences, strict=True):
            assert document.text.startswith(sentence["text"], start)
    said = [row["mention_id"] for d in found for rows in d.mentions for row in rows]
    assert sorted(said) == sorted(mentions(probe))
