"""Values that columns of the published tables may hold, by the codebook's names."""

from __future__ import annotations

from pipeline.learning.labels import KINDS
from pipeline.learning.labels import THEMES as THEMES

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
INSTRUMENT_KINDS, ACTOR_KINDS = KINDS["instrument"], KINDS["actor"]
CHALLENGE_STATUSES = ("open", "resolved")
INSTRUMENT_STATUSES = ("existing", "planned", "demanded", "rejected")
ATTRIBUTE_KINDS = ("amount", "deadline", "law", "share")
RELATION_KINDS = (
    "addresses", "worsens", "responsible", "demands", "rejects", "targets", "affects",
)  # fmt: skip
ORIGINS = ("manifest", "text", "file", "none")
PRECISIONS = ("day", "month", "year", "none")
BASES = ("published", "addressed")
UNITS = ("theme", "user_theme", "concept", "kind", "status", "actor", "actor_kind", "layer")
SLICES = ("all", "document_type", "issuer")
LEVELS = ("documents", "sections", "none")
SPREAD_OVER = ("theme", "kind", "actor_kind", *LAYERS)
WEIGHTS = ("none", "document", "document_type", "issuer", "manifest")
ACTIONS = ("add", "delete", "relabel", "span", "kind", "status", "named", "concept")
LINEAGE_STATES = ("new", "continued", "grown", "faded", "dropped", "revived")
NETWORKS = ("actor_instrument", "actor_actor", "instrument_challenge")
STANCES = ("demand", "plan", "rejection")
TIES = (*STANCES, "congruence", "conflict", "addresses", "worsens")
