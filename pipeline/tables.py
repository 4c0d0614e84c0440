"""Write rows to checked Parquet tables, and the tables to one DuckDB file; the door to pyarrow's writers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline import lookups
from pipeline.errors import TableError
from pipeline.schema import TABLES
from pipeline.schema.declare import Column, Row, Table
from pipeline.schema.documents import DATED
from pipeline.store import replacing

ROWS_PER_GROUP = 50_000
ROWS_AT_ONCE = 1_000  # converted to columns together; as dictionaries, rows take ten times the memory
STAMP = ".run_key"
BOX = pa.struct([("page", pa.int32()), *((side, pa.float64()) for side in ("x0", "top", "x1", "bottom"))])
SELECTOR = pa.struct([(part, pa.string()) for part in ("quote", "prefix", "suffix", "document")])
TYPES: dict[str, pa.DataType] = {
    "text": pa.string(),
    "int": pa.int64(),
    "float": pa.float64(),
    "bool": pa.bool_(),
    "date": pa.date32(),
    "time": pa.timestamp("us", tz="UTC"),
    "texts": pa.list_(pa.string()),
    "ints": pa.list_(pa.int32()),
    "boxes": pa.list_(BOX),
    "selector": SELECTOR,
}

VIEWS = {  # in the SQL of DuckDB and of SQLite
    "v_mentions": f"""
        select m.*, c.label as concept, s.text as sentence, d.path, d.title, d.issuer, d.document_type,
               d.published, d.published_precision, {DATED} as dated
        from mentions m join documents d using (document_id) join sentences s using (sentence_id)
        left join concepts c on c.concept_id = m.concept_id""",
    "v_instruments_by_period": """
        select period_published, kind, status, count(*) as n
        from v_mentions where layer = 'instrument' and counted
        group by period_published, kind, status order by period_published, kind, status""",
    "v_evidence": """
        select m.mention_id, m.layer, m.text, s.text as sentence, p.heading_path, d.title, d.path, m.page
        from mentions m join sentences s using (sentence_id) join passages p using (passage_id)
        join documents d on d.document_id = m.document_id""",
}  # fmt: skip
ABOUT = {  # the views; their columns are those of the tables, but for `dated`
    "v_mentions": "Mentions with the label of their concept, their sentence and their document, "
    "and its date as exactly as it is known.",
    "v_instruments_by_period": "Mentions of instruments by period of publication, kind and status.",
    "v_evidence": "Where each mention stands: sentence, headings, document, page.",
    "v_made_by": "The run that made the rows of each table.",
}


def arrow_schema(table: Table) -> pa.Schema:
    """Return the pyarrow schema of a declared table."""
    return pa.schema([pa.field(c.name, TYPES[c.type], nullable=c.null) for c in table.columns])


def to_arrow(table: Table, rows: Sequence[Row]) -> pa.Table:
    """Return rows as a pyarrow table that follows the declaration.

    Raises:
        TableError: a column is missing or unknown, or a value is not allowed.
    """
    names = {column.name for column in table.columns}
    for row in rows:
        if row.keys() != names:
            raise _broken(table, f"columns {sorted(names ^ row.keys())} are missing or unknown")
    try:
        made = pa.Table.from_pylist(list(rows), schema=arrow_schema(table))
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise _broken(table, str(error)) from None
    check(table, made)
    return made


def conform(table: Table, made: pa.Table) -> pa.Table:
    """Return a table made elsewhere, checked, with the declared columns, types and order of rows."""
    return _shaped(table, made).sort_by([(name, "ascending") for name in table.order])


def _shaped(table: Table, made: pa.Table) -> pa.Table:
    """Return a table made elsewhere, checked, with the declared columns and types."""
    try:
        made = made.select([c.name for c in table.columns]).cast(arrow_schema(table))
    except (KeyError, pa.ArrowInvalid, ValueError) as error:
        raise _broken(table, str(error)) from None
    check(table, made)
    return made


def check(table: Table, made: pa.Table) -> None:
    """Raise TableError if a column of `made` holds a value that its declaration does not allow."""
    for column in table.columns:
        wrong = _wrong(column, made.column(column.name))
        if wrong:
            raise _broken(table, f"column {column.name} {wrong}")


def _wrong(column: Column, values: pa.ChunkedArray) -> str:
    if not column.null and values.null_count:
        return f"has {values.null_count} empty values"
    if column.allowed:
        odd = set(values.unique().to_pylist()) - set(column.allowed) - {None}
        return f"holds {sorted(odd)[:3]}, allowed are {', '.join(column.allowed)}" if odd else ""
    if column.type in ("int", "float") and len(values) > values.null_count:
        return _out_of_bounds(column, values)
    return ""


def _out_of_bounds(column: Column, values: pa.ChunkedArray) -> str:
    if column.type == "float" and pc.any(pc.is_nan(values)).as_py():
        return "holds NaN"
    ends = pc.min_max(values).as_py()
    if column.low is not None and ends["min"] < column.low:
        return f"holds {ends['min']}, the least is {column.low}"
    if column.high is not None and ends["max"] > column.high:
        return f"holds {ends['max']}, the most is {column.high}"
    return ""


def _broken(table: Table, what: str) -> TableError:
    return TableError(f"table {table.name}", what, "this is an error of the program, please report it")


def stamp(folder: Path, run_key: str) -> None:
    """Set the run key that is written into the metadata of each table file of a folder."""
    (folder / STAMP).write_text(run_key, "ascii")


def _stamped(schema: pa.Schema, path: Path) -> pa.Schema:
    place = path.with_name(STAMP)
    return schema.with_metadata({"run_key": place.read_text("ascii")}) if place.is_file() else schema


class Writer:
    """Writes one table in batches; memory holds one row group, and few of its rows as dictionaries."""

    def __init__(self, table: Table, path: Path) -> None:
        self.table, self.rows, self.made = table, list[Row](), list[pa.Table]()
        self.file = pq.ParquetWriter(path, _stamped(arrow_schema(table), path), compression="zstd")

    def add(self, rows: Iterable[Row]) -> None:
        """Append rows, which must arrive in the table's order."""
        for row in rows:
            self.rows.append(row)
            if len(self.rows) == ROWS_AT_ONCE:
                self._take()
                if len(self.made) * ROWS_AT_ONCE == ROWS_PER_GROUP:
                    self._flush()

    def put(self, made: pa.Table) -> None:
        """Append a table made elsewhere, in the table's order; not to be mixed with `add`."""
        check(self.table, made)
        self.file.write_table(made, row_group_size=ROWS_PER_GROUP)

    def _take(self) -> None:
        self.made.append(to_arrow(self.table, self.rows))
        self.rows = []

    def _flush(self) -> None:
        group = pa.concat_tables(self.made).combine_chunks()
        self.file.write_table(group, row_group_size=ROWS_PER_GROUP)
        self.made = []

    def close(self) -> None:
        """Write the remaining rows and close the file."""
        self._take()
        self._flush()
        self.file.close()


@contextmanager
def writing(folder: Path, names: Iterable[str]) -> Iterator[dict[str, Writer]]:
    """Yield a writer for each named table of a folder; close all of them at the end."""
    folder.mkdir(parents=True, exist_ok=True)
    writers = {name: Writer(TABLES[name], folder / f"{name}.parquet") for name in names}
    yield writers
    for writer in writers.values():
        writer.close()


def write_table(folder: Path, name: str, made: pa.Table) -> None:
    """Write a whole table that was made elsewhere and brought into order by `conform`."""
    shaped, path = _shaped(TABLES[name], made), folder / f"{name}.parquet"
    pq.write_table(
        shaped.cast(_stamped(shaped.schema, path)), path, compression="zstd", row_group_size=ROWS_PER_GROUP
    )


def verify(folder: Path) -> None:
    """Raise TableError if in any table of a folder a key occurs twice or a link leads nowhere."""
    with duckdb.connect() as base:
        for name in TABLES:
            path = folder / f"{name}.parquet"
            if path.exists():
                base.execute(f"create view {name} as select * from read_parquet({_quoted(path)})")
        for name, table in TABLES.items():
            if (folder / f"{name}.parquet").exists():
                _verify_keys(base, table)
                _verify_links(base, table)


def _verify_keys(base: duckdb.DuckDBPyConnection, table: Table) -> None:
    key = ", ".join(f'"{name}"' for name in table.key)  # quoted: a column may be named like an SQL keyword
    twice = base.execute(
        f"select {key} from {table.name} group by all having count(*) > 1 limit 1"
    ).fetchone()
    if twice:
        raise _broken(table, f"the key ({key}) = {twice} occurs more than once")


def _verify_links(base: duckdb.DuckDBPyConnection, table: Table) -> None:
    for column, target in table.links.items():
        other, name = target.split(".")
        lost = base.execute(
            f"select {column} from {table.name} where {column} is not null "
            f"and {column} not in (select {name} from {other}) limit 1"
        ).fetchone()
        if lost:
            raise _broken(table, f"{column} = {lost[0]} does not exist in {target}")


def _quoted(value: object) -> str:
    return "'" + str(value).replace("'", "''") + "'"


def write_duckdb(folder: Path, path: Path) -> None:
    """Write all tables of a folder, with comments and views, into one DuckDB file."""
    with replacing(path) as temporary, duckdb.connect(str(temporary)) as base:
        for name in TABLES:
            source = folder / f"{name}.parquet"
            base.execute(f"create table {name} as select * from read_parquet({_quoted(source)})")
        base.begin()  # else each of hundreds of comments is committed, and written, alone
        for name, table in TABLES.items():
            base.execute(f"comment on table {name} is {_quoted(table.about)}")
            for column in table.columns:
                base.execute(f'comment on column {name}."{column.name}" is {_quoted(column.about)}')
        for name, query in {**VIEWS, "v_made_by": _made_by(folder)}.items():
            base.execute(f"create view {name} as {query}")
            base.execute(f"comment on view {name} is {_quoted(ABOUT[name])}")
        base.commit()
        _prepare(base)


def _made_by(folder: Path) -> str:
    """Return SQL for the key of the run that made each table, from the metadata of its file."""
    found = {name: pq.read_schema(folder / f"{name}.parquet").metadata or {} for name in TABLES}
    told = (
        f"({_quoted(name)}, {_quoted(data.get(b'run_key', b'').decode())})" for name, data in found.items()
    )
    return f"""
        select t.table_name, r.*
        from (values {", ".join(told)}) t(table_name, run_key) join runs r using (run_key)
        qualify row_number() over (partition by t.table_name order by r.started desc) = 1"""


def _prepare(base: duckdb.DuckDBPyConnection) -> None:
    """Add the indexes and joins that the explorer's pages look up."""
    for table, columns in lookups.INDEXES.items():
        for column in columns:
            base.execute(f"create index {table}_by_{column} on {table} ({column})")
    base.execute(f"create schema {lookups.SCHEMA}")
    for name, query in lookups.JOINS.items():
        base.execute(f"create table {lookups.SCHEMA}.{name} as {query}")
