"""Part joint issuers by semicolons where the registry of actors knows each of them."""

from __future__ import annotations

import re

from pipeline.knowledge import actors

JOINING = ("party", "association")  # ministries and committees have commas and »und« in their names
# What stands between joint issuers; only names without a slash of their own are parted at one.
JOINTS = tuple(re.compile(rf"\s*(?:[{signs}]|\bund\b|\bsowie\b)\s*") for signs in (",&", ",&/"))
GROUP = re.compile(r"(?:\bde[rs] )?\bFraktion(?:en)?\s+(?:de[rs]\s+)?")


def parted(issuer: str) -> str:
    """Return joint issuers parted, if each is a known party or association, else the issuer as it is."""
    if ";" in issuer or not JOINTS[-1].search(issuer) or actors.lookup(issuer) is not None:
        return issuer
    ways = (joint.split(issuer) for joint in JOINTS)
    return next(("; ".join(names) for names in ways if len(names) > 1 and all(map(_is_known, names))), issuer)


def groups(issuer: str) -> str:
    """Return the parliamentary groups of »Fraktionen SPD und FDP« parted: »Fraktion SPD; Fraktion FDP«."""
    names = [re.sub(r"^de[rs] ", "", name) for name in JOINTS[0].split(GROUP.sub("", issuer))]
    if len(names) == 1 or not all(map(_is_known, names)):
        return issuer
    return "; ".join(f"Fraktion {name}" for name in names)


def _is_known(name: str) -> bool:
    actor = actors.lookup(name)
    return actor is not None and actor.kind in JOINING
