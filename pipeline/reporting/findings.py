"""Express figures as sentences: the key findings, each with interval, n and reservations."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.knowledge import taxonomy
from pipeline.phrases import SEPARATOR, is_phrase, item_name, translate
from pipeline.records import Record
from pipeline.reporting import lasting
from pipeline.reporting.coverage import covered, uncovered
from pipeline.reporting.digest import Change, Digest, Share, Story
from pipeline.schema.labels import LAYERS
from pipeline.wording import (
    FIRM,
    Language,
    ends,
    interval,
    joined,
    number,
    percent,
    period_name,
    period_step,
    points,
    probability,
    say,
    span,
)


class Subject(Record):
    """What a finding speaks of: an item of `trends`, in one period and type or, if "", in all."""

    name: str
    unit: str
    item: str
    period: str = ""
    type: str = ""  # of documents, if it is about these only


class Finding(Record):
    """One key finding: the statement, what a reader must know about it, and what it speaks of."""

    text: str
    caveat: str = ""
    subjects: tuple[Subject, ...] = ()


def findings(digest: Digest, language: Language) -> tuple[Finding, ...]:
    """Return the key findings in reading order; each contains a number."""
    return tuple(_all(digest, language))


def _all(digest: Digest, language: Language) -> Iterator[Finding]:
    yield Finding(
        text=covered(digest.cover, digest.periods, digest.others, language),
        caveat=uncovered(digest.cover, language),
    )
    for last in digest.periods[-1:]:
        for maker in (_themes, _named, _statuses):
            yield from maker(digest, last, language)
    yield from _changes(digest, language)
    yield from _trends(digest, language)
    yield from _lives(digest.stories, language)


def _themes(digest: Digest, period: str, language: Language) -> Iterator[Finding]:
    themes = _of(digest, "theme", period)[:3]
    if not themes:
        return
    first, *rest = themes
    text = say(
        language,
        de="Häufigstes Thema der {period} ist {name} ({share}, {interval}, {n} von {of} Sätzen){then}.",
        en="The most frequent theme of the {period} is {name} ({share}, {interval}, "
        "{n} of {of} sentences){then}.",
        period=period_name(period, language),
        name=_name(first, language),
        then=_followed(rest, language),
        **_figures(first, language),
    )
    yield Finding(text=text, caveat=_beside([first], language), subjects=_subjects(themes, language))


def _followed(rest: list[Share], language: Language) -> str:
    if not rest:
        return ""
    told = [f"{_name(share, language)} ({percent(share.share, language)})" for share in rest]
    return say(language, de=", gefolgt von {then}", en=", followed by {then}", then=joined(told, language))


def _named(digest: Digest, period: str, language: Language) -> Iterator[Finding]:
    tops = [
        top[0]
        for layer in LAYERS
        if (top := [share for share in concepts(digest, layer, period) if share.share is not None])
    ]
    if not tops:
        return
    parts = [
        f"{_what(top, language)} {_quoted(top.label, language)} ({_of_sentences(top, language)})"
        for top in tops
    ]
    text = say(
        language,
        de="Am häufigsten genannt werden in der {period} {parts}.",
        en="Named most often in the {period}: {parts}.",
        period=period_name(period, language),
        parts=joined(parts, language),
    )
    caveat = _caveat(tops[0].warning, language)
    yield Finding(text=text, caveat=caveat, subjects=_subjects(tops, language))


def _quoted(name: str, language: Language) -> str:
    return f"»{name}«" if language == "de" else f"“{name}”"


def _what(share: Share, language: Language) -> str:
    articles = {
        "challenge": ("die Herausforderung", "the challenge"),
        "instrument": ("das Instrument", "the instrument"),
        "actor": ("der Akteur", "the actor"),
    }
    return articles[share.layer][0 if language == "de" else 1]


def _of_sentences(share: Share, language: Language) -> str:
    several = share.n_documents > 1  # that there is only one, the caveat says
    return say(
        language,
        de="{share} der Sätze, {interval}, n\u00a0=\u00a0{n}"
        + (" in {naming} von {documents} Dokumenten" if several else ""),
        en="{share} of sentences, {interval}, n\u00a0=\u00a0{n}"
        + (" in {naming} of {documents} documents" if several else ""),
        naming=number(share.n_naming or 0, language),
        documents=number(share.n_documents, language),
        **_figures(share, language),
    )


def _statuses(digest: Digest, period: str, language: Language) -> Iterator[Finding]:
    shares = {share.item: share for share in _of(digest, "status", period)}
    found = [shares[name] for name in ("demanded", "planned", "existing", "rejected") if name in shares]
    found = [share for share in found if share.share is not None and share.n]
    if not found:
        return
    told = [f"{percent(share.share, language, places=0)} {_name(share, language)}" for share in found]
    text = say(
        language,
        de="Von {of} Nennungen politischer Instrumente in der {period} sind {weighted}{parts}.",
        en="Of {of} mentions of policy instruments in the {period}, {weighted}{parts}.",
        of=number(found[0].denominator, language),
        period=period_name(period, language),
        weighted=_weighted(found[0], language),
        parts=joined(told, language),
    )
    yield Finding(text=text, caveat=_beside(found, language), subjects=_subjects(found, language))


def _changes(digest: Digest, language: Language) -> Iterator[Finding]:
    """Yield the clearest gain and loss; changes that do not survive the number of tests are left out."""
    clear = [change for change in digest.changes if _is_told(change)]
    if not clear:
        yield Finding(text=_none_clear(digest, language))
    for direction in (1, -1):
        signed = [change for change in clear if change.difference * direction > 0]
        if signed:
            yield _change(signed[0], language)


def _is_told(change: Change) -> bool:
    """Return whether a change is clear or, if none could be tested, lies outside chance in these texts."""
    if change.is_clear is not None or change.low is None or change.high is None:
        return bool(change.is_clear)
    return change.alike and not change.low <= 0 <= change.high


def _none_clear(digest: Digest, language: Language) -> str:
    if not digest.changes:
        return say(
            language,
            de="Ein Vergleich von Wahlperioden ist nicht möglich: Es gibt keine zwei aufeinanderfolgenden "
            "mit genug Text.",
            en="Wahlperioden cannot be compared: no two successive ones hold enough text.",
        )
    if digest.least_q is None:
        return say(
            language,
            de="Keine Veränderung zwischen aufeinanderfolgenden Wahlperioden war zu prüfen: Es sind zu "
            "wenige Dokumente oder solche verschiedener Art.",
            en="No change between successive Wahlperioden could be tested: documents are too few or of "
            "different kinds.",
        )
    return say(
        language,
        de="Keine einzelne Veränderung zwischen aufeinanderfolgenden Wahlperioden hebt sich nach der Zahl "
        "der geprüften Veränderungen deutlich vom Zufall ab (kleinstes {q}).",
        en="No single change between successive Wahlperioden stands out from chance, given how many were "
        "tested (least {q}).",
        q=f"q\u00a0=\u00a0{probability(digest.least_q, language)}",
    )


def _change(change: Change, language: Language) -> Finding:
    tested = {
        "de": "»{name}« hat {step} an Gewicht {verb}: {d} Prozentpunkte (95‑%‑Intervall {span}; {tests}).",
        "en": "“{name}” {verb} weight {step}: {d} percentage points (95% interval {span}; {tests}).",
    }
    untested = {
        "de": "In den Dokumenten der {b} hat »{name}« {d} Prozentpunkte gegenüber denen der {a} "
        "(95‑%‑Intervall {span}). Ob das über diese Texte hinaus gilt, lässt sich mit so wenigen "
        "Dokumenten nicht prüfen.",
        "en": "In the documents of the {b}, “{name}” has {d} percentage points against those of the {a} "
        "(95% interval {span}). Whether this holds beyond these texts cannot be tested: the documents are "
        "too few.",
    }
    text = say(
        language,
        **(untested if change.p is None else tested),
        name=change_name(change, language),
        step=period_step(change.period_from, change.period_to, language),
        a=period_name(change.period_from, language),
        b=period_name(change.period_to, language),
        verb=_verb(change, language),
        d=points(change.difference, language),
        span=span(change.low, change.high, language, sign=True),
        tests=_tests(change, language),
    )
    subject = Subject(change_name(change, language), change.unit, change.item)
    return Finding(text=text, caveat=_selected(change, language), subjects=(subject,))


def _verb(change: Change, language: Language) -> str:
    gained, lost = ("gewonnen", "verloren") if language == "de" else ("gained", "lost")
    return gained if change.difference > 0 else lost


def _tests(change: Change, language: Language) -> str:
    told = f"p = {probability(change.p, language)}, q = {probability(change.q, language)}"
    return told.replace("= <", "<").replace(" = ", f"{FIRM}={FIRM}").replace(" < ", f"{FIRM}<{FIRM}")


def _selected(change: Change, language: Language) -> str:
    usual = say(
        language,
        de="Aus vielen Veränderungen als stärkste ausgewählt, die Größe ist daher eher überschätzt",
        en="Selected as the strongest of many, so its size is rather overstated",
    )
    told = [part for part in change.warning.split(SEPARATOR) if part and not is_phrase(part, "small")]
    return SEPARATOR.join([usual, *(translate(part, language) for part in told)]) + "."


def _trends(digest: Digest, language: Language) -> Iterator[Finding]:
    """Yield the clearest rise and fall over several periods."""
    usual = say(
        language,
        de="Mittlere Steigung, der Verlauf muss nicht stetig sein; aus vielen als deutlichste ausgewählt",
        en="A mean slope, the course need not be steady; selected as the clearest of many",
    )
    for one in digest.lasting:
        warnings = (translate(part, language) for part in one.warning.split(SEPARATOR) if part)
        name = item_name(one.unit, one.item, one.label, language)
        yield Finding(
            text=lasting.told(one, language),
            caveat=SEPARATOR.join([usual, *warnings]) + ".",
            subjects=(Subject(name, one.unit, one.item, type=one.type),),
        )


def _lives(stories: tuple[Story, ...], language: Language) -> Iterator[Finding]:
    told = [story for story in stories if story.layer == "instrument" and len(_turns(story)) > 1][:1]
    for story in told:
        text = say(
            language,
            de="»{label}« erscheint {parts}.",
            en="“{label}” appears {parts}.",
            label=story.label,
            parts=joined(_stations(_turns(story), language), language),
        )
        caveat = say(
            language,
            de="Status nach den meisten Nennungen, auch unter engeren Namen, wo mindestens zwei Sätze ihn "
            "belegen; setzt ein Satz ein schon geltendes Instrument voraus (»beibehalten«, »erhöhen«), zählt "
            "er als bestehend.",
            en="Status of most mentions, narrower names among them, where at least two sentences show it; a "
            "sentence that takes an instrument in force for granted (“beibehalten”, “erhöhen”) counts as "
            "existing.",
        )
        subject = Subject(story.label, "concept", story.concept_id)
        yield Finding(text=text, caveat=caveat, subjects=(subject,))


def _stations(turns: list[tuple[str, str]], language: Language) -> list[str]:
    """Return a phrase for each turn, with the words Wahlperiode and »am häufigsten« only once."""
    told = []
    for at, (period, status) in enumerate(turns):
        name = period_name(period, language)
        told.append(
            say(
                language,
                de="in der {a} am häufigsten als {b}" if at == 0 else "in der {a} als {b}",
                en="in the {a} most often as {b}" if at == 0 else "in the {a} as {b}",
                a=name.replace(f"{FIRM}Wahlperiode", "").replace(" Wahlperiode", "") if at else name,
                b=taxonomy.label(taxonomy.statuses(), status, language=language),
            )
        )
    return told


def _turns(story: Story) -> list[tuple[str, str]]:
    """Return the periods in which the status is another than before, as far as it is attested."""
    turns: list[tuple[str, str]] = []
    for chapter in story.chapters:
        if chapter.is_status_attested and (not turns or turns[-1][1] != chapter.status):
            turns.append((chapter.period_id, chapter.status))
    return turns


def _of(digest: Digest, unit: str, period: str) -> list[Share]:
    found = [
        share
        for share in digest.shares
        if share.unit == unit and share.period_id == period and share.share is not None
    ]
    return sorted(found, key=lambda share: (_rank(share), share.item))


def concepts(digest: Digest, layer: str, period: str) -> list[Share]:
    """Return the concepts of a layer that occur more than once in a period, those with most weight first."""
    found = [
        share for share in digest.shares if (share.layer, share.period_id) == (layer, period) and share.n > 1
    ]
    return sorted(found, key=lambda share: (_rank(share), share.label, share.item))


def _rank(share: Share) -> tuple[float, int]:
    """Return what sorts the largest share first; where nothing is weighted, that is the largest n."""
    return -(share.share or 0.0), -share.n


def _figures(share: Share, language: Language) -> dict[str, str]:
    return {
        "share": _weighted(share, language) + percent(share.share, language),
        "interval": interval(share.low, share.high, language),
        "n": number(share.n, language),
        "of": number(share.denominator, language),
    }


def _weighted(share: Share, language: Language) -> str:
    """Return the word that says that a share is not n of its denominator."""
    return say(language, de="gewichtet ", en="weighted ") if share.weighted else ""


def _beside(shares: list[Share], language: Language) -> str:
    """Return the note on shares of one cell: its coverage, and the shares corrected for errors."""
    known = [share for share in shares if share.corrected is not None]
    parts = [_caveat(shares[0].warning, language)] if shares[0].warning else []
    if known:
        told = [
            f"{_name(share, language)} {percent(share.corrected, language, places=0)} "
            f"({ends(share.corrected_low, share.corrected_high, language, places=0)})"
            for share in known
        ]
        parts.append(
            say(
                language,
                de="Um Fehler des Klassifikators korrigiert: {told}.",
                en="Corrected for errors of the tagger: {told}.",
                told=joined(told, language),
            )
        )
    return " ".join(parts)


def _caveat(warning: str, language: Language) -> str:
    if not warning:
        return ""
    told = translate(warning, language)
    return told[0].upper() + told[1:] + "."


def _subjects(shares: list[Share], language: Language) -> tuple[Subject, ...]:
    return tuple(Subject(_name(one, language), one.unit, one.item, one.period_id) for one in shares)


def _name(share: Share, language: Language) -> str:
    return item_name(share.unit, share.item, share.label, language)


def change_name(change: Change, language: Language) -> str:
    """Return the readable name of what has changed."""
    return item_name(change.unit, change.item, change.label, language)
