"""Tables of what the sentences say: themes, mentions, their attributes and relations, and concepts."""

from __future__ import annotations

from pipeline.schema.declare import Table, columns, of, share, text, whole
from pipeline.schema.labels import (
    ACTOR_KINDS,
    CHALLENGE_STATUSES,
    INSTRUMENT_KINDS,
    INSTRUMENT_STATUSES,
    LAYERS,
    THEMES,
)
from pipeline.schema.values import ATTRIBUTE_KINDS, HOW_EXACT, RELATION_KINDS, WHEN

SENTENCE_THEMES = Table(
    name="sentence_themes",
    about="Policy fields of sentences (Comparative Agendas Project, plus regional policy).",
    key=("sentence_id", "theme"),
    order=("document_id", "sentence_number", "theme"),
    links={"sentence_id": "sentences.sentence_id", "document_id": "documents.document_id"},
    columns=columns(
        text("sentence_id", "Sentence; repetitions have rows, too, and are false in `sentences.counted`"),
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
        whole(
            "page",
            "Page of the file that it begins on, from 1; the number printed there may differ",
            low=1,
            null=True,
        ),
        of("boxes", "boxes", "Rectangles in points: page, x0, top, x1, bottom", null=True),
        text("period_published", "Wahlperiode of the document's date", null=True),
        of("texts", "periods_addressed", "Wahlperioden its sentence speaks about"),
        of(
            "bool",
            "counted",
            "Whether it counts in shares; false if its sentence or document is a repetition",
        ),
        text("source", "Origin of the label", "model", "rule", "person"),
        text("by", "Model hash, rule or correction that it comes from"),
    ),
)

ATTRIBUTES = Table(
    name="attributes",
    about="Amounts, deadlines, laws and percentages that the text gives for an instrument.",
    key=("mention_id", "kind", "char_start"),
    order=("document_id", "sentence_number", "char_start", "char_end", "kind", "mention_id"),
    links={"mention_id": "mentions.mention_id", "document_id": "documents.document_id"},
    columns=columns(
        text("document_id", "Document"),
        whole("sentence_number", "Position of the sentence in the document"),
        text(
            "mention_id",
            "Nearest instrument of the sentence; of repetitions, too, which are false in `mentions.counted`",
        ),
        text("kind", "Kind of attribute", *ATTRIBUTE_KINDS),
        text("text", "The words in the sentence, without »bis zu«, »mindestens« …, which `qualifier` tells"),
        whole("char_start", "First character in the sentence"),
        whole("char_end", "Character after the last"),
        text(
            "value",
            "Number with a point, or two (5000000..10000000); date (2027-12-31, 2026-06, 2030), wp:0, wp:+1 "
            "(this or the next Wahlperiode), year:0 (this year), length of time (P2Y, P6M, P3W); citation",
        ),
        text(
            "unit",
            "EUR, USD, GBP or CHF, with what it is paid for (EUR/year, EUR/t) or the year meant (EUR 2027); "
            "percent, percentage points, permille; day, month, year, period, current year, duration",
            null=True,
        ),
        text(
            "qualifier",
            "How exact the number is, or how a deadline is meant; empty for a law",
            *HOW_EXACT,
            *WHEN,
            null=True,
        ),
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
        text("sentence_id", "Sentence, the lower one of two; repetitions are false in `sentences.counted`"),
        text(
            "from_mention",
            "Mention it starts from: instrument (addresses, worsens, targets), challenge (affects) or actor",
        ),
        text(
            "to_mention",
            "Mention it leads to: challenge (addresses, worsens), actor (targets, affects) or instrument",
        ),
        text("kind", "Kind of the relation; METHODS.md explains the values", *RELATION_KINDS),
        share("score", "Probability", null=False),
        text("rule", "What it was concluded from: pair:PLACE or list (in a sentence); lead-in or heading"),
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
        whole("n_mentions", "Mentions in sentences that count"),
        text("first_period", "First Wahlperiode of publication", null=True),
        text("last_period", "Last Wahlperiode of publication", null=True),
        text("wikidata", "Wikidata item", null=True),
        of("bool", "verified", "Whether a person or a checked registry confirms it"),
        text("wider", "Concept of which it is a kind, by the registry or by its name", null=True),
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
