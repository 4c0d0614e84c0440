"""Allowed values of the columns of the published tables; labels of the codebook: `schema/labels.py`."""

from __future__ import annotations

from typing import Literal, get_args

from pipeline.records import Origin, PassageKind, Role, Status, Why
from pipeline.schema.labels import DOCUMENT_TYPES, LAYERS

ALL_DOCUMENT_TYPES = (*DOCUMENT_TYPES, "other")
PAPERS = ("drucksache", "plenarprotokoll")  # they have a number of the parliament's in their head
PROGRAMMES = ("koalitionsvertrag", "wahlprogramm")  # they speak for a period to come
READ_STATUSES: tuple[str, ...] = get_args(Status)
PASSAGE_KINDS: tuple[str, ...] = get_args(PassageKind)
ROLES = tuple(role for role in get_args(Role) if role)
WITHHELD_ROLES = ("contact", "imprint")  # they name people and are no policy content
SILENT_ROLES = (*WITHHELD_ROLES, "contents", "references")  # not analysed
OCR_REPLACED, OTHER_LANGUAGE, MERE_SIGN = "ocr_replaced", "other_language", "mere_sign"
OMITTED: tuple[str, ...] = (*get_args(Why), OCR_REPLACED, MERE_SIGN, *SILENT_ROLES, OTHER_LANGUAGE)
ATTRIBUTE_KINDS = ("amount", "deadline", "law", "share")
HOW_EXACT = ("exact", "about", "at_least", "at_most", "range")  # of an amount or share
WHEN = ("until", "before", "from", "on", "within")  # of a deadline
RELATION_KINDS = (
    "addresses", "worsens", "responsible", "demands", "rejects", "targets", "affects",
)  # fmt: skip
ORIGINS: tuple[str, ...] = get_args(Origin)
PRECISIONS = ("day", "month", "year", "none")
Basis = Literal["published", "addressed"]
BASES: tuple[str, ...] = get_args(Basis)
UNITS = ("theme", "user_theme", "concept", "kind", "status", "actor", "actor_kind", "layer")
OF_MENTIONS = ("kind", "actor_kind", "status")  # units whose shares are of mentions; others are of sentences
Slice = Literal["all", "document_type", "issuer"]
SLICES: tuple[str, ...] = get_args(Slice)
Level = Literal["documents", "sections", "none"]
LEVELS: tuple[str, ...] = get_args(Level)
SPREAD_OVER = ("theme", "kind", "actor_kind", *LAYERS)
Weights = Literal["none", "document", "document_type", "issuer", "manifest"]
WEIGHTS: tuple[str, ...] = get_args(Weights)
Duplicates = Literal["document", "period"]  # a tie counts once per document, or once per period
Action = Literal["add", "delete", "relabel", "span", "kind", "status", "named", "concept"]
ACTIONS: tuple[str, ...] = get_args(Action)
LINEAGE_STATES = ("new", "continued", "grown", "faded", "dropped", "revived")
AT_START = "at_start"  # shown instead of "new" where nothing is known about the time before
NETWORKS = ("actor_instrument", "actor_actor", "instrument_challenge")
STANCES = ("demand", "plan", "rejection")
TIES = (*STANCES, "congruence", "conflict", "addresses", "worsens")
OPPOSING_TIES = ("rejection", "conflict", "worsens")


def denominator(unit: str) -> str:
    """Return what shares of a unit are of where they are shown and compared; concepts also have others."""
    return "mentions" if unit in OF_MENTIONS else "sentences"
