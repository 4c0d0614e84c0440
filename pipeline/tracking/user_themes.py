"""Find a user's own themes in sentences, defined by terms, concepts and exclusions in small TOML files.

    name = "Kreislaufwirtschaft"
    terms = ["Kreislaufwirtschaft", "Recht auf Reparatur", "Recycling*"]  # in any form; * stands for letters
    concepts = ["Recyclingquote"]  # ids or labels of concepts
    kinds = true  # the concepts with those of which they are the wider ones, and so on down, named or not
    not = ["Papierkreislauf"]  # a sentence with these does not count

A person states how precise a theme is in a CSV of the same name beside it, see `draw`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pyarrow as pa

from pipeline.errors import InputError, TaxonomyError
from pipeline.knowledge import german
from pipeline.knowledge.compounds import complete
from pipeline.knowledge.registry import ConceptEntry, ancestors, load_registry
from pipeline.knowledge.toml import read
from pipeline.plain import BOM, cell, counted, lines
from pipeline.reading.manifest import csv_lines
from pipeline.records import Record
from pipeline.store import replacing
from pipeline.tracking.counts import KINDS
from pipeline.tracking.misclassification import Precision
from pipeline.tracking.views import Filling
from pipeline.versions import digest

FOLDER = "themes"  # in the folder of the corpus
DRAWN = 100  # sentences to be judged, for an interval of about eight points to each side
COLUMNS = ("sentence_id", "period", "document", "page", "sentence", "right")
RIGHT = {"yes": True, "ja": True, "1": True, "no": False, "nein": False, "0": False}
_TOKEN = re.compile(r"§|\w+(?:-\w+)*")
_TERM = re.compile(r"§|[\w*]+(?:-[\w*]+)*")

_SENTENCES = "select sentence_id, document_id, number, text from sentences order by document_id, number"
_NAMED = f"""
    with recursive {KINDS},
    given as (
        select concept_id from concepts
        where concept_id in (select unnest($concepts)) or lower(label) in (select lower(unnest($concepts)))),
    wanted as (
        select concept_id from given
        union
        select k.concept_id from given g join kinds k on k.wider = g.concept_id where $kinds)
    select distinct m.sentence_id, c.label
    from wanted join mentions m using (concept_id) join concepts c using (concept_id) order by all"""
_COUNTED = """
    select count(*) from user_themes join sentences using (sentence_id) where theme = ? and counted"""
_BELONG = "select sentence_id from user_themes where theme = ?"
_UNKNOWN = """
    select distinct name from (select unnest(?) as name)
    where name not in (select concept_id from concepts)
      and lower(name) not in (select lower(label) from concepts)
    order by name"""
_HIT = "select distinct unnest(found) from user_themes where theme = ?"
_FOUND = """
    select u.sentence_id, coalesce(d.period_published, '') as period, coalesce(d.title, d.path) as document,
           s.page, s.text
    from user_theme u join sentences s using (sentence_id) join documents d using (document_id)
    where u.theme = ? and s.counted order by period, u.sentence_id"""


class Theme(Record, forbid_unknown_fields=True):
    """The definition of a theme."""

    name: str
    terms: tuple[str, ...] = ()
    concepts: tuple[str, ...] = ()
    kinds: bool = False
    excluded: tuple[str, ...] = msgspec.field(default=(), name="not")


def load(folder: Path) -> dict[Path, Theme]:
    """Return the themes in the TOML files of a folder, in the order of their names; none without a folder.

    Raises:
        TaxonomyError: a file is not TOML, has an unknown key, no term, or one without letters, asks for kinds
            of no concept, or two themes have the same name.
    """
    themes: dict[Path, Theme] = {}
    for path in sorted(folder.glob("*.toml")):
        theme = read(path, Theme, remedy="keys are name, terms, concepts, kinds and not")
        if not (theme.terms or theme.concepts):
            raise TaxonomyError(str(path), "has neither terms nor concepts", "give some")
        if any(not _TOKEN.search(term) for term in (*theme.terms, *theme.excluded)):
            raise TaxonomyError(str(path), "has a term without letters", "every sentence would have it")
        if theme.kinds and not theme.concepts:
            raise TaxonomyError(str(path), "asks for kinds, but names no concepts", "give some")
        if theme.name in {known.name for known in themes.values()}:
            raise TaxonomyError(str(path), f"{theme.name!r} is the name of another file's theme", "rename it")
        themes[path] = theme
    return themes


def fingerprint(folder: Path) -> str:
    """Return a hash of the themes of a folder, of names and contents of its files; "" if there are none."""
    files = [path for path in sorted(folder.glob("*")) if path.suffix in (".toml", ".csv")]
    return digest(*(part for path in files for part in (path.name, path.read_bytes()))) if files else ""


def find(base: duckdb.DuckDBPyConnection, themes: Sequence[Theme], own: Path | None = None) -> pa.Table:
    """Return the rows of `user_themes` and fill the temp table `user_theme`; call `counts.prepare` first.

    `own` is the file of a corpus with concepts of its own, of which kinds may be sought.
    """
    filling = Filling(base, "user_themes")
    for row in _found(base, themes, own) if themes else ():
        filling.add(row)
    rows = filling.table()
    base.register("own", rows)
    base.execute("insert into user_theme select sentence_id, theme from own")
    base.unregister("own")
    return rows


def told(base: duckdb.DuckDBPyConnection, path: Path, theme: Theme) -> str:
    """Return in how many sentences a theme was found, what of it nobody names, which judgements lapsed.

    Raises:
        InputError: as in `judged`.
    """
    ((n,),) = base.execute(_COUNTED, [theme.name]).fetchall()
    unknown = [name for (name,) in base.execute(_UNKNOWN, [list(theme.concepts)]).fetchall()]
    hit = {name for (name,) in base.execute(_HIT, [theme.name]).fetchall()}
    idle = [f"»{term}«" for term in theme.terms if term not in hit]
    missing = f"; these documents name no {', no '.join(unknown)}" if unknown else ""
    missing += f"; no sentence has {', '.join(idle)}" if idle else ""
    said = judged(path)
    found = {sentence for (sentence,) in base.execute(_BELONG, [theme.name]).fetchall()} if said else set()
    lapsed = sum(sentence not in found for sentence, _ in said)
    of = f"; {lapsed} of {counted(len(said), 'judged sentence')} no longer belong, and do not count"
    return f"theme {theme.name}: {counted(n, 'sentence')}{missing}{of if lapsed else ''}"


def _found(
    base: duckdb.DuckDBPyConnection, themes: Sequence[Theme], own: Path | None
) -> Iterator[dict[str, Any]]:
    wanted = [
        ({term: pattern(term) for term in t.terms}, [pattern(term) for term in t.excluded]) for t in themes
    ]
    entries = _entries(own) if any(theme.kinds for theme in themes) else {}
    named = [_named(base, theme, entries) for theme in themes]
    sentences = base.execute(_SENTENCES)
    for sentence_id, document_id, number, text in iter(sentences.fetchone, None):
        said = spelled(text)
        for theme, (terms, excluded), concepts in zip(themes, wanted, named, strict=True):
            found = [term for term, form in terms.items() if form.search(said)]
            found += concepts.get(sentence_id, [])
            if found and not any(form.search(said) for form in excluded):
                yield {
                    "sentence_id": sentence_id, "document_id": document_id, "sentence_number": number,
                    "theme": theme.name, "found": found,
                }  # fmt: skip


def _entries(own: Path | None) -> dict[str, ConceptEntry]:
    return {entry.id: entry for entry in load_registry(own).concept}


def _below(names: Sequence[str], entries: Mapping[str, ConceptEntry]) -> list[str]:
    """Return the concepts of the registry below some of them, which texts need not name."""
    known = {name.lower() for name in names}
    above = {id_ for id_, entry in entries.items() if id_ in names or entry.label.lower() in known}
    return [id_ for id_ in entries if not above.isdisjoint(ancestors(id_, entries))]


def _named(
    base: duckdb.DuckDBPyConnection, theme: Theme, entries: Mapping[str, ConceptEntry]
) -> dict[str, list[str]]:
    """Return the labels of the theme's concepts that each sentence names."""
    named: defaultdict[str, list[str]] = defaultdict(list)
    if theme.concepts:
        below = _below(theme.concepts, entries) if theme.kinds else []
        wanted = {"concepts": [*theme.concepts, *below], "kinds": theme.kinds}
        for sentence_id, label in base.execute(_NAMED, wanted).fetchall():
            named[sentence_id].append(label)
    return dict(named)


def spelled(text: str) -> str:
    """Return a text as its words in lower case, each as »form|lemma«."""
    words = _TOKEN.findall(complete(german.normalise(text)))
    return "".join(f" {word}|{german.lemma(word)}".lower() for word in words) + " "


def pattern(term: str) -> re.Pattern[str]:
    """Return a pattern that finds a term in a `spelled` text: its words in order, in any form."""
    words = _TERM.findall(complete(german.normalise(term)))
    return re.compile("".join(map(_word, words)) + "(?= )")


def _word(word: str) -> str:
    either = "|".join(sorted({_letters(word), _letters(german.lemma(word) if "*" not in word else word)}))
    return rf" (?:(?:{either})\|\S+|[^\s|]+\|(?:{either}))"


def _letters(word: str) -> str:
    return re.escape(word.lower()).replace(r"\*", r"[^\s|]*")


def draw(base: duckdb.DuckDBPyConnection, themes: Mapping[Path, Theme], name: str) -> Path:
    """Write sentences of a theme, to be judged, as CSV (for German Excel) beside its file; return the path.

    They are spread over the periods in proportion to their sentences; within a period, every k-th in the
    order of their hashes is taken. `right` is to be filled in with yes or no (ja, nein, 1, 0).

    Raises:
        InputError: there is no such theme, it has no sentences, or the file exists and may hold judgements.
    """
    known = {theme.name: path for path, theme in themes.items()}
    if name not in known:
        told = (
            f"themes: {', '.join(known)}" if known else "define one in themes/NAME.toml beside the documents"
        )
        raise InputError("track", f"{name!r} is not a theme of this corpus", told)
    path = known[name].with_suffix(".csv")
    if path.exists():
        raise InputError(str(path), "exists already", "fill it in, or move it away to draw another")
    rows = base.execute(_FOUND, [name]).fetchall()
    if not rows:
        raise InputError("track", f"no sentence belongs to {name!r}", "look at its terms")
    spread = sorted(rows, key=lambda row: (row[1], blake2b(row[0].encode()).digest()))
    step = max(1.0, len(spread) / DRAWN)
    drawn = [spread[int(at * step)] for at in range(min(DRAWN, len(spread)))]
    with replacing(path) as temporary, temporary.open("wb") as file:
        file.write(BOM)
        file.writelines(lines(COLUMNS, ([*map(cell, row), ""] for row in drawn), separator=";"))
    return path


def precisions(themes: Mapping[Path, Theme], found: pa.Table) -> dict[tuple[str, str], Precision]:
    """Return what is known about the precision of each theme, by (unit, item) of `trends`.

    Args:
        themes: by file; in the CSV beside it, people judged sentences of the theme.
        found: rows of `user_themes`. Judgements of other sentences, which a theme that was edited
            afterwards no longer has, say nothing about it.

    Raises:
        InputError: as in `judged`.
    """
    belong: defaultdict[str, set[str]] = defaultdict(set)
    for theme, sentence in zip(found["theme"].to_pylist(), found["sentence_id"].to_pylist(), strict=True):
        belong[theme].add(sentence)
    known = {}
    for path, theme in themes.items():
        values = [right for sentence, right in judged(path) if sentence in belong[theme.name]]
        if values:
            right = sum(values)
            known["user_theme", theme.name] = Precision(right=right, wrong=len(values) - right)
    return known


def judged(path: Path) -> list[tuple[str, bool]]:
    """Return the sentences judged in the CSV beside the file of a theme, by id, and whether they were right.

    Raises:
        InputError: it is not a table, lacks `sentence_id` or `right`, or has other values than yes or no.
    """
    table = path.with_suffix(".csv")
    if not table.is_file():
        return []
    (_, names), *rows = csv_lines(table) or [(1, [])]
    for name in ("sentence_id", "right"):
        if name not in names:
            raise InputError(
                str(table), f"has no column `{name}`", "draw sentences again with `track --judge`"
            )
    values = []
    for number, cells in rows:
        row = dict(zip(names, cells, strict=False))
        said = row.get("right", "").strip().lower()
        if said and said not in RIGHT:
            raise InputError(f"{table} line {number}", f"`right` is {said!r}", "write yes or no into it")
        values += [(row["sentence_id"], RIGHT[said])] if said else []
    return values
