"""Who writes tables from stored results does not depend on who made them."""

from pipeline import versions


def test_tables_do_not_follow_the_code_that_reads_and_tags():
    used = {versions._module(file) for file in versions._closure("running.collect")}
    assert "tasks" in used and not used & {"process", "read", "clean", "split", "tag"}
    assert {module for module in used if module.startswith("reading.")} == {"reading.duplicates"}
