from __future__ import annotations

import pytest

from pipeline.knowledge.short_names import short_names

FULL = "Clusterwettbewerb Zukunftsregionen"
CASES = [
    ([(FULL, "Wir starten einen "), ("Clusterwettbewerb", "Der ")], {1: FULL}, "with an article"),
    ([(FULL, "der "), ("Clusterwettbewerbs", "Im Rahmen des ")], {1: FULL}, "in the genitive"),
    ([("Kulturfonds Küste", ""), ("Kulturfonds", "am ")], {1: "Kulturfonds Küste"}, "a word that ends in s"),
    (
        [(FULL, ""), ("Clusterwettbewerbs Zukunftsregionen", ""), ("Clusterwettbewerb", "am ")],
        {2: FULL},
        "two cases",
    ),
    ([("Clusterwettbewerb", "Der "), (FULL, ""), ("Clusterwettbewerb", "Der ")], {}, "alone before"),
    ([(FULL, ""), ("Clusterwettbewerb", "Wir planen einen neuen ")], {}, "another one"),
    ([(FULL, ""), ("Clusterwettbewerbe", "die ")], {}, "several"),
    ([(FULL, ""), ("Clusterwettbewerb Küste", ""), ("Clusterwettbewerb", "der ")], {}, "two full names"),
    ([("Programm Zukunftsregionen", ""), ("Programm", "Das ")], {}, "a generic word"),
    ([("Arbeitslosengeld II", ""), ("Arbeitslosengeld", "das ")], {}, "numbered"),
    ([("Kulturfonds Bildung zu stärken", ""), ("Kulturfonds", "Der ")], {}, "a phrase with a verb"),
]


@pytest.mark.parametrize(("mentions", "found", "why"), CASES, ids=[why for *_, why in CASES])
def test_a_first_word_alone_stands_for_the_full_name_before_it(mentions, found, why):
    assert short_names(mentions) == found
