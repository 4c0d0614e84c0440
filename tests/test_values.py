"""Values of columns are the codebook's labels, and the values of records."""

from pipeline import values
from pipeline.learning import labels


def test_every_document_type_of_the_codebook_may_stand_in_a_table():
    assert set(labels.DOCUMENT_TYPES) < set(values.DOC_TYPES)


def test_roles_that_are_withheld_are_roles_of_passages_and_are_not_analysed():
    assert set(values.WITHHELD_ROLES) < set(values.SILENT_ROLES) < set(values.ROLES)


def test_ties_that_oppose_are_ties():
    assert set(values.OPPOSING_TIES) < set(values.TIES)
