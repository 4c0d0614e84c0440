"""The published tables: columns, types, units, keys and allowed values, declared once.

Everything that writes, checks, documents or describes a table reads it from `TABLES`.
"""

from __future__ import annotations

from pipeline.declare import Column as Column
from pipeline.declare import Table as Table
from pipeline.declare import columns, of, real, share, text, whole
from pipeline.schema_networks import EDGES, MEASURES, NODES, STATEMENTS
from pipeline.schema_themes import OPEN_THEMES, USER_THEMES
from pipeline.schema_trends import (
    ATTENTION,
    CHANGES,
    DISTINCTIVE,
    LINEAGE,
    NOVELTY,
    PERIODS,
    SLOPES,
    TRENDS,
)
from pipeline.values import ACTIONS as ACTIONS
from pipeline.values import ACTOR_KINDS as ACTOR_KINDS
from pipeline.values import ATTRIBUTE_KINDS as ATTRIBUTE_KINDS
from pipeline.values import BASES as BASES
from pipeline.values import CHALLENGE_STATUSES as CHALLENGE_STATUSES
from pipeline.values import DOC_TYPES as DOC_TYPES
from pipeline.values import INSTRUMENT_KINDS as INSTRUMENT_KINDS
from pipeline.values import INSTRUMENT_STATUSES as INSTRUMENT_STATUSES
from pipeline.values import LAYERS as LAYERS
from pipeline.values import LINEAGE_STATES as LINEAGE_STATES
from pipeline.values import ORIGINS as ORIGINS
from pipeline.values import PASSAGE_KINDS as PASSAGE_KINDS
from pipeline.values import PRECISIONS as PRECISIONS
from pipeline.values import READ_STATUSES as READ_STATUSES
from pipeline.values import RELATION_KINDS as RELATION_KINDS
from pipeline.values import ROLES as ROLES
from pipeline.values import THEMES as THEMES
from pipeline.values import UNITS as UNITS

VERSION = 5  # raised with every change of a table or column

DOCUMENTS = Table(
    name="documents",
    about="One row per file found, whether it could be read or not.",
    key=("document_id",),
    order=("document_id",),
    links={"duplicate_of": "documents.document_id"},
    columns=columns(
        text("document_id", "Id made from the file's content; exact copies end in -2, -3 …"),
        text("source_id", "Id of the content, shared by exact copies"),
        text("sha256", "SHA-256 of the file"),
        text("path", "Path inside the corpus folder"),
        text("title", "Title", null=True),
        text("title_from", "Where the title comes from", *ORIGINS),
        text("issuer", "Who issued the document, several separated by ;", null=True),
        text("issuer_from", "Where the issuer comes from", *ORIGINS),
        text("document_type", "Kind of document", *DOC_TYPES),
        text("document_type_from", "Where the kind comes from", *ORIGINS),
        text("parliament", "Parliament whose calendar counts (bt, ep, by …)", null=True),
        of("date", "published", "Date of publication; of a mere year or month, the first day", null=True),
        text("published_precision", "How exact the date is", *PRECISIONS),
        text("published_from", "Where the date comes from", *ORIGINS),
        text("period_published", "Wahlperiode of the date; empty for a year with two", null=True),
        text("period_home", "Wahlperiode the document speaks for (competes for, opens)", null=True),
        text("period_rule", "Rule that decided the two periods"),
        text("language", "ISO 639-1 code; und if undetermined"),
        whole("n_pages", "Pages, 0 where the format has none"),
        whole("n_sentences", "Sentences in the language of analysis"),
        text("duplicate_of", "Document that this one repeats; its text is not counted again", null=True),
        text("licence", "Licence as the manifest states it", null=True),
        of("float", "weight", "Weight as the manifest states it, for `[track] weights`", null=True),
        text("status", "Outcome of reading the file", *READ_STATUSES),
        text("reason", "Reason in words; empty if all went well"),
        text("results_key", "Content key of what was read, tagged and related in this document"),
        text("run_key", "Run that made the rows of this document, see `runs`"),
    ),
)  # fmt: skip

PAGES = Table(
    name="pages",
    about="The coverage ledger: how each page was read, or why it was not.",
    key=("document_id", "page"),
    order=("document_id", "page"),
    links={"document_id": "documents.document_id"},
    columns=columns(
        text("document_id", "Document"),
        whole("page", "Page number from 1", low=1),
        real("width", "Width in points", low=0.0, null=False),
        real("height", "Height in points", low=0.0, null=False),
        text("text_source", "Where the text comes from", "text", "ocr", "none"),
        whole("n_chars", "Characters kept, spaces not counted"),
        whole("n_dropped_chars", "Characters removed (headers, footers …), spaces not counted"),
        text("language", "ISO 639-1 code; und if undetermined"),
        share("quality", "Share of the text that looks like words", null=False),
        text("status", "Outcome of reading the page", *READ_STATUSES),
        text("reason", "Reason in words"),
    ),
)

PASSAGES = Table(
    name="passages",
    about="Headings, paragraphs, items, cells, footnotes and captions in reading order.",
    key=("passage_id",),
    order=("document_id", "number"),
    links={"document_id": "documents.document_id", "anchor_passage_id": "passages.passage_id"},
    columns=columns(
        text("passage_id", "Passage"),
        text("document_id", "Document"),
        whole("number", "Position in the document from 0"),
        of("ints", "pages", "Pages it is printed on"),
        text("kind", "Kind of passage", *PASSAGE_KINDS),
        whole("level", "Level of a heading (1: title of the document) or nesting of an item, else 0"),
        of("texts", "heading_path", "Headings above, outermost first"),
        text("role", "Role its section has in the argument", *ROLES, null=True),
        text("text", "Text; empty (null) where the role is contact or imprint", null=True),
        text("language", "ISO 639-1 code; und if undetermined"),
        text("note", "Number or sign of a footnote", null=True),
        text("anchor_passage_id", "Passage whose text refers to the footnote", null=True),
        whole("anchor_start", "First character of its mark in the text of that passage, from 0", null=True),
        whole("anchor_end", "Character after the mark; Word files have none there", null=True),
    ),
)

SENTENCES = Table(
    name="sentences",
    about="Labelled sentences; contact blocks and passages in other languages are left out.",
    key=("sentence_id",),
    order=("document_id", "number"),
    links={"document_id": "documents.document_id", "passage_id": "passages.passage_id"},
    columns=columns(
        text("sentence_id", "Sentence"),
        text("passage_id", "Passage it belongs to"),
        text("document_id", "Document"),
        whole("number", "Position in the document from 0"),
        whole("page", "Page it begins on", low=1, null=True),
        text("text", "Text"),
        whole("char_start", "First character in the passage's text"),
        whole("char_end", "Character after the last"),
        of("texts", "periods_addressed", "Wahlperioden the sentence speaks about, in order"),
        text("period_rule", "Rule that decided the periods"),
        of("bool", "counted", "Whether it counts in shares; false in duplicates"),
    ),
)

SENTENCE_THEMES = Table(
    name="sentence_themes",
    about="Policy fields of sentences (Comparative Agendas Project, plus regional policy).",
    key=("sentence_id", "theme"),
    order=("document_id", "sentence_number", "theme"),
    links={"sentence_id": "sentences.sentence_id", "document_id": "documents.document_id"},
    columns=columns(
        text("sentence_id", "Sentence"),
        text("document_id", "Document"),
        whole("sentence_number", "Position of the sentence in the document"),
        text("theme", "Policy field", *THEMES),
        share("score", "Probability", null=False),
    ),
)

MENTIONS = Table(
    name="mentions",
    about="Challenges, instruments and actors, with their place in the text.",
    key=("mention_id",),
    order=("document_id", "sentence_number", "char_start", "char_end", "layer"),
    links={
        "sentence_id": "sentences.sentence_id",
        "document_id": "documents.document_id",
        "concept_id": "concepts.concept_id",
    },
    columns=columns(
        text("mention_id", "Mention"),
        text("sentence_id", "Sentence"),
        text("document_id", "Document"),
        whole("sentence_number", "Position of the sentence in the document"),
        text("layer", "Layer of the codebook", *LAYERS),
        text("text", "The words, equal to sentence[char_start:char_end]"),
        whole("char_start", "First character in the sentence"),
        whole("char_end", "Character after the last"),
        text("kind", "Kind of the instrument or actor", *INSTRUMENT_KINDS, *ACTOR_KINDS, null=True),
        text(
            "status",
            "Status of the challenge or instrument",
            *CHALLENGE_STATUSES,
            *INSTRUMENT_STATUSES,
            null=True,
        ),
        of("bool", "named", "Whether an actor is a proper name", null=True),
        share("score", "Probability that the mention is right", null=False),
        text("concept_id", "Concept it is linked to", null=True),
        whole("page", "Page it begins on", low=1, null=True),
        of("boxes", "boxes", "Rectangles in points: page, x0, top, x1, bottom", null=True),
        text("period_published", "Wahlperiode of the document's date", null=True),
        of("texts", "periods_addressed", "Wahlperioden its sentence speaks about"),
        text("source", "Origin of the label", "model", "rule", "person"),
        text("by", "Model hash, rule or correction that it comes from"),
    ),
)

ATTRIBUTES = Table(
    name="attributes",
    about="Amounts, deadlines, laws and percentages that the text gives for an instrument.",
    key=("mention_id", "kind", "text"),
    order=("document_id", "sentence_number", "mention_id", "kind", "text"),
    links={"mention_id": "mentions.mention_id", "document_id": "documents.document_id"},
    columns=columns(
        text("document_id", "Document"),
        whole("sentence_number", "Position of the sentence in the document"),
        text("mention_id", "Mention of an instrument in the same sentence"),
        text("kind", "Kind of attribute", *ATTRIBUTE_KINDS),
        text("text", "The words"),
        text("value", "Normalised value (number with a point, ISO date, citation)"),
        text("unit", "Unit of the value", null=True),
    ),
)

RELATIONS = Table(
    name="relations",
    about="Who delivers, demands or rejects what, against what, for whom; in a sentence or with its heading.",
    key=("relation_id",),
    order=("document_id", "sentence_number", "relation_id"),
    links={
        "document_id": "documents.document_id",
        "sentence_id": "sentences.sentence_id",
        "from_mention": "mentions.mention_id",
        "to_mention": "mentions.mention_id",
    },
    columns=columns(
        text("relation_id", "Relation"),
        text("document_id", "Document"),
        whole("sentence_number", "Position of the sentence in the document"),
        text("sentence_id", "Sentence; the lower one if there are two"),
        text("from_mention", "Mention it starts from"),
        text("to_mention", "Mention it leads to"),
        text("kind", "Kind of the relation", *RELATION_KINDS),
        share("score", "Probability", null=False),
        text("rule", "What it was concluded from: pair:PLACE in one sentence; lead-in or heading above it"),
    ),
)

CONCEPTS = Table(
    name="concepts",
    about="Concepts: mentions of the same thing in different words.",
    key=("concept_id",),
    order=("concept_id",),
    columns=columns(
        text("concept_id", "Concept"),
        text("layer", "Layer of the codebook", *LAYERS),
        text("label", "Readable name, in the nominative where that is sure"),
        text("theme", "Policy field most of its sentences belong to", *THEMES, null=True),
        of("texts", "aliases", "Wordings found, most frequent first"),
        of(
            "bool",
            "is_generic",
            "Whether the name is unspecific (»Regelung«): counted, but not compared",
        ),
        whole("n_mentions", "Mentions counted (duplicates of documents left out)"),
        text("first_period", "First Wahlperiode of publication", null=True),
        text("last_period", "Last Wahlperiode of publication", null=True),
        text("wikidata", "Wikidata item", null=True),
        of("bool", "verified", "Whether a person or a checked registry confirms it"),
    ),
)

NAMES = Table(
    name="names",
    about="Names of actors over time.",
    key=("concept_id", "name", "valid_from"),
    order=("concept_id", "valid_from", "name"),
    links={"concept_id": "concepts.concept_id"},
    columns=columns(
        text("concept_id", "Actor"),
        text("name", "Name"),
        text("short", "Short form", null=True),
        text("valid_from", "First day (ISO), empty where unknown"),
        text("valid_to", "Last day (ISO), empty where open or unknown"),
        text("successor", "Name that replaced it", null=True),
    ),
)

CORRECTIONS = Table(
    name="corrections",
    about="Corrections by people, in the order they were made, with the current place of the words.",
    key=("event_id",),
    order=("number",),
    links={"mention_id": "mentions.mention_id"},
    columns=columns(
        text("event_id", "Event"),
        whole("number", "Position in corrections.jsonl from 0; a later event wins"),
        of("time", "time", "When it was made (UTC)"),
        text("who", "Who made it"),
        text("document_id", "Document it concerns, which may have left the corpus"),
        text("action", "What is changed", *ACTIONS),
        text("layer", "Layer of the mention before the change", *LAYERS),
        of(
            "selector",
            "selector",
            "The words it is about, some before and after them, and the document's path",
        ),
        text("values", "New values (JSON)"),
        text("note", "Why, in the person's words"),
        of("bool", "anchored", "Whether the words were found in the text as it is read now"),
        text("reason", "Why they were not found, for people"),
        text(
            "mention_id",
            "Resulting mention; empty if deleted or changed by a later event",
            null=True,
        ),
    ),
)

RUNS = Table(
    name="runs",
    about="Every run that changed the tables, one row per key; `earlier` lists previous runs with that key.",
    key=("run_key",),
    order=("started", "run_key"),
    columns=columns(
        text("run_key", "Content key of inputs, settings, versions, models and taxonomies"),
        of("time", "started", "Begin (UTC)"),
        of("time", "finished", "End (UTC)"),
        of("texts", "earlier", "Begin of earlier runs with the same key (UTC), oldest first"),
        text("versions", "Versions of program, stages and libraries (JSON)"),
        text("settings", "Settings (JSON)"),
        text("hashes", "Hashes of models and taxonomies, and of the list of the inputs' hashes (JSON)"),
        text("counts", "Rows per table and documents per status (JSON)"),
        text("failures", "Files that did not end with ok: path, status, reason (JSON)"),
        text("seconds", "Time per stage (JSON); read, tag and relate: the sum over the documents processed"),
    ),
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        DOCUMENTS, PAGES, PASSAGES, SENTENCES, SENTENCE_THEMES, MENTIONS, ATTRIBUTES, RELATIONS,
        CONCEPTS, NAMES, PERIODS, TRENDS, CHANGES, SLOPES, ATTENTION, NOVELTY, DISTINCTIVE, LINEAGE,
        STATEMENTS, EDGES, NODES, MEASURES, OPEN_THEMES, USER_THEMES, CORRECTIONS, RUNS,
    )
}  # fmt: skip
