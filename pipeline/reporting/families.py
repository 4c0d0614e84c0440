"""Count what wider concepts and their kinds are named together: »Pandemie« with »Corona-Pandemie«."""

from __future__ import annotations

from pathlib import Path

from pipeline.records import Record
from pipeline.tracking import counts

SHOWN = 3  # kinds told by name
_COUNT = f"""
    with recursive {counts.KINDS},
    members as (select wider, concept_id from kinds union select wider, wider from kinds),
    named as (
        select b.wider, d.period_published as period_id, m.concept_id, m.sentence_id
        from members b join mentions m using (concept_id) join sentences s using (sentence_id)
        join documents d on d.document_id = m.document_id
        where s.counted and d.period_published is not null),
    sums as (select wider, period_id, count(distinct sentence_id) as n from named group by all),
    each_kind as (
        select n.wider, n.period_id, c.label, count(distinct n.sentence_id) as n
        from named n join concepts c using (concept_id) where n.concept_id <> n.wider group by all)
    select wider, period_id, any_value(s.n), list(k.label order by k.n desc, k.label)
    from sums s join each_kind k using (wider, period_id) group by all order by all"""


class Family(Record):
    """A wider concept in one period, with its kinds that the period names."""

    n: int  # sentences that name any of them
    narrower: tuple[str, ...]  # labels of the most frequent kinds
    n_narrower: int  # kinds that are named


def families(tables: Path) -> dict[tuple[str, str], Family]:
    """Return the families by wider concept and period of publication, where a kind of it is named.

    Kinds of kinds belong to it, too (`concepts.wider`).

    Raises:
        InputError: a table is missing.
    """
    with counts.connect(tables, names=("mentions", "sentences", "documents", "concepts")) as base:
        rows = base.execute(_COUNT).fetchall()
    return {
        (wider, period): Family(n=n, narrower=tuple(labels[:SHOWN]), n_narrower=len(labels))
        for wider, period, n, labels in rows
    }
