"""Documents come one by one."""

import pytest

from pipeline import outputs
from pipeline.publishing.annotated import documents
from tests.builders_outputs import PROBES, make_probe, mentions


@pytest.fixture(scope="module", params=PROBES)
def out(request, tmp_path_factory):
    return make_probe(request.param, tmp_path_factory.mktemp(request.param))


def test_documents_come_one_by_one_with_all_they_have(out):
    found = list(documents(out))
    assert sum(len(d.sentences) for d in found) == outputs.count(out, "sentences")
    for document in found:
        for start, sentence in zip(document.starts, document.sentences, strict=True):
            assert document.text.startswith(sentence["text"], start)
    said = [row["mention_id"] for d in found for rows in d.mentions for row in rows]
    assert sorted(said) == sorted(mentions(out))
