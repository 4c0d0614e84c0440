"""The labels of the codebook."""

from __future__ import annotations

LAYERS = ("challenge", "instrument", "actor")
INSTRUMENT_KINDS = (
    "regulation", "tax_price", "funding", "investment", "market", "research",
    "education", "information", "organisation", "strategy", "agreement",
)  # fmt: skip
ACTOR_KINDS = (
    "federal", "parliament", "party", "state", "municipal", "eu", "international",
    "judiciary_security", "business", "association", "science", "civil_society", "group",
)  # fmt: skip
KINDS = {"challenge": (), "instrument": INSTRUMENT_KINDS, "actor": ACTOR_KINDS}
CHALLENGE_STATUSES = ("open", "resolved")
INSTRUMENT_STATUSES = ("existing", "planned", "demanded", "rejected")
STATUSES = {"challenge": CHALLENGE_STATUSES, "instrument": INSTRUMENT_STATUSES, "actor": ()}
NAMED = ("no", "yes")
SAID_NAMED = {False: "no", True: "yes", None: ""}  # the label that the column `named` stands for
THEMES = (
    "macroeconomy", "civil_rights", "health", "agriculture", "labour", "education", "environment",
    "energy", "migration", "transport", "law_order", "social", "housing", "industry", "defence",
    "technology", "trade", "foreign", "government", "regional", "culture",
)  # fmt: skip
DOCUMENT_TYPES = (
    "koalitionsvertrag", "wahlprogramm", "grundsatzprogramm", "strategie", "bericht", "drucksache",
    "plenarprotokoll", "positionspapier", "gesetzentwurf",
)  # fmt: skip
