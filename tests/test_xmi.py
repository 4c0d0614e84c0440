"""XMI, read by dkpro-cassis with the type system beside it."""

import cassis
import pytest

from pipeline.exports import export
from pipeline.publishing.inception import MENTION
from tests.builders_outputs import PROBES, make_probe, mentions


@pytest.fixture(scope="module", params=PROBES)
def out(request, tmp_path_factory):
    return make_probe(request.param, tmp_path_factory.mktemp(request.param))


def read_xmi(path):
    types = cassis.load_typesystem((path.parent / "TypeSystem.xml").read_bytes().decode())
    return cassis.load_cas_from_xmi(path.read_bytes().decode(), typesystem=types)


def test_xmi(out, tmp_path):
    export(out, "xmi", tmp_path)
    found = {}
    for path in tmp_path.glob("*.xmi"):
        for span in read_xmi(path).select(MENTION):
            found[span.mention_id] = (path.stem, span.layer, span.get_covered_text())
    assert found == mentions(out)
