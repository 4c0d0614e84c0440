"""Groups of values are values of their columns."""

from pipeline.schema import values


def test_roles_that_are_withheld_are_roles_of_passages_and_are_not_analysed():
    assert set(values.WITHHELD_ROLES) < set(values.SILENT_ROLES) < set(values.ROLES)


def test_ties_that_oppose_are_ties():
    assert set(values.OPPOSING_TIES) < set(values.TIES)
