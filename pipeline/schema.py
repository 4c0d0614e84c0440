"""The published tables: columns, types, units, keys and allowed values, declared once.

Everything that writes, checks, documents or describes a table reads it from `TABLES`.
"""

from __future__ import annotations

from typing import Literal

from pipeline.records import Record

VERSION = 1  # raised when a column is renamed, removed or changes its meaning

Type = Literal["text", "int", "float", "bool", "date", "time", "texts", "ints", "boxes"]

DOC_TYPES = (
    "koalitionsvertrag", "wahlprogramm", "grundsatzprogramm", "strategie", "bericht", "drucksache",
    "plenarprotokoll", "positionspapier", "gesetzentwurf", "other",
)  # fmt: skip
STATUSES = ("ok", "partial", "failed", "skipped")
PASSAGE_KINDS = ("heading", "paragraph", "item", "cell", "footnote", "caption")
ROLES = (
    "achieved", "challenge", "measure", "demand", "contact", "imprint", "contents", "references",
)  # fmt: skip
LAYERS = ("challenge", "instrument", "actor")
INSTRUMENT_KINDS = (
    "regulation", "tax_price", "funding", "investment", "market", "research", "education",
    "information", "organisation", "strategy", "agreement",
)  # fmt: skip
ACTOR_KINDS = (
    "federal", "parliament", "party", "state", "municipal", "eu", "international",
    "judiciary_security", "business", "association", "science", "civil_society", "group",
)  # fmt: skip
CHALLENGE_STATUSES = ("open", "resolved")
INSTRUMENT_STATUSES = ("existing", "planned", "demanded", "rejected")
THEMES = (
    "macroeconomy", "civil_rights", "health", "agriculture", "labour", "education", "environment",
    "energy", "migration", "transport", "law_order", "social", "housing", "industry", "defence",
    "technology", "trade", "foreign", "government", "regional", "culture",
)  # fmt: skip
ATTRIBUTE_KINDS = ("amount", "deadline", "law", "share")
RELATION_KINDS = (
    "addresses", "worsens", "responsible", "demands", "rejects", "targets", "affects",
)  # fmt: skip
ORIGINS = ("manifest", "text", "file", "none")
PRECISIONS = ("day", "month", "year", "none")
BASES = ("published", "addressed")
UNITS = ("theme", "concept", "kind", "status", "actor", "actor_kind", "layer")
ACTIONS = ("add", "delete", "relabel", "span", "kind", "status", "named", "concept")
LINEAGE_STATES = ("new", "continued", "grown", "faded", "dropped", "revived")


class Column(Record):
    """One column: its type, what it means, and what it may hold."""

    name: str
    type: Type = "text"
    about: str = ""
    allowed: tuple[str, ...] = ()
    null: bool = False
    low: float | None = None  # inclusive bounds of numbers
    high: float | None = None


class Table(Record):
    """One table: rows are unique by `key` and sorted by `order`."""

    name: str
    about: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    order: tuple[str, ...]
    links: dict[str, str] = {}  # column -> "table.column" it must exist in (null is allowed)


def _columns(*columns: Column) -> tuple[Column, ...]:
    return columns


def _text(name: str, about: str, *allowed: str, null: bool = False) -> Column:
    return Column(name=name, about=about, allowed=allowed, null=null)


def _int(name: str, about: str, *, low: float | None = 0, null: bool = False) -> Column:
    return Column(name=name, type="int", about=about, low=low, null=null)


def _real(
    name: str,
    about: str,
    *,
    low: float | None = None,
    high: float | None = None,
    null: bool = True,
) -> Column:
    return Column(name=name, type="float", about=about, low=low, high=high, null=null)


def _share(name: str, about: str, *, null: bool = True) -> Column:
    return _real(name, about, low=0.0, high=1.0, null=null)


def _of(kind: Type, name: str, about: str, *, null: bool = False) -> Column:
    return Column(name=name, type=kind, about=about, null=null)


DOCUMENTS = Table(
    name="documents",
    about="One row a file found; none disappears.",
    key=("document_id",),
    order=("document_id",),
    links={"duplicate_of": "documents.document_id"},
    columns=_columns(
        _text("document_id", "Identity of the file's content; further exact copies end in -2, -3 …"),
        _text("source_id", "Identity of the content, shared by exact copies"),
        _text("sha256", "SHA-256 of the file"),
        _text("path", "Path inside the corpus folder"),
        _text("title", "Title", null=True),
        _text("title_from", "Where the title comes from", *ORIGINS),
        _text("issuer", "Who issued the document, several separated by ;", null=True),
        _text("issuer_from", "Where the issuer comes from", *ORIGINS),
        _text("document_type", "Kind of document", *DOC_TYPES),
        _text("document_type_from", "Where the kind comes from", *ORIGINS),
        _text("parliament", "Parliament whose calendar counts (bt, ep, by …)", null=True),
        _of("date", "published", "Date of publication; a year or month stands as its first day", null=True),
        _text("published_precision", "How exact the date is", *PRECISIONS),
        _text("published_from", "Where the date comes from", *ORIGINS),
        _text("period_published", "Wahlperiode of the date; empty where a year holds two", null=True),
        _text("period_home", "Wahlperiode the document speaks for (competes for, opens)", null=True),
        _text("period_rule", "Rule that decided the two periods"),
        _text("language", "ISO 639-1 code, und where it cannot be told"),
        _int("n_pages", "Pages, 0 where the format has none"),
        _int("n_sentences", "Sentences in the language of analysis"),
        _text("duplicate_of", "Document that this one repeats; its text is not counted again", null=True),
        _text("licence", "Licence as the manifest states it", null=True),
        _text("status", "What became of the file", *STATUSES),
        _text("reason", "Why, for people; empty where all is well"),
        _text("run_key", "Content key of the results of this document"),
    ),
)  # fmt: skip

PAGES = Table(
    name="pages",
    about="The coverage ledger: what became of every page.",
    key=("document_id", "page"),
    order=("document_id", "page"),
    links={"document_id": "documents.document_id"},
    columns=_columns(
        _text("document_id", "Document"),
        _int("page", "Page number from 1", low=1),
        _real("width", "Width in points", low=0.0, null=False),
        _real("height", "Height in points", low=0.0, null=False),
        _text("text_source", "Where the text comes from", "text", "ocr", "none"),
        _int("n_chars", "Characters kept, spaces not counted"),
        _int("n_dropped_chars", "Characters set aside as furniture, spaces not counted"),
        _text("language", "ISO 639-1 code, und where it cannot be told"),
        _share("quality", "Share of the text that looks like words", null=False),
        _text("status", "What became of the page", *STATUSES),
        _text("reason", "Why, for people"),
    ),
)

PASSAGES = Table(
    name="passages",
    about="Headings, paragraphs, items, cells, footnotes and captions in reading order.",
    key=("passage_id",),
    order=("document_id", "number"),
    links={"document_id": "documents.document_id"},
    columns=_columns(
        _text("passage_id", "Passage"),
        _text("document_id", "Document"),
        _int("number", "Position in the document from 0"),
        _of("ints", "pages", "Pages it is printed on"),
        _text("kind", "What it is", *PASSAGE_KINDS),
        _int("level", "Level of a heading or nesting of an item, else 0"),
        _of("texts", "heading_path", "Headings above, outermost first"),
        _text("role", "Role its section has in the argument", *ROLES, null=True),
        _text("text", "Text; empty (null) where the role is contact", null=True),
        _text("language", "ISO 639-1 code, und where it cannot be told"),
    ),
)

SENTENCES = Table(
    name="sentences",
    about="Sentences that are read and labelled; contact blocks and foreign passages are not.",
    key=("sentence_id",),
    order=("document_id", "number"),
    links={"document_id": "documents.document_id", "passage_id": "passages.passage_id"},
    columns=_columns(
        _text("sentence_id", "Sentence"),
        _text("passage_id", "Passage it belongs to"),
        _text("document_id", "Document"),
        _int("number", "Position in the document from 0"),
        _int("page", "Page it begins on", low=1, null=True),
        _text("text", "Text"),
        _int("char_start", "First character in the passage's text"),
        _int("char_end", "Character after the last"),
        _of("texts", "periods_addressed", "Wahlperioden the sentence speaks about, in order"),
        _text("period_rule", "Rule that decided the periods"),
        _of("bool", "counted", "Whether it enters shares: false in duplicates"),
    ),
)

SENTENCE_THEMES = Table(
    name="sentence_themes",
    about="Policy fields of sentences (Comparative Agendas Project, with regional policy apart).",
    key=("sentence_id", "theme"),
    order=("document_id", "sentence_number", "theme"),
    links={"sentence_id": "sentences.sentence_id", "document_id": "documents.document_id"},
    columns=_columns(
        _text("sentence_id", "Sentence"),
        _text("document_id", "Document"),
        _int("sentence_number", "Position of the sentence in the document"),
        _text("theme", "Policy field", *THEMES),
        _share("score", "Probability", null=False),
    ),
)

MENTIONS = Table(
    name="mentions",
    about="Challenges, instruments and actors where they are named.",
    key=("mention_id",),
    order=("document_id", "sentence_number", "char_start", "char_end", "layer"),
    links={
        "sentence_id": "sentences.sentence_id",
        "document_id": "documents.document_id",
        "concept_id": "concepts.concept_id",
    },
    columns=_columns(
        _text("mention_id", "Mention"),
        _text("sentence_id", "Sentence"),
        _text("document_id", "Document"),
        _int("sentence_number", "Position of the sentence in the document"),
        _text("layer", "Layer of the codebook", *LAYERS),
        _text("text", "The words, equal to sentence[char_start:char_end]"),
        _int("char_start", "First character in the sentence"),
        _int("char_end", "Character after the last"),
        _text("kind", "Kind of the instrument or actor", *INSTRUMENT_KINDS, *ACTOR_KINDS, null=True),
        _text(
            "status",
            "Status of the challenge or instrument",
            *CHALLENGE_STATUSES,
            *INSTRUMENT_STATUSES,
            null=True,
        ),
        _of("bool", "named", "Whether an actor is a proper name", null=True),
        _share("score", "Probability that the mention is right", null=False),
        _text("concept_id", "Concept it is linked to", null=True),
        _int("page", "Page it begins on", low=1, null=True),
        _of("boxes", "boxes", "Rectangles in points: page, x0, top, x1, bottom", null=True),
        _text("period_published", "Wahlperiode of the document's date", null=True),
        _of("texts", "periods_addressed", "Wahlperioden its sentence speaks about"),
        _text("source", "Who said so", "model", "rule", "person"),
        _text("by", "Model hash, rule or event that said so"),
    ),
)

ATTRIBUTES = Table(
    name="attributes",
    about="Amounts, deadlines, laws and shares said of an instrument.",
    key=("mention_id", "kind", "text"),
    order=("document_id", "sentence_number", "mention_id", "kind", "text"),
    links={"mention_id": "mentions.mention_id", "document_id": "documents.document_id"},
    columns=_columns(
        _text("document_id", "Document"),
        _int("sentence_number", "Position of the sentence in the document"),
        _text("mention_id", "Mention of an instrument in the same sentence"),
        _text("kind", "What it is", *ATTRIBUTE_KINDS),
        _text("text", "The words"),
        _text("value", "Normalised value (number with a point, ISO date, citation)"),
        _text("unit", "Unit of the value", null=True),
    ),
)

RELATIONS = Table(
    name="relations",
    about="Who does, demands or rejects what, against which challenge, for whom: in one sentence.",
    key=("relation_id",),
    order=("document_id", "sentence_number", "relation_id"),
    links={
        "document_id": "documents.document_id",
        "sentence_id": "sentences.sentence_id",
        "from_mention": "mentions.mention_id",
        "to_mention": "mentions.mention_id",
    },
    columns=_columns(
        _text("relation_id", "Relation"),
        _text("document_id", "Document"),
        _int("sentence_number", "Position of the sentence in the document"),
        _text("sentence_id", "Sentence"),
        _text("from_mention", "Mention it starts from"),
        _text("to_mention", "Mention it leads to"),
        _text("kind", "Kind of the relation", *RELATION_KINDS),
        _share("score", "Probability", null=False),
        _text("rule", "What it was concluded from"),
    ),
)

CONCEPTS = Table(
    name="concepts",
    about="What mentions of different wording have in common.",
    key=("concept_id",),
    order=("concept_id",),
    columns=_columns(
        _text("concept_id", "Concept"),
        _text("layer", "Layer of the codebook", *LAYERS),
        _text("label", "Readable name"),
        _text("theme", "Policy field most of its sentences belong to", *THEMES, null=True),
        _of("texts", "aliases", "Wordings found, most frequent first"),
        _int("n_mentions", "Mentions counted (duplicates of documents left out)"),
        _text("first_period", "First Wahlperiode of publication", null=True),
        _text("last_period", "Last Wahlperiode of publication", null=True),
        _text("wikidata", "Wikidata item", null=True),
        _of("bool", "verified", "Whether a person or a checked registry vouches for it"),
    ),
)

NAMES = Table(
    name="names",
    about="Names of actors over time.",
    key=("concept_id", "name", "valid_from"),
    order=("concept_id", "valid_from", "name"),
    links={"concept_id": "concepts.concept_id"},
    columns=_columns(
        _text("concept_id", "Actor"),
        _text("name", "Name"),
        _text("valid_from", "First day (ISO), empty where unknown"),
        _text("valid_to", "Last day (ISO), empty where open or unknown"),
        _text("successor", "What the name became", null=True),
    ),
)

PERIODS = Table(
    name="periods",
    about="Legislative periods.",
    key=("period_id",),
    order=("period_id",),
    columns=_columns(
        _text("period_id", "Period: bt20, by18, ep09 …"),
        _text("parliament", "Parliament"),
        _int("number", "Number of the period", low=1),
        _of("date", "first_day", "First day", null=True),
        _of("date", "last_day", "Last day; empty while it runs", null=True),
        _of("bool", "verified", "Whether the dates were checked against an official source"),
    ),
)

TRENDS = Table(
    name="trends",
    about="Shares per period with intervals.",
    key=("period_id", "basis", "unit", "item", "slice", "slice_value", "denominator_unit"),
    order=("basis", "unit", "item", "slice", "slice_value", "period_id", "denominator_unit"),
    columns=_columns(
        _text("period_id", "Wahlperiode"),
        _text("basis", "Period of publication or period spoken about", *BASES),
        _text("unit", "What is counted", *UNITS),
        _text("item", "Theme, concept_id, kind, status …"),
        _text("slice", "all, or what the corpus is split by", "all", "document_type", "issuer"),
        _text("slice_value", "all, or the part"),
        _int("n", "Numerator"),
        _int("denominator", "Denominator"),
        _text("denominator_unit", "What is divided by", "sentences", "mentions", "documents"),
        _share("share", "n / denominator"),
        _share("low", "Lower end of the 95 % interval"),
        _share("high", "Upper end of the 95 % interval"),
        _share("corrected", "Share corrected for errors of the tagger"),
        _share("corrected_low", "Lower end of its 95 % interval"),
        _share("corrected_high", "Upper end of its 95 % interval"),
        _text("level", "What was resampled", "documents", "sections", "none"),
        _int("n_documents", "Documents in the cell"),
        _text("coverage_warning", "What is missing in the cell, for people", null=True),
    ),
)

CHANGES = Table(
    name="changes",
    about="Differences between two periods that follow each other.",
    key=("basis", "unit", "item", "slice", "slice_value", "period_from", "period_to"),
    order=("basis", "unit", "item", "slice", "slice_value", "period_from", "period_to"),
    columns=_columns(
        _text("basis", "Period of publication or period spoken about", *BASES),
        _text("unit", "What is counted", *UNITS),
        _text("item", "Theme, concept_id, kind, status …"),
        _text("slice", "all, or what the corpus is split by", "all", "document_type", "issuer"),
        _text("slice_value", "all, or the part"),
        _text("period_from", "Earlier Wahlperiode"),
        _text("period_to", "Later Wahlperiode"),
        _real("difference", "Later share minus earlier share", low=-1.0, high=1.0, null=False),
        _real("low", "Lower end of the 95 % interval", low=-1.0, high=1.0),
        _real("high", "Upper end of the 95 % interval", low=-1.0, high=1.0),
        _share("p", "Permutation p-value over documents; empty with too few documents"),
        _share("q", "Benjamini-Hochberg q over all changes tested"),
        _text("drift_warning", "Whether errors of the tagger or the mix could explain it", null=True),
    ),
)  # fmt: skip

LINEAGE = Table(
    name="lineage",
    about="Life stories of concepts: state and status in every period.",
    key=("concept_id", "period_id"),
    order=("concept_id", "period_id"),
    links={"concept_id": "concepts.concept_id"},
    columns=_columns(
        _text("concept_id", "Challenge or instrument"),
        _text("period_id", "Wahlperiode of publication"),
        _text("state", "What happened to it", *LINEAGE_STATES),
        _text("status", "Status in most of its mentions in the period", null=True),
        _of("texts", "actors", "Actors of its mentions, most frequent first"),
        _of("texts", "evidence", "Mentions that show it"),
    ),
)

CORRECTIONS = Table(
    name="corrections",
    about="What people have changed, in the order they said it, and where the words stand now.",
    key=("event_id",),
    order=("number",),
    links={"mention_id": "mentions.mention_id"},
    columns=_columns(
        _text("event_id", "Event"),
        _int("number", "Position in corrections.jsonl from 0; a later event wins"),
        _of("time", "time", "When it was said (UTC)"),
        _text("who", "Who said it"),
        _text("document_id", "Document it was said about, which may have left the corpus"),
        _text("action", "What is changed", *ACTIONS),
        _text("layer", "Layer of the mention before the change", *LAYERS),
        _text("exact", "The words it is about", null=True),
        _text("prefix", "Words before them", null=True),
        _text("suffix", "Words after them", null=True),
        _text("values", "New values (JSON)"),
        _text("note", "Why, in the person's words"),
        _of("bool", "anchored", "Whether the words were found in the text as it is read now"),
        _text("reason", "Why they were not found, for people"),
        _text(
            "mention_id",
            "Mention it led to; empty where it deleted one or a later event changed it",
            null=True,
        ),
    ),
)

RUNS = Table(
    name="runs",
    about="Every run that changed the tables.",
    key=("run_key", "started"),
    order=("started", "run_key"),
    columns=_columns(
        _text("run_key", "Content key of inputs, settings, versions, models and taxonomies"),
        _of("time", "started", "Begin (UTC)"),
        _of("time", "finished", "End (UTC)"),
        _text("versions", "Versions of program, stages and libraries (JSON)"),
        _text("settings", "Settings (JSON)"),
        _text("hashes", "Hashes of models and taxonomies (JSON)"),
        _text("counts", "Rows per table and documents per status (JSON)"),
        _text("failures", "Files that did not end with ok: path, status, reason (JSON)"),
    ),
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        DOCUMENTS, PAGES, PASSAGES, SENTENCES, SENTENCE_THEMES, MENTIONS, ATTRIBUTES, RELATIONS,
        CONCEPTS, NAMES, PERIODS, TRENDS, CHANGES, LINEAGE, CORRECTIONS, RUNS,
    )
}  # fmt: skip
