"""Tables of the documents: files, pages, passages and sentences."""

from __future__ import annotations

from pipeline.schema.declare import Table, columns, of, real, share, text, whole
from pipeline.schema.values import (
    ALL_DOCUMENT_TYPES,
    OMITTED,
    ORIGINS,
    PASSAGE_KINDS,
    PRECISIONS,
    READ_STATUSES,
    ROLES,
)

# The date of a document `d` as text, as exact as it is known; in the SQL of DuckDB and of SQLite.
DATED = """substr(cast(d.published as varchar), 1,
               case d.published_precision when 'year' then 4 when 'month' then 7 else 10 end)"""

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
        text("document_type", "Kind of document", *ALL_DOCUMENT_TYPES),
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
        text("reason", "Reason in words, or that another state issued it; empty if all went well"),
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
        whole("page", "Page of the file from 1; the number printed on it may differ", low=1),
        real("width", "Width in points", low=0.0, null=False),
        real("height", "Height in points", low=0.0, null=False),
        text("text_source", "Where the text comes from", "text", "ocr", "none"),
        whole("n_chars", "Characters of the text that is analysed, spaces not counted"),
        whole("n_dropped_chars", "Characters left out, for the reasons in `omissions`, spaces not counted"),
        text("language", "ISO 639-1 code; und if undetermined"),
        share("quality", "Share of the text that looks like words", null=False),
        text("status", "Outcome of reading the page", *READ_STATUSES),
        text("reason", "Reason in words"),
    ),
)

OMISSIONS = Table(
    name="omissions",
    about="Why characters of a page are not analysed: running heads, line numbers, contents, contacts …",
    key=("document_id", "page", "reason"),
    order=("document_id", "page", "reason"),
    links={"document_id": "documents.document_id"},
    columns=columns(
        text("document_id", "Document"),
        whole("page", "Page of the file from 1", low=1),
        text("reason", "Why they are left out; METHODS.md explains the values", *OMITTED),
        whole("n_chars", "Characters, spaces not counted; their sum is `pages.n_dropped_chars`", low=1),
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
        of("ints", "pages", "Pages of the file that it stands on"),
        text("kind", "Kind of passage", *PASSAGE_KINDS),
        whole("level", "Level of a heading (1: title of the document) or nesting of an item, else 0"),
        of("texts", "heading_path", "Headings above, outermost first"),
        text("role", "Role its section has in the argument", *ROLES, null=True),
        text("text", "Text; empty (null) where the role is contact or imprint", null=True),
        text("language", "ISO 639-1 code; und if undetermined"),
        text("note", "Number or sign of a footnote", null=True),
        text("anchor_passage_id", "Passage whose text refers to the footnote", null=True),
        whole("anchor_start", "First character of its mark in the text of that passage, from 0", null=True),
        whole("anchor_end", "Character after the mark; Word files and web pages have none there", null=True),
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
        whole("page", "Page of the file that it begins on, from 1", low=1, null=True),
        text("text", "Text"),
        whole("char_start", "First character in the passage's text"),
        whole("char_end", "Character after the last"),
        of("texts", "periods_addressed", "Wahlperioden the sentence speaks about, in order"),
        text(
            "period_rule",
            "What decided: sentence:… or heading:… and kinds of expressions (year, term), or why there is no "
            "period (open, outside, history); document (its period_home); none; see METHODS.md",
        ),
        of("bool", "counted", "Whether it counts in shares; false if it or its document is a repetition"),
    ),
)
