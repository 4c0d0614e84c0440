"""Values of columns are the codebook's labels."""

from pipeline import values
from pipeline.learning import labels


def test_labels_are_those_of_the_codebook():
    assert values.LAYERS == labels.LAYERS
    assert labels.STATUSES["challenge"] == values.CHALLENGE_STATUSES
    assert labels.STATUSES["instrument"] == values.INSTRUMENT_STATUSES
    assert values.DOC_TYPES[:-1] == labels.DOCUMENT_TYPES
