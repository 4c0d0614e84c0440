"""DocBin, read by spaCy."""

import spacy
from spacy.tokens import DocBin

from pipeline import outputs
from pipeline.exports import export
from tests.builders_outputs import mentions


def test_docbin(probe, tmp_path):
    (path,) = export(probe, "docbin", tmp_path)
    docs = list(DocBin(store_user_data=True).from_disk(path).get_docs(spacy.blank("de").vocab))
    found = {
        span.id_: (doc.user_data["document_id"], layer, span.text)
        for doc in docs
        for layer, spans in doc.spans.items()
        for span in spans
    }
    expected = mentions(probe)
    assert set(found) == set(expected)
    for key, (document, layer, words) in expected.items():
        assert found[key][:2] == (document, layer) and words in found[key][2]
    rows = {row["mention_id"]: row for row in outputs.rows(probe, "mentions")}
    for doc in docs:
        for span in (span for spans in doc.spans.values() for span in spans):
            row = rows[span.id_]
            told = span._.kind, span._.status, span._.named, span._.score
            named = {None: "", False: "no", True: "yes"}[row["named"]]
            assert told == (row["kind"] or "", row["status"] or "", named, row["score"])
    assert sum(len(list(doc.sents)) for doc in docs) >= outputs.count(probe, "sentences")
