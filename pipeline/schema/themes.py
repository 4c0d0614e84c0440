"""Tables of themes in addition to the fixed policy fields: suggested by the corpus or defined by a user."""

from __future__ import annotations

from pipeline.schema.declare import Table, columns, of, share, text, whole
from pipeline.schema.values import LEVELS

OPEN_THEMES = Table(
    name="open_themes",
    about="Themes found by clustering, by period of publication: shares of sampled sentences.",
    key=("theme_id", "period_id"),
    order=("theme_id", "period_id"),
    columns=columns(
        text("theme_id", "Open theme; the same in later runs on more documents"),
        text("period_id", "Wahlperiode of publication"),
        text("label", "Name given by a person, else the first terms"),
        of("texts", "terms", "Lemmas that set it apart, the strongest first (c-TF-IDF)"),
        text("state", "Whether this run found it for the first time", "new", "continued"),
        whole("n", "Sampled sentences of the period that belong to it"),
        whole("n_sampled", "Sampled sentences of the period"),
        share("share", "n / n_sampled"),
        share("low", "Lower end of the 95 % interval"),
        share("high", "Upper end of the 95 % interval"),
        text("level", "What was resampled", *LEVELS),
        whole("n_documents", "Documents that these sentences come from"),
        of("texts", "sentences", "Sentences of the period nearest to its centre"),
        text("coverage_warning", "What is missing in the cell, in words", null=True),
    ),
)

USER_THEMES = Table(
    name="user_themes",
    about="Sentences that belong to a theme defined by the user.",
    key=("sentence_id", "theme"),
    order=("document_id", "sentence_number", "theme"),
    links={"sentence_id": "sentences.sentence_id", "document_id": "documents.document_id"},
    columns=columns(
        text("sentence_id", "Sentence; repetitions have rows, too, and are false in `sentences.counted`"),
        text("document_id", "Document"),
        whole("sentence_number", "Position of the sentence in the document"),
        text("theme", "Name of the theme, as in its file"),
        of("texts", "found", "Terms and concepts of the theme that the sentence has"),
    ),
)
