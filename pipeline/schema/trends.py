"""Tables of counts over periods: trends, changes, life stories and what is derived from them."""

from __future__ import annotations

from pipeline.schema.declare import Table, columns, of, real, share, text, whole
from pipeline.schema.values import BASES, LEVELS, LINEAGE_STATES, SLICES, SPREAD_OVER, UNITS, WEIGHTS

COUNTED = columns(  # what a share refers to: the same in trends, changes and slopes
    text("basis", "Period of publication or period spoken about", *BASES),
    text("unit", "What is counted", *UNITS),
    text("item", "Theme, concept_id, kind, status …"),
    text("label", "Its name in German"),
    text("slice", "all, or what the corpus is split by", *SLICES),
    text("slice_value", "all, or the part"),
)

PERIODS = Table(
    name="periods",
    about="Legislative periods.",
    key=("period_id",),
    order=("period_id",),
    columns=columns(
        text("period_id", "Period: bt20, by18, ep09 …"),
        text("parliament", "Parliament"),
        whole("number", "Number of the period", low=1),
        of("date", "first_day", "First day", null=True),
        of("date", "last_day", "Last day; empty while it runs", null=True),
        of("bool", "verified", "Whether the dates were checked against an official source"),
    ),
)

TRENDS = Table(
    name="trends",
    about="Shares per period with intervals.",
    key=("period_id", "basis", "unit", "item", "slice", "slice_value", "denominator_unit"),
    order=("basis", "unit", "item", "slice", "slice_value", "period_id", "denominator_unit"),
    columns=columns(
        text("period_id", "Wahlperiode"),
        *COUNTED,
        whole("n", "Numerator"),
        whole("denominator", "Denominator"),
        text("denominator_unit", "Unit of the denominator", "sentences", "mentions", "documents"),
        share("share", "n / denominator, or weighted as `weights` says"),
        share("low", "Lower end of the 95 % interval"),
        share("high", "Upper end of the 95 % interval"),
        share("corrected", "Share corrected for errors of the tagger"),
        share("corrected_low", "Lower end of its 95 % interval"),
        share("corrected_high", "Upper end of its 95 % interval"),
        text(
            "weights",
            "What has equal weight (none: sentences), or manifest for given weights",
            *WEIGHTS,
        ),
        text("level", "What was resampled", *LEVELS),
        whole("n_documents", "Documents in the cell"),
        text("coverage_warning", "What is missing in the cell, in words", null=True),
    ),
)

CHANGES = Table(
    name="changes",
    about="Differences between successive periods.",
    key=("basis", "unit", "item", "slice", "slice_value", "period_from", "period_to"),
    order=("basis", "unit", "item", "slice", "slice_value", "period_from", "period_to"),
    columns=columns(
        *COUNTED,
        text("period_from", "Earlier Wahlperiode"),
        text("period_to", "Later Wahlperiode"),
        real("difference", "Later share minus earlier share", low=-1.0, high=1.0, null=False),
        real("low", "Lower end of the 95 % interval", low=-1.0, high=1.0),
        real("high", "Upper end of the 95 % interval", low=-1.0, high=1.0),
        share("p", "Permutation p-value over documents; empty where they are few, or of other kinds"),
        share("q", "Benjamini-Hochberg q over all changes tested of the basis, unit and slice"),
        of("bool", "is_clear", "Whether q is at most 0.05 and the interval excludes 0", null=True),
        of("bool", "alike", "Whether both periods have documents of the same kinds"),
        text("drift_warning", "Whether errors of the tagger or the mix could explain it", null=True),
    ),
)  # fmt: skip

SLOPES = Table(
    name="slopes",
    about="Trends over three or more periods.",
    key=("basis", "unit", "item", "slice", "slice_value", "period_from"),
    order=("basis", "unit", "item", "slice", "slice_value", "period_from"),
    columns=columns(
        *COUNTED,
        text("period_from", "First Wahlperiode of the trend"),
        text("period_to", "Last Wahlperiode of the trend"),
        whole("n_periods", "Periods with enough text, of one parliament", low=3),
        whole("n", "Occurrences in all of them"),
        real("slope", "Change of the share from one period to the next", low=-1.0, high=1.0, null=False),
        real("low", "Lower end of the 95 % interval", low=-1.0, high=1.0),
        real("high", "Upper end of the 95 % interval", low=-1.0, high=1.0),
        share("p", "Permutation p-value over documents; empty where they are few, or of other kinds"),
        share("q", "Benjamini-Hochberg q over all trends tested of the basis, unit and slice"),
        of("bool", "is_clear", "Whether q is at most 0.05 and the interval excludes 0", null=True),
        of("bool", "alike", "Whether all successive periods have documents of the same kinds"),
        text("drift_warning", "Whether errors of the tagger or the mix could explain it", null=True),
    ),
)

LINEAGE = Table(
    name="lineage",
    about="Life stories of concepts: state and status in every period.",
    key=("concept_id", "period_id"),
    order=("concept_id", "period_id"),
    links={"concept_id": "concepts.concept_id"},
    columns=columns(
        text("concept_id", "Challenge or instrument"),
        text("label", "Its name"),
        text("period_id", "Wahlperiode of publication"),
        text("state", "What happened to it", *LINEAGE_STATES),
        of(
            "bool",
            "at_start",
            "Whether texts begin with this period (first, or after a gap)",
        ),
        text("status", "Status in most of its mentions in the period", null=True),
        whole(
            "n_sentences",
            "Sentences of the period that name it (dropped: of the last period that did)",
            low=1,
        ),
        whole("n_documents", "Documents that contain these sentences", low=1),
        of("bool", "is_attested", "Whether enough sentences show the state (setting `least_sentences`)"),
        whole("n_status_sentences", "Sentences among them with that status", null=True, low=1),
        of("bool", "is_status_attested", "Whether enough sentences show the status", null=True),
        of("texts", "actors", "Actors of its mentions, most frequent first"),
        of(
            "texts",
            "evidence",
            "Up to four mentions that show it, of as many sentences; the first has the status",
        ),
        text(
            "drift_warning",
            "What else could explain the state: other kinds of documents, OCR, earlier texts",
            null=True,
        ),
    ),
)

ATTENTION = Table(
    name="attention",
    about="How widely attention is spread in each period: entropy, effective number, concentration.",
    key=("period_id", "basis", "over", "slice", "slice_value"),
    order=("basis", "over", "slice", "slice_value", "period_id"),
    columns=columns(
        text("period_id", "Wahlperiode"),
        text("basis", "Period of publication or period spoken about", *BASES),
        text("over", "What attention is spread over; concepts by their layer", *SPREAD_OVER),
        text("slice", "all, or what the corpus is split by", *SLICES),
        text("slice_value", "all, or the part"),
        whole("n", "Sentences with a theme (one a theme), or mentions"),
        whole("observed", "Items among them"),
        share("coverage", "Share of all attention that falls on the items observed, estimated"),
        share("concentration", "Probability that two drawn at random fall on the same item"),
        real("entropy_raw", "Entropy of the shares as observed, in bits", low=0.0),
        real("entropy", "Entropy corrected for items not observed, in bits", low=0.0),
        real("low", "Lower end of its 95 % interval", low=0.0),
        real("high", "Upper end of its 95 % interval", low=0.0),
        real("effective", "Effective number: equally frequent items with the same entropy", low=1.0),
        real("effective_low", "Lower end of its 95 % interval", low=1.0),
        real("effective_high", "Upper end of its 95 % interval", low=1.0),
        text("level", "What was left out in turn", *LEVELS),
        whole("n_documents", "Documents in the cell"),
        text("coverage_warning", "What is missing in the cell, in words", null=True),
    ),
)

NOVELTY = Table(
    name="novelty",
    about="How much documents and periods differ from earlier ones, and how much of the new lasts.",
    key=("kind", "item", "basis", "over"),
    order=("kind", "basis", "over", "period_id", "item"),
    columns=columns(
        text("kind", "What is compared", "document", "period"),
        text("item", "document_id or period_id"),
        text("period_id", "Wahlperiode"),
        text("basis", "Period of publication or period spoken about", *BASES),
        text("over", "What it talks about: themes, or challenges and instruments", "theme", "concept"),
        whole("n", "Sentences with a theme (one a theme), or mentions"),
        whole("n_before", "Documents or periods before it that it is compared with"),
        whole("n_after", "Documents or periods after"),
        real("novelty", "Divergence from those before, in bits; empty if there are too few", low=0.0),
        real("novelty_low", "Lower end of its 95 % interval", low=0.0),
        real("novelty_high", "Upper end of its 95 % interval", low=0.0),
        real("transience", "Divergence from those after, in bits; empty if there are too few", low=0.0),
        real("transience_low", "Lower end of its 95 % interval", low=0.0),
        real("transience_high", "Upper end of its 95 % interval", low=0.0),
        share("persistence", "2 to the power of -transience: 1 where those after talk about the same"),
        real("resonance", "Novelty minus transience, in bits"),
        real("resonance_low", "Lower end of its 95 % interval"),
        real("resonance_high", "Upper end of its 95 % interval"),
        text("level", "What was resampled: documents, or sentences and mentions", "documents", "units"),
    ),
)

DISTINCTIVE = Table(
    name="distinctive",
    about="Concepts and words typical of a period, an issuer or a document type.",
    key=("slice", "slice_value", "over", "item"),
    order=("slice", "slice_value", "over", "rank"),
    columns=columns(
        text("slice", "What the corpus is split by", "period", "document_type", "issuer"),
        text("slice_value", "The part"),
        text("over", "Concepts by their layer, or lemmas", "challenge", "instrument", "actor", "lemma"),
        whole("rank", "By z, from 1", low=1),
        text("item", "concept_id or lemma"),
        text("label", "Name of the concept, or the lemma as texts use it"),
        whole("n", "Occurrences in the part"),
        whole("of", "Occurrences of all items in the part"),
        whole("n_elsewhere", "Occurrences in all other documents"),
        whole("of_elsewhere", "Occurrences of all items there"),
        real("log_odds", "Log-odds ratio with informative Dirichlet prior", null=False),
        real("z", "Log-odds ratio / standard error, as if occurrences were independent", null=False),
        real("low", "Lower end of the 95 % interval of the log-odds ratio"),
        real("high", "Upper end of the 95 % interval"),
        text("level", "What was resampled", *LEVELS),
        whole("n_documents", "Documents of the part with the item"),
    ),
)
