"""Find where a form of a mention belongs: in a concept of the registry, or in one that its key defines.

The registry's names come first, then the morphological key (`keys`); ids come from either, never from counts
or order, so that a concept keeps its id when documents are added.
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from msgspec.structs import replace

from pipeline.knowledge import actors, german, keys
from pipeline.knowledge.calendars import days_of
from pipeline.knowledge.cores import cores, unpriced
from pipeline.knowledge.nominative import nominative
from pipeline.knowledge.reference import Reference
from pipeline.knowledge.registry import ConceptIndex
from pipeline.knowledge.statutes import statutes, subject
from pipeline.records import Record


class Surface(Record):
    """A form of a mention with everything that decides its meaning; equal ones are counted in one."""

    layer: str
    text: str
    kind: str = ""
    theme: str = ""
    long: str = ""  # the long form that the document gives for an abbreviation
    day: str = ""
    parliament: str = "bt"  # "" in a document of another state
    issuer: str = ""
    european: bool = False  # an actor's sentence speaks of the European Union
    reference: Reference = ""  # how the sentence introduces an actor
    count: int = 1
    counted: bool = True  # false in what repeats another document, or another sentence of its own


class Home(NamedTuple):
    """Where registry or morphology put a form; the ids are "" if it is not a concept."""

    concept: str
    layer: str
    key: str
    own: str  # the id from the key alone; equal to `concept` if the registry knows nothing


class Occurrence(NamedTuple):
    """A mention by what decides its concept and how that is called."""

    home: Home
    name: str  # candidate for the concept's label
    form: str  # listed among the concept's aliases
    theme: str
    n: int  # how often the document has it
    counted: bool


def occurrence(surface: Surface, found: Home) -> Occurrence:
    """Return a form as it is counted, given where it belongs."""
    return Occurrence(
        home=found,
        name=surface.long or in_full(surface.text, surface.layer),
        form=german.normalise(surface.text),
        theme=surface.theme,
        n=surface.count,
        counted=surface.counted,
    )


def own_id(layer: str, key: str) -> str:
    """Return the id of a concept that is defined by its key alone."""
    digest = hashlib.blake2s(f"{layer}\0{key}".encode(), digest_size=5).hexdigest()
    return f"{layer}-{digest}"


def home(surface: Surface, index: ConceptIndex) -> Home:
    """Return where the registry or morphology puts a form; the id is "" if it is not a concept."""
    layer = surface.layer
    if not index.find(layer, surface.text):
        surface = replace(surface, text=called(surface.text, layer))
    text = meaning(surface, index)
    name = unpriced(text) if layer == "instrument" else text
    key = keys.key(name, layer) or keys.surface(name)
    if not key:
        return Home("", layer, "", "")
    own = own_id(layer, key)
    known = known_as(surface, text, index)
    if not known and is_private(surface):
        return Home("", layer, "", "")
    return Home(known or own, layer, key, own)


def known_as(surface: Surface, text: str, index: ConceptIndex) -> str:
    """Return the concept named by a form: from people's entries, the registry of actors, then the seeds."""
    # words missing in the dictionary keep their endings: »Entsendegesetzes«
    found = index.find(surface.layer, text) or index.find(surface.layer, nominative(text))
    if surface.layer != "actor":
        return found or _named_within(text, surface.layer, index)
    if found in index.own:
        return found
    days = dict.fromkeys(days_of(surface.day) or (None,))  # of a year or month, the first and the last
    about = (surface.parliament, surface.issuer, surface.european, surface.kind, surface.reference)
    occasions = [actors.Occasion(day, *about) for day in days]
    for form in dict.fromkeys((text, surface.text, nominative(text))):
        actor, *others = (actors.lookup(form, occasion) for occasion in occasions)
        if actor and all(other is actor for other in others):
            return f"actor-{actor.id}"
    return found


def _named_within(text: str, layer: str, index: ConceptIndex) -> str:
    """Return the concept of a shorter form that means the same, or ""."""
    for core in cores(text, layer):
        found = index.find_part(layer, core) or index.find_part(layer, nominative(core))
        if found and not index.barred(found, keys.key(text, layer)):
            return found
    return ""


def meaning(surface: Surface, index: ConceptIndex) -> str:
    """Return the form to look up: an abbreviation's long form in its document or by law, or the text.

    If the registry knows the abbreviation as something akin to the long form, it is used as it is; so is
    one of five letters and more (»UNIFIL«) if the registry does not know its long form.
    """
    long = surface.long or (statutes().short.get(surface.text, "") if surface.layer == "instrument" else "")
    if not long:
        return surface.text
    known = index.entries.get(index.find(surface.layer, surface.text))
    if known is None:
        return long
    if len(surface.text) > 4 and not index.find(surface.layer, long):
        return surface.text
    words = set(keys.key(long, surface.layer).split()) - {"gesetz"}
    return surface.text if words & set(keys.key(known.label, surface.layer).split()) else long


PUBLIC_KINDS = ("federal", "parliament", "party", "state", "municipal", "eu", "international")


def is_private(surface: Surface) -> bool:
    """Return whether an actor is a person without public office; such names are not published."""
    if surface.layer != "actor" or surface.kind in PUBLIC_KINDS:
        return False
    words = surface.text.split()
    names = german.word_set("persons", "first_names")
    titles = german.word_set("persons", "titles")
    titled = len(words) > 1 and words[0].rstrip(".").lower() in titles
    named = 1 < len(words) < 5 and words[0].split("-")[0].lower() in names and words[-1][:1].isupper()
    return titled or named


def in_full(form: str, layer: str) -> str:
    """Return the name of the law that a form means by place or abbreviation, or the form."""
    name = called(form, layer)
    return name if name == form else statutes().short.get(name, name)


def called(form: str, layer: str) -> str:
    """Return the name of the law that a provision is of, or the form."""
    return (subject(german.normalise(form)) if layer == "instrument" else "") or form
