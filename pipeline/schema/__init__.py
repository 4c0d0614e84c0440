"""The published tables: columns, types, units, keys and allowed values, declared once.

Everything that writes, checks, documents or describes a table reads it from `TABLES`.
"""

from __future__ import annotations

from pipeline.schema.declare import Table
from pipeline.schema.documents import DOCUMENTS, OMISSIONS, PAGES, PASSAGES, SENTENCES
from pipeline.schema.history import CORRECTIONS, RUNS
from pipeline.schema.mentions import ATTRIBUTES, CONCEPTS, MENTIONS, NAMES, RELATIONS, SENTENCE_THEMES
from pipeline.schema.networks import EDGES, MEASURES, NODES, STATEMENTS
from pipeline.schema.themes import OPEN_THEMES, USER_THEMES
from pipeline.schema.trends import (
    ATTENTION,
    CHANGES,
    DISTINCTIVE,
    LINEAGE,
    NOVELTY,
    PERIODS,
    SLOPES,
    TRENDS,
)

VERSION = 9  # raised with every change of a table or column, or of a join in `lookups`

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        DOCUMENTS, PAGES, OMISSIONS, PASSAGES, SENTENCES, SENTENCE_THEMES, MENTIONS, ATTRIBUTES,
        RELATIONS, CONCEPTS, NAMES, PERIODS, TRENDS, CHANGES, SLOPES, ATTENTION, NOVELTY, DISTINCTIVE,
        LINEAGE, STATEMENTS, EDGES, NODES, MEASURES, OPEN_THEMES, USER_THEMES, CORRECTIONS, RUNS,
    )
}  # fmt: skip
