"""XMI, read by dkpro-cassis with the type system beside it."""

import cassis

from pipeline.exports import export
from pipeline.publishing.inception import MENTION
from tests.builders_outputs import mentions


def read_xmi(path):
    types = cassis.load_typesystem((path.parent / "TypeSystem.xml").read_bytes().decode())
    return cassis.load_cas_from_xmi(path.read_bytes().decode(), typesystem=types)


def test_xmi(probe, tmp_path):
    export(probe, "xmi", tmp_path)
    found = {}
    for path in tmp_path.glob("*.xmi"):
        for span in read_xmi(path).select(MENTION):
            found[span.mention_id] = (path.stem, span.layer, span.get_covered_text())
    assert found == mentions(probe)
