"""Tables of how the others came about: corrections by people, and runs."""

from __future__ import annotations

from pipeline.schema.declare import Table, columns, of, text, whole
from pipeline.schema.labels import LAYERS
from pipeline.schema.values import ACTIONS

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
        text("run_key", "Content key of inputs, settings, versions, models, taxonomies, people's entries"),
        of("time", "started", "Begin (UTC)"),
        of("time", "finished", "End (UTC)"),
        of("texts", "earlier", "Begin of earlier runs with the same key (UTC), oldest first"),
        text("versions", "Versions of program, stages and libraries (JSON)"),
        text("settings", "Settings (JSON)"),
        text("hashes", "Hashes of models, taxonomies, people's entries (`own …`) and list of inputs (JSON)"),
        text("counts", "Rows per table and documents per status (JSON)"),
        text("failures", "Files that did not end with ok: path, status, reason (JSON)"),
        text("seconds", "Time per stage (JSON); read, tag and relate: the sum over the documents processed"),
    ),
)
