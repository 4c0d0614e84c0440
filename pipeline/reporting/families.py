"""Count what wider concepts and those below them are named together: »Pandemie« with »Corona-Pandemie«."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from pipeline.knowledge.registry import ConceptEntry
from pipeline.records import Record
from pipeline.tracking import counts

_COUNT = """
    with below as (select unnest(?::varchar[]) as wider, unnest(?::varchar[]) as concept_id),
    named as (
        select b.wider, d.period_published as period_id, m.sentence_id, c.label
        from below b join mentions m using (concept_id) join concepts c using (concept_id)
        join sentences s using (sentence_id) join documents d on d.document_id = m.document_id
        where s.counted and d.period_published is not null)
    select n.wider, n.period_id, count(distinct n.sentence_id),
           list_sort(list(distinct n.label) filter (n.label <> w.label))
    from named n join concepts w on w.concept_id = n.wider
    group by n.wider, n.period_id order by all"""


class Family(Record):
    """A wider concept in one period, with those below it that the period names."""

    n: int  # sentences that name any of them
    narrower: tuple[str, ...]  # labels


def below(entries: Iterable[ConceptEntry]) -> dict[str, tuple[str, ...]]:
    """Return for each wider concept of a registry the ids of all concepts below it, at any depth."""
    parents = {entry.id: entry.parent for entry in entries if entry.parent}
    found: dict[str, list[str]] = {}
    for concept in sorted(parents):
        wider, seen = parents[concept], {concept}
        while wider and wider not in seen:
            found.setdefault(wider, []).append(concept)
            seen.add(wider)
            wider = parents.get(wider, "")
    return {wider: tuple(concepts) for wider, concepts in found.items()}


def families(tables: Path, narrower: Mapping[str, tuple[str, ...]]) -> dict[tuple[str, str], Family]:
    """Return the families by wider concept and period of publication, where a narrower concept is named.

    Args:
        tables: folder of the tables.
        narrower: the result of `below`.

    Raises:
        InputError: a table is missing.
    """
    pairs = [(wider, one) for wider, concepts in narrower.items() for one in (wider, *concepts)]
    with counts.connect(tables, names=("mentions", "sentences", "documents", "concepts")) as base:
        rows = base.execute(_COUNT, [[wider for wider, _ in pairs], [one for _, one in pairs]]).fetchall()
    return {
        (wider, period): Family(n=n, narrower=tuple(labels)) for wider, period, n, labels in rows if labels
    }
