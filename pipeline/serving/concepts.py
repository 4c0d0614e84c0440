"""Show lists of concepts and actors, and the story of one through the periods."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from pipeline import lookups
from pipeline.knowledge.registry import ConceptEntry, load_registry
from pipeline.query import PUBLISHED
from pipeline.records import Record
from pipeline.schema.declare import Row
from pipeline.schema.values import AT_START
from pipeline.serving.passages import ORDER, Condition, SentenceList, listed
from pipeline.serving.reader import Reader, spelled, these
from pipeline.serving.shelf import UNKNOWN
from pipeline.store import REGISTRY

A_PAGE = 60  # rows of the list
NEAREST, LETTERS = 6, 3  # concepts offered, and letters in which their names may differ from the words
SHORTEST_NAME, LONGEST_NAME = 4, 60  # letters of words that are compared with names
_SENTENCES_FIRST = f"is_sentence desc, {ORDER}"  # headings, lines of contents and cells say less


class LifePeriod(Record):
    """One period in the life of a concept."""

    period_id: str  # "" for what is in documents without one
    state: str
    status: str
    n_sentences: int  # of its story that name it; 0 without a story
    n_status_sentences: int | None  # of these with the status
    warning: str  # what else could explain the state
    n: int
    statuses: tuple[tuple[str, int], ...]
    issuers: tuple[str, ...]  # who published most of its mentions


class Life(Record):
    """Everything that the page of a concept shows."""

    concept: Row
    wider: Row | None
    narrower: list[Row]  # the most frequent ones, each with the sums over all: `kinds`, `mentions`
    apart: tuple[Row, ...]  # what its registry says never to take for it
    names: list[Row]
    periods: tuple[LifePeriod, ...]
    first: list[Row]  # its earliest dated mention, of an instrument for each status
    stances: list[Row]  # of an actor: what it demands, plans, rejects
    related: list[Row]
    tied: bool  # whether it is a node of a network
    quotes: SentenceList
    repeated: int  # further sentences, not counted and listed with their document only
    period: str  # the quotes are narrowed to, "" for all
    status: str
    document: Row | None


class ConceptList(Record):
    """One page of the list of concepts."""

    rows: list[Row]
    n: int
    page: int
    last: int
    spans: dict[str, list[Row]]  # by concept, its first and last period in each parliament
    near: list[Row]  # if there are none: those whose names are spelled much like the words


def concepts(reader: Reader, *, layer: str, theme: str, words: str, page: int) -> ConceptList:
    """Return the concepts of a layer and a theme with some words in their names, the most frequent first.

    Generic ones stand last.
    """
    where, values = listed_by(layer, theme, words)
    counted = reader.row(f"select count(*) as n from concepts where {where}", *values)
    n = counted["n"] if counted else 0
    last = max(1, -(-n // A_PAGE))
    page = min(max(page, 1), last)
    rows = reader.rows(f"{LIST.format(where)} limit {A_PAGE} offset {(page - 1) * A_PAGE}", *values)
    spans: dict[str, list[Row]] = {row["concept_id"]: [] for row in rows}
    if rows:
        for row in reader.rows(_SPANS.format(these(list(spans))), *spans):
            spans[row["concept_id"]].append(row)
    offered = [] if n else near(reader, words)
    return ConceptList(rows=rows, n=n, page=page, last=last, spans=spans, near=offered)


def near(reader: Reader, words: str) -> list[Row]:
    """Return the concepts with a name that differs from some words in few letters, the nearest first."""
    return reader.rows(_NEAR, words[:LONGEST_NAME]) if len(words) >= SHORTEST_NAME else []


def said(reader: Reader, found: Mapping[str, Sequence[tuple[int, int]]]) -> list[Row]:
    """Return the concepts named with words found in sentences, those of most sentences first.

    Args:
        reader: the tables.
        found: by sentence, start and end of each word found.
    """
    if not found:
        return []
    rows = reader.rows(_SAID.format(these(list(found))), *found)
    naming = [row for row in rows if _covers(row, found[row["sentence_id"]])]
    n = Counter(one for one, _ in {(row["concept_id"], row["sentence_id"]) for row in naming})
    known = {row["concept_id"]: row for row in naming}
    return [known[one] for one, _ in sorted(n.items(), key=lambda entry: (-entry[1], entry[0]))[:NEAREST]]


def _covers(mention: Row, places: Sequence[tuple[int, int]]) -> bool:
    return any(mention["char_start"] <= start and end <= mention["char_end"] for start, end in places)


def listed_by(layer: str, theme: str, words: str) -> tuple[str, tuple[str, ...]]:
    """Return the condition on concepts of a layer and theme ("" for all) with some words, and its values."""
    told = "(? = '' or layer = ?) and (? = '' or theme = ?)"
    where = f"{told} and (? = '' or contains({spelled(_WORDINGS)}, {spelled('?')}))"
    return where, (layer, layer, theme, theme, words, words)


def named(concept_id: str, period: str, status: str, document: str) -> Condition:
    """Return the condition on sentences that name a concept, in a period, with a status, in a document.

    "" stands for all, `UNKNOWN` for no period. Repetitions, which no figure counts, are among those of a
    document only.
    """
    found = f"""
        select distinct sentence_id, published, document_id, number, is_sentence
        from {_NAMED}
        where concept_id = ? and (? = '' or coalesce(period_id, '{UNKNOWN}') = ?) and (? = '' or status = ?)
            and if(? = '', counted, document_id = ?)"""
    only, given = "m.concept_id = ? and (? = '' or m.status = ?)", (concept_id, status, status)
    values = (concept_id, period, period, status, status, document, document)
    return Condition(found=found, values=values, only=only, given=given, order=_SENTENCES_FIRST)


def life(
    reader: Reader, concept_id: str, *, period: str, status: str, document: str, page: int
) -> Life | None:
    """Return the story of a concept, or None if there is no such concept or document."""
    concept = reader.row("select * from concepts where concept_id = ?", concept_id)
    home = reader.row("select * from documents where document_id = ?", document) if document else None
    if concept is None or (document and home is None):
        return None
    known = registered(reader).get(concept_id, ConceptEntry(id="", layer="", label=""))
    return Life(
        concept=concept,
        wider=reader.row("select concept_id, label from concepts where concept_id = ?", concept["wider"]),
        narrower=reader.rows(_NARROWER, concept_id),
        apart=_known(reader, known.confused),
        names=reader.rows("select * from names where concept_id = ? order by valid_from, name", concept_id),
        periods=tuple(_period(row) for row in reader.rows(PERIODS, concept_id, concept_id)),
        first=reader.rows(
            _FIRST.format(each="status" if concept["layer"] == "instrument" else "''"), concept_id
        ),
        stances=_stances(reader, concept, period, document),
        related=reader.rows(_RELATED, concept_id),
        tied=reader.row(_TIED, concept_id) is not None,
        quotes=listed(reader, named(concept_id, period, status, document), page=page),
        repeated=reader.rows(_REPEATED, concept_id)[0]["n"],
        period=period,
        status=status,
        document=home,
    )


def _stances(reader: Reader, actor: Row, period: str, document: str) -> list[Row]:
    """Return what an actor demands, plans and rejects, in a period and a document ("" for all)."""
    if actor["layer"] != "actor":
        return []
    if not period and not document:
        return reader.rows(_STANCES, actor["concept_id"])
    sql, values = stances(actor["concept_id"], period, document, most=lookups.MOST)
    return reader.rows(sql, *values)


def stances(actor: str, period: str, document: str, *, most: int) -> tuple[str, tuple[str, ...]]:
    """Return SQL and its values for what an actor demands, plans and rejects; "" stands for all."""
    where = f"""where t.speaker = ? and (? = '' or coalesce(d.period_published, '{UNKNOWN}') = ?)
        and (? = '' or t.document_id = ?)"""
    return lookups.stances(where, most=most), (actor, period, period, document, document)


def registered(reader: Reader) -> dict[str, ConceptEntry]:
    """Return the entries of the folder's registry by id, with their wider concepts and false friends."""
    found: dict[str, ConceptEntry] = reader.kept(_registry)
    return found


def _registry(reader: Reader) -> dict[str, ConceptEntry]:
    return {entry.id: entry for entry in load_registry(reader.out / REGISTRY).concept}


def _known(reader: Reader, names: Sequence[str]) -> tuple[Row, ...]:
    """Return label and id of concepts given by id or label; the id is empty if no document names it."""
    found = reader.rows(_BY_NAME, list(names), list(names)) if any(names) else []
    by_name = {row[key]: row for row in found for key in ("concept_id", "label")}
    seeds = registered(reader)
    named = {name: seeds[name].label if name in seeds else name for name in names if name}
    return tuple(by_name.get(name, {"concept_id": "", "label": label}) for name, label in named.items())


_BY_NAME = """
    select concept_id, label from concepts
    where list_contains(?, concept_id) or list_contains(?, label) order by n_mentions"""


_NAMED = f"{lookups.SCHEMA}.named"
_RELATED = f"select * from {lookups.SCHEMA}.related where concept_id = ?"
_STANCES = f"select * from {lookups.SCHEMA}.stances where speaker = ?"
LIST = "select * from concepts where {} order by is_generic, n_mentions desc, label, concept_id"
_SPANS = f"""
    select concept_id, arg_min(period_id, p.number) as first, arg_max(period_id, p.number) as last
    from {_NAMED} n join periods p using (period_id) where concept_id in {{}}
    group by concept_id, p.parliament order by concept_id, p.parliament <> 'bt', p.parliament"""
_REPEATED = f"select count(distinct sentence_id) as n from {_NAMED} where concept_id = ? and not counted"
_NARROWER = """
    select concept_id, label, n_mentions, count(*) over () as kinds, sum(n_mentions) over () as mentions
    from concepts where wider = ? order by n_mentions desc, label, concept_id limit 12"""
_FIRST = f"""
    with first as (select *, {{each}} as of_status from {_NAMED}
        where concept_id = ? and counted and published is not null
        qualify row_number() over (
            partition by {{each}} order by published, document_id, number, mention_id) = 1)
    select f.of_status as status, f.mention_id, m.page, coalesce(d.issuer, d.title, d.path) as who,
        {PUBLISHED} as dated
    from first f join documents d using (document_id) join mentions m on m.mention_id = f.mention_id
    order by f.published, f.document_id, f.number, f.mention_id"""
_NEAR = f"""
    with asked as (select lower(?) as words),
    called as (select concept_id, unnest(list_append(aliases, label)) as name from concepts),
    spelled as (select concept_id, min(damerau_levenshtein(lower(name), words)) as letters from called, asked
        where abs(length(name) - length(words)) <= {LETTERS} group by all)
    select c.* from spelled join concepts c using (concept_id), asked
    where letters <= least({LETTERS}, length(words) // {LETTERS})
    order by letters, n_mentions desc, label, concept_id limit {NEAREST}"""
_SAID = """
    select m.sentence_id, m.char_start, m.char_end, c.concept_id, c.label, c.layer, c.n_mentions
    from mentions m join concepts c using (concept_id) where m.sentence_id in {}"""
_TIED = "select 1 from nodes where basis = 'published' and node = ?"
_WORDINGS = "label || ' ' || array_to_string(aliases, ' ')"
# The periods in the life of a concept, with two `?` for its id.
PERIODS = f"""
    with said as (select coalesce(period_id, '') as period_id, status, issuer from {_NAMED}
        where concept_id = ? and counted),
    by_status as (select period_id, list({{'status': status, 'n': n}} order by n desc, status) as statuses
        from (select period_id, status, count(*) as n from said group by all) group by all),
    by_issuer as (select period_id, list(issuer order by n desc, issuer)[1:3] as issuers
        from (select period_id, issuer, count(*) as n from said where issuer is not null group by all)
        group by all),
    life as (select * from lineage where concept_id = ?)
    select coalesce(l.period_id, b.period_id) as period_id,
        coalesce(if(l.at_start, '{AT_START}', l.state), '') as state,
        coalesce(l.status, '') as status, coalesce(l.n_sentences, 0) as n_sentences, l.n_status_sentences,
        coalesce(l.drift_warning, '') as warning, coalesce(b.statuses, []) as statuses,
        coalesce(i.issuers, []) as issuers
    from life l full join by_status b using (period_id)
    left join by_issuer i on i.period_id = coalesce(l.period_id, b.period_id)
    left join periods p on p.period_id = coalesce(l.period_id, b.period_id)
    order by p.parliament nulls last, p.number"""


def _period(row: Row) -> LifePeriod:
    statuses = tuple((one["status"], one["n"]) for one in row["statuses"])
    return LifePeriod(
        period_id=row["period_id"],
        state=row["state"],
        status=row["status"],
        n_sentences=row["n_sentences"],
        n_status_sentences=row["n_status_sentences"],
        warning=row["warning"],
        n=sum(n for _, n in statuses),
        statuses=statuses,
        issuers=tuple(row["issuers"]),
    )
