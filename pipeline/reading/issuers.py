"""Recognise issuers: parties, their associations in the Länder, and joint issuers that are all known."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

from pipeline.knowledge import actors, taxonomy
from pipeline.reading import papers
from pipeline.reading.fronts import Front, cues
from pipeline.records import Passage

JOINING = ("party", "association")  # ministries and committees have commas and »und« in their names
ADJECTIVE = re.compile(r"(?:Grüne|Linke|Liberale)[nrs]? [A-ZÄÖÜ][a-zäöüß]+")
OWN = (*JOINING, "civil_society", "science", "business")  # whose names no other body begins with
WORDS = 8  # of the longest such name
# What stands between joint issuers; only names without a slash of their own are parted at one.
JOINTS = tuple(re.compile(rf"\s*(?:[{signs}]|\bund\b|\bsowie\b)\s*") for signs in (",&", ",&/"))
ORIGIN = re.compile(
    r"(?:Gesetzentwurf|Antrag|Entschließungsantrag|Antwort|Unterrichtung|Anfrage|Bericht|Beschlussempfehlung(?:en)?)"
    r"\d?[\s|]+(?P<who>(?:de[rs]|durch)\s[^|]{3,1500}?)"
    r"(?=\s*(?:\||[–—-]\s*Drucksache|Entwurf|zu de[mnr]\b|zu der\b|a\)|auf die\b|$))"
)
FRACTION = re.compile(r"\b(?P<name>Fraktion(?:en)?\s+.+)")
GOVERNMENT = re.compile(
    r"(?:strategie|programm|plan|konzept|bericht|entwurf)(?:\s+\d{4})?\s+der\s+(?P<who>(?:Bundes|Landes|Staats)regierung)\b",
    re.IGNORECASE,
)
REGISTERED = re.compile(r"(?P<who>[A-ZÄÖÜ][^.:;()]{3,80} e\. ?V\.)")
MINISTRY = re.compile(r"(?P<who>[\w-]*[Mm]inisterium (?:für|der|des) [^.:;()]{3,120}?)(?: \([\w-]+\))?")
ADDRESS = re.compile(r"\b\d{5} [A-ZÄÖÜ]|\bwww\.|\w@\w")
COMMITTEE = re.compile(r"(?P<name>[\w-]*[Aa]uss?chuss)(?:es)?(?P<field> für [\w ,-]+\w)?")
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


def as_registered(name: str) -> str:
    """Return an issuer as the registry names it: »Deutscher Städtetag« for »DEUTSCHEN STÄDTETAGES«."""
    return _own(name) or name


def behind(text: str) -> str:
    """Return the registry's name of the party, association or other such body with which a text begins."""
    words = text.split()[:WORDS]
    names = (" ".join(words[:n]).strip(" .,:|(") for n in range(len(words), 0, -1))
    return next(filter(None, map(_own, names)), "")


def _own(name: str) -> str:
    """Return the registry's name of an association or a party, which is one of its time, "" for others."""
    actor = actors.lookup(name)
    if actor is None or actor.kind not in OWN:
        return ""
    return (actor.kind == "party" and parties([name])) or actor.label


def _is_known(name: str) -> bool:
    actor = actors.lookup(name)
    return actor is not None and actor.kind in JOINING


def of_programme(places: Sequence[Sequence[str]]) -> str:
    """Return the parties in the first place that names any, as associations in a Land if another says so.

    Args:
        places: the texts of the places in which a manifesto or an agreement may name them, the best first.
    """
    found = [named.split("; ") for texts in places if (named := parties(texts))]
    whole = found[0] if found else []
    for names in found:
        inside = {name: one for name in whole for one in names if one.startswith(f"{name} ")}
        if whole and len(inside) == len(whole):
            return "; ".join(inside[name] for name in whole)
    return "; ".join(whole)


def parties(texts: Sequence[str]) -> str:
    """Return the parties named in texts, in the order of their first mention: »SPD; FDP«.

    A party before the name of a Land is its association there, »CDU Hessen«, unless it is before several.
    """
    text = " | ".join(texts)
    found = []
    for pattern, party in _party_names():
        matches = list(filter(_is_name, pattern.finditer(text)))
        if matches:
            behind = (_of_land().match(text, match.end()) for match in matches)
            lands = {_lands()[" ".join(land["land"].casefold().split())] for land in behind if land}
            names = [_name_then(party, matches[0].group()), *(lands if len(lands) == 1 else ())]
            found.append((matches[0].start(), " ".join(names)))
    return "; ".join(label for _, label in sorted(found))


def _is_name(match: re.Match[str]) -> bool:
    """Return whether a form names a party: not in »linke Opposition« nor in »Liberale Erneuerung«."""
    is_address = match.string[: match.start()].endswith(("@", ".", "/"))
    is_one_word = " " not in match.group() and not _of_land().match(match.string, match.end())
    is_adjective = is_one_word and ADJECTIVE.match(match.string, match.start())
    return is_address or not (is_adjective or match.group().split()[-1][0].islower())


@cache
def _party_names() -> tuple[tuple[re.Pattern[str], taxonomy.Actor], ...]:
    """Return a pattern for each party, without parliamentary groups and coalitions."""
    others = re.compile(r"fraktion|koalition|gruppe|ampel|cdu-csu|.*landesgruppe")
    known = [a for a in taxonomy.actors() if a.kind == "party" and not others.match(a.id)]
    found = []
    for party in known:
        forms = sorted({form for form in taxonomy.forms(party) if len(form) > 2}, key=lambda f: (-len(f), f))
        words = "|".join(re.sub(r"e\\ ", r"e[nrs]?\\ ", re.escape(form)) for form in forms)
        words = words.replace(r"\ ", r"\s+").replace("/", r"\s?/\s?").replace(r"\s+90", r"\s*90")
        found.append((re.compile(rf"(?<![\w-])(?:{words})[sn]?(?![\w-])", re.IGNORECASE), party))
    return tuple(found)


def _name_then(party: taxonomy.Actor, form: str) -> str:
    """Return the name of a party at the time of the form that was found: the PDS is not yet Die Linke."""
    last = form.rpartition("/")[2].casefold()  # »Linke Liste/PDS«
    for name in party.names:
        if form.casefold() == name.name.casefold() or last == name.short.casefold():
            return name.short or name.name
    return party.label


@cache
def _lands() -> dict[str, str]:
    """Return the name of each Land by this name and the others that follow a party's, without capitals."""
    known = [entry for entry in taxonomy.parliaments() if entry.land]
    return {name.casefold(): entry.land for entry in known for name in (entry.land, *entry.aliases)}


@cache
def _of_land() -> re.Pattern[str]:
    """Return the pattern of a Land behind a party, unless it is the place before a date."""
    names = "|".join(re.escape(name) for name in sorted(_lands(), key=len, reverse=True))
    return re.compile(rf"\s+(?:Landesverband\s+)?(?P<land>{names})(?![\w-]|\s*,)", re.IGNORECASE)


def issuer(front: Front, doc_type: str) -> str:
    """Return who issued a document of a type, as its front states it, or ""."""
    if doc_type == "plenarprotokoll":
        return papers.parliament(front.text)
    if doc_type == "drucksache":
        return _originator(front)
    titles = [p.text for p in front.passages]
    imprint = [p.text for p in front.imprint]
    if doc_type in ("koalitionsvertrag", "wahlprogramm", "grundsatzprogramm"):
        signed = [p.text for p in front.end] if doc_type == "koalitionsvertrag" else []
        places = (titles, imprint, [front.margins], signed, _addressed(front.end))
        return of_programme(places)
    named = as_registered(_named(titles)) if doc_type in ("positionspapier", "") else ""
    found = named or _lines(REGISTERED, front.parts)
    if doc_type in ("strategie", "bericht", "gesetzentwurf"):  # on others, a ministry may be the addressee
        found = found or _lines(MINISTRY, front.parts) or _governed(titles)
    return parted(found or _cued(imprint) or _alone(titles))


def _lines(form: re.Pattern[str], parts: Sequence[str]) -> str:
    """Return the bodies whose names of some form are lines of the title page."""
    found = (form.fullmatch(part.strip()) for part in parts)
    return "; ".join(dict.fromkeys(match["who"] for match in found if match))


def _addressed(passages: Sequence[Passage]) -> list[str]:
    """Return the texts that hold an address or stand above one."""
    texts = [*(p.text for p in passages), ""]
    return [text for text, then in pairwise(texts) if ADDRESS.search(text) or ADDRESS.search(then)]


def _originator(front: Front) -> str:
    match = ORIGIN.search(" | ".join(p.text for p in front.passages))
    if not match:
        return ""
    who = " ".join(match["who"].split())
    if fraction := FRACTION.search(who):
        return groups(re.sub(r"^(Fraktion(?:en)?) de[rs] ", r"\1 ", fraction["name"]).strip(" .,"))
    if committee := COMMITTEE.search(who):
        return committee["name"] + (committee["field"] or "")
    bare = re.sub(r"^(?:de[rs]|durch)\s+(?:(?:de[nr]|die|das)\s+)?", "", who).strip(" .,")
    bare = re.sub(r"(?<=inisterium)s\b|(?<=\bSenat)e?s\b|(?<=Bundesrat)e?s\b", "", bare)
    return bare if len(bare) < 100 and not bare.startswith("Abgeordnete") else ""


def _named(titles: Sequence[str]) -> str:
    """Return the body named after »Stellungnahme der …«, without the subject that follows."""
    kinds = "|".join(cue for kind in cues().kind if kind.doc_type == "positionspapier" for cue in kind.cues)
    bodies = "|".join(cues().issuer["bodies"])
    end = r"(?=\s+(?:zu[mr]?|für|an|anlässlich|auf|im|bei)\b|\s*[|:(,]|$)"
    of, known = rf"(?:{kinds})\s*(?:de[rs]|von|vom)", rf"(?P<who>(?:{bodies})\b.{{0,80}}?){end}"
    for text in titles:
        matches = re.finditer(rf"{of}\s+", text, re.IGNORECASE)
        if found := next(filter(None, (behind(text[match.end() :]) for match in matches)), ""):
            return found
        if match := re.search(rf"{of}?\s+{known}", text, re.IGNORECASE):
            return match["who"].strip(" .,")
    return ""


def _governed(titles: Sequence[str]) -> str:
    """Return the government of »Klimaschutzprogramm 2030 der Bundesregierung«."""
    found = (GOVERNMENT.search(text) for text in titles)
    return next((match["who"] for match in found if match), "")


def _cued(texts: Sequence[str]) -> str:
    """Return what follows »Herausgeber:« up to the address."""
    ministry = (
        r"\w*ministerium(?: [\w-]+)+?(?:, [\w -]+?)+ und [\w-]+(?: des Landes [\w-]+)?"  # »für A, B und C«
    )
    cue = re.compile(
        rf"\b(?:{'|'.join(cues().issuer['cues'])})\s*:\s*(?P<who>{ministry}|[^|:]{{3,90}}?)"
        r"(?=\s*(?:[|:,;(]|https?:|www\.|$)|\s+(?:\d|[\w-]+(?:straße|str\.|platz|allee|ufer)|Postfach|\w*referat\b))",
        re.I,
    )
    for text in texts:
        if match := cue.search(text):
            return parties([text[match.start("who") : match.end("who") + 20]]) or match["who"].strip(" .")
    return ""


def _alone(titles: Sequence[str]) -> str:
    """Return a known body whose name is alone on a line of the title page."""
    known = {form.casefold(): actor.label for actor in taxonomy.actors() for form in taxonomy.forms(actor)}
    return next(
        (known[text.casefold()] for text in (t.strip(" .") for t in titles) if text.casefold() in known), ""
    )
