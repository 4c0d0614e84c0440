"""Query the tables of an output folder in SQL, without access to files or network; DuckDB's reading door."""

from __future__ import annotations

import difflib
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pyarrow as pa

from pipeline import outputs
from pipeline.errors import InputError, QueryError
from pipeline.schema import TABLES
from pipeline.schema.documents import DATED
from pipeline.store import DATABASE, MARKER, read_json

MAX_MEMORY = "1GB"
MAX_SPILL = "2GB"  # on disk, if memory does not suffice; DuckDB's default is 90 % of the disk
SETTINGS = {"memory_limit": MAX_MEMORY, "max_temp_directory_size": MAX_SPILL}
LOCKS = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "enable_external_access": "false",
    "lock_configuration": "true",
}
NO_MEMORY = "needed more memory than one question may have"
Interrupted = duckdb.InterruptException
Values = Sequence[object] | Mapping[str, object]
_OPENING = threading.Lock()
PUBLISHED = f"coalesce({DATED}, '')"
READING = {duckdb.StatementType.SELECT, duckdb.StatementType.MULTI}  # MULTI is a pivot
# Table functions that show nothing but the tables and what a question gives them. Others are refused: some
# read files, settings, the memory of this process or the questions of others, and DuckDB gets new ones.
_SOURCES = {
    "duckdb_columns", "duckdb_constraints", "duckdb_functions", "duckdb_indexes", "duckdb_keywords",
    "duckdb_schemas", "duckdb_tables", "duckdb_types", "duckdb_views", "generate_series", "histogram",
    "histogram_values", "icu_calendar_names", "json_each", "json_tree", "pg_timezone_names", "pragma_show",
    "pragma_table_info", "pragma_version", "range", "repeat", "repeat_row", "summary", "test_all_types",
    "unnest",
}  # fmt: skip
# They reveal where the files of this machine are or what others ask, ...
_PLACES = (
    r"duckdb_(databases|settings|extensions|secrets|temporary_files|logs?)|pragma_database_list"
    r"|pg_(settings|prepared_statements)"
)
# ... or take such a name, or a whole query, as text; or are DuckDB's own, some of them with addresses.
_DOORS = (
    r"current_setting|query(_table)?|json_execute_serialized_sql|json_serialize_plan|which_secret|write_log"
    r"|(pg_)?sleep(_ms)?|__internal\w*|to_aggregate_state|combine(_aggr)?|finalize"
)
_MACHINE = {
    "table_name": re.compile(_PLACES, re.IGNORECASE),
    "function_name": re.compile(rf"\b({_PLACES}|{_DOORS})\b", re.IGNORECASE),
}
_ASKED = re.compile(r'(?:with name|column named|column|table) "?(\w+)')  # the name in an error of DuckDB
_BARE = re.compile(r'(?<!group )(?<!order )(?<!partition )(?<!["\w])by\b(?!")', re.IGNORECASE)
_QUOTED = re.compile(r'"(?:\w+\.)?(\w+)"')
MAX_SECONDS = 60.0  # the longest question of the gallery takes 1 s on 7,000 pages


def database(out: Path) -> Path:
    """Return the DuckDB file of an output folder; while a run writes, that of the previous run.

    Raises:
        InputError: there is none, or it was written with another version of the schema.
    """
    path = out / DATABASE
    if not path.is_file():
        raise InputError(str(out), f"holds no {DATABASE}", "run `politikspur run CORPUS --out FOLDER` first")
    if told := marker(out):
        outputs.check_version(out, told.get("schema", 0))
    return path


def marker(out: Path) -> dict[str, Any]:
    """Return what the last run wrote about itself into `run.json`; empty while a run writes."""
    found = read_json(out / MARKER)
    return found if isinstance(found, dict) else {}


def connect(out: Path, given: Mapping[str, str] = SETTINGS) -> duckdb.DuckDBPyConnection:
    """Open the tables of an output folder so that SQL can only read them.

    Args:
        out: output folder of a run.
        given: settings of DuckDB; those of the first connection of a process stay.

    Raises:
        InputError: the folder has no tables, or the file is damaged.
    """
    path = database(out)
    with _OPENING:  # connections of one process share their settings, which only the first may set
        try:
            base = duckdb.connect(str(path), read_only=True)
        except duckdb.Error as error:
            raise InputError(str(path), _first_line(error), "run `politikspur run` again") from None
        if not _locked(base):
            for name, value in {**given, **LOCKS}.items():
                base.execute(f"set {name} = '{value}'")
    return base


def _locked(base: duckdb.DuckDBPyConnection) -> bool:
    found: list[Any] = base.execute("select current_setting('lock_configuration')").fetchall()
    return bool(found[0][0])


def query(
    out: Path, sql: str, *, values: Values = (), rows: int = 0, seconds: float = MAX_SECONDS
) -> pa.Table:
    """Return the answer to one query in SQL.

    Args:
        out: output folder of a run.
        sql: one query; `?` or `$name` stands for a value.
        values: the values.
        rows: the largest number of rows to return, 0 for all.
        seconds: the longest time that it may take.

    Raises:
        QueryError: the SQL is wrong, does more than reading, or takes too long.
    """
    with connect(out) as base, limited(base, seconds):
        try:
            sql = _without_end(sql)
            _check(base, sql)
            found = base.sql(sql, params=values or None)
            return (found.limit(rows) if rows else found).to_arrow_table()
        except duckdb.InterruptException:
            what = f"took longer than {seconds:g} s and was stopped"
            raise QueryError("query", what, "ask for less, or allow more with --seconds") from None
        except (duckdb.OutOfMemoryException, MemoryError):
            raise QueryError("query", NO_MEMORY, "ask for less") from None
        except duckdb.Error as error:
            raise QueryError("query", _first_line(error), _advice(base, error, sql)) from None


def _without_end(sql: str) -> str:
    """Return SQL without its last semicolon and the comments behind it, which DuckDB refuses there."""
    whole, end = sql.encode(), None
    for at, kind in reversed(duckdb.tokenize(sql)):
        if kind == duckdb.token_type.comment:
            continue
        if whole[at : at + 1] != b";":
            break
        end = at
    return whole[:end].decode()


def _check(base: duckdb.DuckDBPyConnection, sql: str) -> None:
    """Raise QueryError unless a text is one query on the tables."""
    found = base.extract_statements(sql)
    if not found:
        raise QueryError("query", "the question is empty", "write one that begins with select")
    if len(found) > 1:
        raise QueryError("query", f"{len(found)} questions were asked", "ask one at a time")
    if found[0].type not in READING or _asks_the_machine(base, sql):
        raise QueryError("query", "this does not ask the tables", "only reading from the tables is allowed")


def _asks_the_machine(base: duckdb.DuckDBPyConnection, sql: str) -> bool:
    """Return whether a query uses a table or function that reveals something about the machine."""
    ((told,),) = base.execute("select json_serialize_sql(?)", [sql]).fetchall()
    try:
        tree = msgspec.json.decode(told)
    except RecursionError:
        raise QueryError("query", "the question is nested too deeply", "ask for less") from None
    if tree["error"]:  # a pivot, which DuckDB does not parse here: no word may look like such a name
        return _hints_at_the_machine(base, sql)
    return any(_is_of_the_machine(kind, name) for kind, name in _names_in(tree))


def _is_of_the_machine(kind: str, name: str) -> bool:
    if kind == "source":
        return name.lower() not in _SOURCES
    return bool(_MACHINE[kind].fullmatch(name))


def _hints_at_the_machine(base: duckdb.DuckDBPyConnection, sql: str) -> bool:
    """Return whether any word of a query, even in a text, may be such a name."""
    asked = "select distinct lower(function_name) from duckdb_functions() where function_type like '%table%'"
    refused = {name for (name,) in base.execute(asked).fetchall()} - _SOURCES
    words = set(re.findall(r"\w+", sql.lower()))
    return bool(_MACHINE["function_name"].search(sql) or words & refused)


def _names_in(tree: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - JSON
    """Yield the names of tables, functions, and functions that stand for a table, at any depth of a query."""
    waiting = [tree]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            yield from ((kind, part[kind]) for kind in _MACHINE if kind in part)
            if part.get("type") == "TABLE_FUNCTION":
                yield "source", part["function"]["function_name"]
            waiting += part.values()
        elif isinstance(part, list):
            waiting += part


def rows(out: Path, sql: str, *values: object) -> list[dict[str, Any]]:
    """Return the answer to a query as one dict per row."""
    found: list[dict[str, Any]] = query(out, sql, values=values).to_pylist()
    return found


@contextmanager
def limited(base: duckdb.DuckDBPyConnection, seconds: float) -> Iterator[None]:
    """Interrupt what runs on a connection after some seconds."""
    timer = threading.Timer(seconds, base.interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _first_line(error: duckdb.Error) -> str:
    return str(error).strip().splitlines()[0]


def _advice(base: duckdb.DuckDBPyConnection, error: duckdb.Error, sql: str) -> str:
    """Return advice that names the table or column that was probably meant."""
    message = str(error)
    if isinstance(error, duckdb.PermissionException | duckdb.InvalidInputException):
        return "only reading from the tables is allowed"
    if isinstance(error, duckdb.ParserException) and _BARE.search(sql):
        return 'the column by of mentions is a word of SQL, too: write "by" in double quotes'
    if isinstance(error, duckdb.ConversionException):
        return "write text in quotes ('bt20'), dates as '2021-06-30' and decimals with a point"
    if "Ambiguous" in message:
        return "write the name of its table before it"
    named = _ASKED.search(message)
    asked = named[1] if named else ""
    if "must appear in the GROUP BY" in message:
        return f"write any_value({asked}), or {asked} behind group by"
    if homes := [table.name for table in TABLES.values() if asked in {c.name for c in table.columns}]:
        return f"{asked} is a column of {', '.join(homes)}: select it there, and in every question around it"
    _, _, offered = message.partition("Candidate bindings:")  # columns of the tables asked
    if longer := [name for name in _QUOTED.findall(offered.split("\n")[0]) if asked and asked in name]:
        return f"did you mean {' or '.join(longer)}?"
    names = sorted({*TABLES, *(c.name for t in TABLES.values() for c in t.columns), *_views(base)})
    close = difflib.get_close_matches(asked, names, n=1)
    return f"did you mean {close[0]}?" if close else f"tables are {', '.join(TABLES)}"


def _views(base: duckdb.DuckDBPyConnection) -> list[str]:
    found: list[Any] = base.execute("select view_name from duckdb_views() where not internal").fetchall()
    return [row[0] for row in found]
