"""Build folders of tables with planted stories, as the stages before `track` would write them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from msgspec.structs import replace

from pipeline.config import Track, load_settings
from pipeline.schema import TABLES
from pipeline.schema.labels import ACTOR_KINDS, INSTRUMENT_KINDS, THEMES
from pipeline.tables import conform, to_arrow, write_table
from pipeline.track import track
from pipeline.tracking import counts
from pipeline.tracking.estimates import estimate
from pipeline.tracking.trust import Trust

TRACKED = (  # what `track` makes
    "trends", "changes", "slopes", "attention", "novelty", "distinctive", "lineage", "statements", "edges",
    "nodes", "networks", "open_themes", "user_themes",
)  # fmt: skip

NO_NOTE = dict.fromkeys(("note", "anchor_passage_id", "anchor_start", "anchor_end"))
PERIODS = ("bt18", "bt19", "bt20", "bt21")
FIRST_DAYS = {
    "bt17": dt.date(2009, 10, 27), "bt18": dt.date(2013, 10, 22), "bt19": dt.date(2017, 10, 24),
    "bt20": dt.date(2021, 10, 26), "bt21": dt.date(2025, 3, 25), "by18": dt.date(2018, 11, 5),
}  # fmt: skip
CHALLENGES = (
    "Fachkräftemangel", "Wohnungsnot", "Klimawandel", "Investitionsstau", "Pflegenotstand", "Kinderarmut",
    "Lehrkräftemangel", "hohe Energiepreise", "Bürokratie", "Funklöcher", "Artensterben", "Landflucht",
)  # fmt: skip
WIDER = {"Artensterben": "Wohnungsnot"}  # kinds of others, for the sake of the link
INSTRUMENTS = (
    "Mietpreisbremse", "Kohleausstiegsgesetz", "Klimaschutzprogramm", "Wasserstoffstrategie", "Digitalpakt",
    "Kindergrundsicherung", "Pflegebonus", "CO2-Preis", "Bundeswaldfonds", "Gründungszuschuss",
    "Vergabebeschleunigungsgesetz", "Ausbildungsgarantie", "Stromsteuersenkung", "Bauturbo",
)  # fmt: skip
ACTORS = (
    "Bundesregierung", "Bundestag", "Länder", "Kommunen", "Sozialpartner", "Mittelstand", "Hochschulen",
    "Europäische Kommission", "Familien", "Verbraucherzentralen",
)  # fmt: skip
STATUSES = {"bt18": "demanded", "bt19": "planned", "bt20": "existing", "bt21": "rejected"}
VERBS = {
    "demanded": "{actor} sollten den Ausbau mit {instrument} gegen {challenge} voranbringen.",
    "planned": "Gegen {challenge} werden wir mit {actor} das Vorhaben {instrument} auf den Weg bringen.",
    "existing": "Mit {instrument} haben {actor} auf {challenge} geantwortet.",
    "rejected": "Wir lehnen {instrument} als Antwort auf {challenge} ab, auch gegen {actor}.",
}
TYPES = ("wahlprogramm", "koalitionsvertrag", "strategie")
ISSUERS = ("Partei der Mitte", "Bündnis Süd", "Neue Liste")


def build(
    folder: Path,
    *,
    periods: tuple[str, ...] = PERIODS,
    documents: int = 6,
    sentences: int = 40,
    seed: int = 1,
    shuffle: bool = False,
    hostile: str = "",
    dated: bool = True,
    generic: tuple[str, ...] = (),
) -> Path:
    """Write all input tables; »Wohnungsnot« rises, »Mietpreisbremse« goes from demanded to existing.

    Args:
        folder: where the Parquet files go.
        periods: one batch of documents each.
        documents: per period.
        sentences: per document.
        seed: of everything drawn.
        shuffle: write the rows in another order than the schema's.
        dated: whether documents have a period.
        generic: labels of concepts that say no particular thing.
        hostile: text put into titles, labels and sentences (for tests of escaping).
    """
    rng = np.random.default_rng(seed)
    rows: dict[str, list[dict]] = {name: [] for name in TABLES}
    _concepts(rows, hostile, generic)
    for at, period in enumerate(periods):
        for number in range(documents):
            _document(rows, rng, period, at / max(1, len(periods) - 1), number, sentences, hostile)
    _failures(rows)
    if not dated:
        for row in (*rows["documents"], *rows["mentions"]):
            row["period_published"] = None
        for row in rows["sentences"]:
            row["periods_addressed"] = []
    _periods(rows)
    folder.mkdir(parents=True, exist_ok=True)
    for name in TABLES:
        if name not in TRACKED:
            _write(folder, name, rows[name], rng if shuffle else None)
    return folder


def finished(out: Path, **options) -> Path:
    """Build the tables of an output folder, and those that `track` makes of them."""
    tables = build(out / "tables", **options)
    for name, made in track(tables, quick()):
        write_table(tables, name, made)
    return out


def _write(folder: Path, name: str, rows: list[dict], rng: np.random.Generator | None) -> None:
    if rng is None:
        write_table(folder, name, conform(TABLES[name], to_arrow(TABLES[name], rows)))
        return
    import pyarrow.parquet as pq

    order = rng.permutation(len(rows))
    pq.write_table(to_arrow(TABLES[name], [rows[i] for i in order]), folder / f"{name}.parquet")


def concept_id(label: str) -> str:
    """Return the id the builder gives to a concept."""
    return "c-" + label.lower().replace(" ", "-")


def _concepts(rows: dict[str, list[dict]], hostile: str, generic: tuple[str, ...]) -> None:
    for layer, labels in (("challenge", CHALLENGES), ("instrument", INSTRUMENTS), ("actor", ACTORS)):
        for label in labels:
            rows["concepts"].append({
                "concept_id": concept_id(label), "layer": layer, "label": label + hostile, "theme": None,
                "aliases": [label], "is_generic": label in generic, "n_mentions": 0, "first_period": None,
                "last_period": None, "wikidata": None, "verified": False,
                "wider": concept_id(WIDER[label]) if label in WIDER else None,
            })  # fmt: skip


def _document(
    rows: dict[str, list[dict]],
    rng: np.random.Generator,
    period: str,
    time: float,
    number: int,
    sentences: int,
    hostile: str,
) -> None:
    document = f"d-{period}-{number:03d}"
    _document_row(rows, document, period, number, sentences, hostile)
    taste = rng.dirichlet(np.full(len(THEMES), 0.6))
    passage, section = "", ""
    for at in range(sentences):
        if at % 5 == 0:
            section = f"{1 + at // 10}. Kapitel"
            passage = f"{document}-p{at:05d}"
            rows["passages"].append({
                "passage_id": passage, "document_id": document, "number": at // 5,
                "pages": [1 + at // 20], "kind": "paragraph", "level": 0, "heading_path": [section],
                "role": "measure", "text": "…", "language": "de", **NO_NOTE,
            })  # fmt: skip
        _sentence(rows, rng, document, passage, period, time, at, taste, hostile)


def _document_row(
    rows: dict[str, list[dict]], document: str, period: str, number: int, sentences: int, hostile: str
) -> None:
    pages = 1 + (sentences - 1) // 20
    kind, issuer = TYPES[number % 3], ISSUERS[number % len(ISSUERS)]
    rows["documents"].append({
        "document_id": document, "source_id": document, "sha256": document, "path": f"{document}.pdf",
        "title": f"{kind.capitalize()} {number + 1} ({period}){hostile}", "title_from": "manifest",
        "issuer": issuer, "issuer_from": "manifest", "document_type": kind,
        "document_type_from": "manifest", "parliament": "bt",
        "published": FIRST_DAYS[period] + dt.timedelta(days=30 * number), "published_precision": "day",
        "published_from": "manifest", "period_published": period, "period_home": period,
        "period_rule": "date", "language": "de", "n_pages": pages, "n_sentences": sentences,
        "duplicate_of": None, "licence": "CC0-1.0", "weight": None,
        "status": "ok", "reason": "", "results_key": "r", "run_key": "k",
    })  # fmt: skip
    for page in range(1, pages + 1):
        rows["pages"].append({
            "document_id": document, "page": page, "width": 595.0, "height": 842.0,
            "text_source": "ocr" if number == 1 else "text", "n_chars": 1800, "n_dropped_chars": 60,
            "language": "de", "quality": 0.97, "status": "ok", "reason": "",
        })  # fmt: skip
        for reason, n in (("head_or_foot", 56), ("page_number", 4)):
            rows["omissions"].append({"document_id": document, "page": page, "reason": reason, "n_chars": n})


def _sentence(
    rows: dict[str, list[dict]],
    rng: np.random.Generator,
    document: str,
    passage: str,
    period: str,
    time: float,
    at: int,
    taste: np.ndarray,
    hostile: str,
) -> None:
    status = STATUSES.get(period, "planned") if rng.random() < 0.8 else "planned"
    challenge = "Wohnungsnot" if rng.random() < 0.05 + 0.25 * time else str(rng.choice(CHALLENGES))
    instrument = "Mietpreisbremse" if challenge == "Wohnungsnot" else str(rng.choice(INSTRUMENTS[1:]))
    actor = str(rng.choice(ACTORS))
    text = VERBS[status].format(actor=actor, instrument=instrument, challenge=challenge) + hostile
    sentence = f"{document}-s{at:05d}"
    rows["sentences"].append({
        "sentence_id": sentence, "passage_id": passage, "document_id": document, "number": at,
        "page": 1 + at // 20, "text": text, "char_start": 0, "char_end": len(text),
        "periods_addressed": [period] if at % 7 else sorted({period, "bt21"}), "period_rule": "home",
        "counted": True,
    })  # fmt: skip
    theme = "housing" if challenge == "Wohnungsnot" else str(rng.choice(THEMES, p=taste))
    rows["sentence_themes"].append({
        "sentence_id": sentence, "document_id": document, "sentence_number": at, "theme": theme,
        "score": 0.9,
    })  # fmt: skip
    found = [
        ("challenge", challenge, None, "open", None),
        ("instrument", instrument, INSTRUMENT_KINDS[INSTRUMENTS.index(instrument) % 11], status, None),
        ("actor", actor, ACTOR_KINDS[ACTORS.index(actor)], None, True),
    ]
    for layer, words, kind, of, named in found:
        start = text.index(words)
        rows["mentions"].append({
            "mention_id": f"{sentence}-{layer[0]}", "sentence_id": sentence, "document_id": document,
            "sentence_number": at, "layer": layer, "text": words, "char_start": start,
            "char_end": start + len(words), "kind": kind, "status": of, "named": named, "score": 0.8,
            "concept_id": concept_id(words), "page": 1 + at // 20, "boxes": None,
            "period_published": period, "periods_addressed": [period], "counted": True,
            "source": "model", "by": "model:x",
        })  # fmt: skip
    rows["relations"].append({
        "relation_id": f"{sentence}-r", "sentence_id": sentence, "document_id": document,
        "sentence_number": at, "from_mention": f"{sentence}-a",
        "to_mention": f"{sentence}-i", "kind": "rejects" if status == "rejected" else "demands",
        "score": 0.7, "rule": "one-clause",
    })  # fmt: skip


def _failures(rows: dict[str, list[dict]]) -> None:
    if not rows["documents"]:
        return
    lost = dict(rows["documents"][0])
    lost |= {
        "document_id": "d-lost", "source_id": "d-lost", "sha256": "x", "path": "verschluesselt.pdf",
        "title": None, "title_from": "none", "n_pages": 0, "n_sentences": 0, "status": "failed",
        "reason": "the file is encrypted and the password does not fit",
    }  # fmt: skip
    rows["documents"].append(lost)
    rows["passages"].append({
        "passage_id": "p-contact", "document_id": rows["documents"][0]["document_id"], "number": 999,
        "pages": [1], "kind": "paragraph", "level": 0, "heading_path": ["Ansprechpersonen"],
        "role": "contact", "text": None, "language": "de", **NO_NOTE,
    })  # fmt: skip


def _periods(rows: dict[str, list[dict]]) -> None:
    ids = sorted(FIRST_DAYS)
    for at, period in enumerate(ids):
        follows = at + 1 < len(ids) and ids[at + 1][:2] == period[:2]
        last = FIRST_DAYS[ids[at + 1]] - dt.timedelta(days=1) if follows else None
        rows["periods"].append({
            "period_id": period, "parliament": period[:2], "number": int(period[2:]),
            "first_day": FIRST_DAYS[period], "last_day": last, "verified": True,
        })  # fmt: skip
    rows["runs"].append({
        "run_key": "k", "started": dt.datetime(2026, 1, 2, 3, 4, tzinfo=dt.UTC),
        "finished": dt.datetime(2026, 1, 2, 3, 5, tzinfo=dt.UTC), "versions": '{"politikspur": "0.1.0"}',
        "settings": '{"track": {"resamples": 999, "seed": 20211026}}', "hashes": '{"tagger": "abc123"}',
        "counts": '{"documents": 25}',
        "failures": '[{"path": "verschluesselt.pdf", "status": "failed", "reason": "encrypted"}]',
        "seconds": '{"read": 12.5, "tag": 30.0}',
        "earlier": [],
    })  # fmt: skip


def mixed(folder: Path, period: str) -> Path:
    """Let all documents of a period be bills."""
    path = folder / "documents.parquet"
    table = pq.read_table(path)
    kinds = pc.if_else(pc.equal(table["period_published"], period), "gesetzentwurf", table["document_type"])
    at = table.column_names.index("document_type")
    pq.write_table(table.set_column(at, "document_type", kinds), path)
    return folder


def rewrite(folder: Path, name: str, document: str, values: dict[str, object]) -> None:
    """Change values of a document's rows in a table."""
    table = pq.read_table(folder / f"{name}.parquet")
    rows = [row | values if row["document_id"] == document else row for row in table.to_pylist()]
    pq.write_table(pa.Table.from_pylist(rows, schema=table.schema), folder / f"{name}.parquet")


def shares(folder: Path, *, compare_unlike: bool) -> dict[str, pa.Table]:
    """Return trends, changes and slopes of a folder, and nothing else that `track` makes."""
    settings = quick(resamples=49, compare_unlike=compare_unlike)
    with counts.connect(folder) as base:
        return dict(estimate(base, counts.prepare(base), settings, Trust()))


def quick(**changes: object) -> Track:
    """Return the default settings of `track` with few resamples, and with some changes."""
    return replace(load_settings().track, **{"resamples": 99, **changes})


def rows(table, **wanted):
    """Return the rows of a table that hold the values wanted."""
    return [row for row in table.to_pylist() if all(row[name] == value for name, value in wanted.items())]


def write_wider(tables, pairs):
    """Rewrite the wider concepts of a folder of tables."""
    path = str(tables / "concepts.parquet")
    with counts.connect(tables, names=("concepts",)) as base:
        chosen = " ".join(f"when '{kind}' then '{wide}'" for kind, wide in pairs.items())
        base.execute(
            f"create table new as select * replace (case concept_id {chosen} end as wider) from concepts"
        )
        base.execute(f"copy new to '{path}' (format parquet)")
