"""Write the report on a run as one self-contained page, `report.html`.

Everything that comes from documents is escaped; the page has no script, loads nothing and prints well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from msgspec.structs import replace

from pipeline.knowledge import taxonomy
from pipeline.phrases import item_name
from pipeline.plain import tex
from pipeline.reporting import plots, strips
from pipeline.reporting.circles import Line, circles
from pipeline.reporting.coverage import unplaced
from pipeline.reporting.digest import Change, Digest, Share, digest
from pipeline.reporting.families import Family, families
from pipeline.reporting.findings import change_name, concepts, findings
from pipeline.reporting.plots import Bar, Point, Slice, Words
from pipeline.reporting.templating import as_it_is, templates, words
from pipeline.schema.labels import INSTRUMENT_STATUSES
from pipeline.store import read_json, write_bytes, write_json
from pipeline.versions import file_sha256
from pipeline.wording import Language, joined, number, period_range, period_short

NAMES: dict[Language, str] = {"de": "report.html", "en": "report.en.html"}
TEMPLATES = Path(__file__).parent / "reporting" / "templates"
SHOWN_PERIODS = 5  # columns of rankings: more do not fit on a printed page
SLOPES = 8  # lines of a slope chart that can still be told apart
SHOWN_CIRCLES = 4  # networks shown: those of the last periods
ENDS = ("share", "low", "high")
SHOWN_TOPS = 8  # rows of a ranking
WRITTEN = ".written.json"  # in the folder of figures: which of its files are the program's, with their hashes


def report(out: Path, *, title: str, language: Language = "de") -> Path:
    """Write `report.html`, in English `report.en.html`, into an output folder and return its path.

    Args:
        out: folder that holds `tables/`.
        title: heading of the report, usually the name of the corpus.
        language: of the report, German or English; quotes stay as they are.

    Raises:
        InputError: a table is missing.
    """
    path = out / NAMES[language]
    page = render(digest(out / "tables"), title=title, language=language, together=families(out / "tables"))
    write_bytes(path, page.encode())
    return path


def render(
    found: Digest,
    *,
    title: str,
    language: Language = "de",
    together: Mapping[tuple[str, str], Family] | None = None,
) -> str:
    """Return the page as HTML; `together` has wider concepts with their kinds."""
    template = templates(TEMPLATES, _words(language)).get_template("report.html.j2")
    addressed = _periods(found.addressed)
    return template.render(
        title=title,
        language=language,
        style=as_it_is((TEMPLATES / "report.css").read_text(encoding="utf-8")),
        digest=found,
        shown=found.periods[-SHOWN_PERIODS:],
        findings=findings(found, language),
        figures=_figures(found, language),
        signs=strips.SIGNS,
        life_caveats=_life_caveats(found),
        is_mixed=_is_mixed(found),
        share_of=_finder(found.shares),
        addressed_of=_finder(found.addressed),
        addressed_periods=addressed,
        addressed_themes=_items(found.addressed, addressed, "theme"),
        unplaced=unplaced(found.cover),
        themes=_items(found.shares, found.periods, "theme"),
        kinds=_items(found.shares, found.periods, "kind"),
        actor_kinds=_items(found.shares, found.periods, "actor_kind"),
        statuses=INSTRUMENT_STATUSES,
        tops=lambda layer, period: concepts(found, layer, period)[:SHOWN_TOPS],
        family_of=lambda item, period: (together or {}).get((item, period)),
        share_kind=_share_kind(found.shares),
        measured=lambda unit: _measured(found.shares, found.periods, unit),
    )


def _words(language: Language) -> dict[str, Callable[..., str]]:
    """Return the functions that the report's template writes numbers and names with."""
    return words(language) | {
        "period_range": lambda first, last: period_range(first, last, language),
        "tex": tex,
        "joined": lambda values: joined(list(values), language),
        "item_name": lambda unit, item: item_name(unit, item, item, language),
        "change_name": lambda change: change_name(change, language),
    }


def _is_mixed(found: Digest) -> bool:
    """Return whether the periods shown differ in the kinds of their documents."""
    kinds = {frozenset(kind for at, kind, _ in found.kinds if at == period) for period in found.periods}
    return len(kinds) > 1


def _finder(shares: Sequence[Share]) -> Callable[[str, str, str], Share | None]:
    known = {(share.unit, share.item, share.period_id): share for share in shares}
    return lambda unit, item, period: known.get((unit, item, period))


def _share_kind(shares: Sequence[Share]) -> dict[str, bool]:
    """Return which remarks on intervals the page needs."""
    levels = {share.level for share in shares}
    return {
        "documents": "documents" in levels,
        "sections": "sections" in levels,
        "corrected": any(share.corrected is not None for share in shares),
        "weighted": any(share.weighted for share in shares),
    }


def _life_caveats(found: Digest) -> list[str]:
    """Return what else could explain the steps of life stories, each once."""
    warnings = [strip.warning for strip in found.strips]
    warnings += [chapter.warning for story in found.stories for chapter in story.chapters]
    return [warning for warning in dict.fromkeys(warnings) if warning]


def _periods(shares: Sequence[Share]) -> list[str]:
    """Return the periods of shares that are ordered by period, each once."""
    return list(dict.fromkeys(share.period_id for share in shares))


def _measured(shares: Sequence[Share], periods: Sequence[str], unit: str) -> list[str]:
    """Return the periods with enough text for shares of this unit, in order."""
    enough = {share.period_id for share in shares if share.unit == unit and share.share is not None}
    return [period for period in periods if period in enough]


def _items(shares: Sequence[Share], periods: Sequence[str], unit: str) -> list[str]:
    """Return the items of a short list, ordered by their share in the last period that has shares."""
    last = (_measured(shares, periods, unit) or [*periods, ""])[-1]
    totals: Counter[str] = Counter()
    now: dict[str, tuple[float, int]] = {}
    for share in shares:
        if share.unit == unit and share.period_id in periods:
            totals[share.item] += share.n
            if share.period_id == last:
                now[share.item] = share.share or 0.0, share.n
    found = [item for item, n in totals.items() if n]
    return sorted(found, key=lambda item: (*_down(*now.get(item, (0.0, 0)), totals[item]), item))


def _down(*values: float) -> tuple[float, ...]:
    return tuple(-value for value in values)


def specifications(found: Digest, language: Language) -> dict[str, plots.Spec]:
    """Return the figures of the report by name, without those that have nothing to show."""
    words = _axis_words(language)
    units = ("theme", "kind", "actor_kind")
    shares = {unit: _points(found.shares, found.periods, unit, language) for unit in units}
    addressed = _points(found.addressed, _periods(found.addressed), "theme", language)
    weighted = (words.weighted,) * any(share.weighted for share in found.shares)
    sentences = _saying(words, words.of_sentences, words.published, *weighted)
    instruments = _saying(words, words.of_instruments, words.published, *weighted)
    actors = _saying(words, words.of_actors, words.published, *weighted)
    spoken = _saying(words, words.of_sentences, words.addressed, *weighted)
    changed = _saying(words, words.changed, words.published, *weighted)
    drawn = {
        "theme": _panels(shares["theme"], sentences),
        "addressed": _panels(addressed, spoken),
        "slopes": _slopes(shares["theme"], sentences),
        "kind": _ranking(shares["kind"], instruments),
        "actor_kind": _ranking(shares["actor_kind"], actors),
        "status": _status_bars(found, language, instruments),
        "changes": _change_bars(found.changes, language, changed),
        "lives": _lives(found, language, words),
        "networks": _circles(found, words),
        "open_themes": _open(found, _saying(words, words.of_sampled, words.published)),
    }
    mark = "," if language == "de" else "."
    return {name: plots.localised(spec, decimal=mark) for name, spec in drawn.items() if spec is not None}


def _saying(words: Words, *said: str) -> Words:
    return replace(words, said=said)


def write_figures(out: Path, *, language: Language = "de") -> tuple[Path, ...]:
    """Write the figures of the report as SVG and PNG into `figures/` and return their paths.

    English ones are named as the English report is, `theme.en.svg`. Figures that it wrote before in this
    language and that have nothing to show any more are removed.
    """
    folder, mark = out / "figures", ".en" if language == "en" else ""
    known = _written(folder)
    before = {name: content for name, content in known.items() if (".en." in name) == bool(mark)}
    now: dict[str, str] = {}
    for name, spec in specifications(digest(out / "tables"), language).items():
        for suffix, content in (("svg", plots.svg(spec).encode()), ("png", plots.png(spec))):
            file = f"{name}{mark}.{suffix}"
            write_bytes(folder / file, content)
            now[file] = sha256(content).hexdigest()
    for name in before.keys() - now.keys():
        if file_sha256(folder / name) == before[name]:  # else somebody has changed it
            (folder / name).unlink(missing_ok=True)
    others = {name: content for name, content in known.items() if name not in before}
    write_json(folder / WRITTEN, others | now)
    return tuple(folder / name for name in now)


def _written(folder: Path) -> dict[str, str]:
    """Return the figures that the program has written into a folder, with the hashes of their content."""
    found = read_json(folder / WRITTEN)
    own = found.items() if isinstance(found, dict) else ()
    return {name: str(content) for name, content in own if Path(name).name == name}


def _panels(points: list[Point], words: Words) -> plots.Spec | None:
    return plots.shares(points, words=words) if points else None


def _slopes(points: list[Point], words: Words) -> plots.Spec | None:
    """Draw only the themes with the largest shares in any period, so that lines can be told apart."""
    best = sorted(points, key=lambda point: -(point.share or 0))
    kept = list(dict.fromkeys(point.item for point in best))[:SLOPES]
    periods = {point.period for point in points}
    if len(periods) < 2:
        return None
    return plots.slopes([point for point in points if point.item in kept], words=words)


def _lives(found: Digest, language: Language, words: Words) -> plots.Spec | None:
    stops = [
        strips.Stop(
            concept=strip.label, period=period_short(strip.period_id), state=strip.state,
            status=strip.status, n=strip.n, doubted=bool(strip.warning),
        )
        for strip in found.strips
    ]  # fmt: skip
    names = {
        name: taxonomy.label(taxonomy.statuses(), name, language=language)
        for name in (*INSTRUMENT_STATUSES, *strips.SIGNS)
    }
    return strips.lives(stops, names=names, words=words) if stops else None


def _circles(found: Digest, words: Words) -> plots.Spec | None:
    lines = [
        Line(
            period=period_short(tie.period_id), source=tie.source, target=tie.target,
            conflict=tie.tie == "conflict", strength=tie.shared,
        )
        for tie in found.ties
        if tie.period_id in found.periods[-SHOWN_CIRCLES:]
    ]  # fmt: skip
    return circles(lines, words=words) if lines else None


def _open(found: Digest, words: Words) -> plots.Spec | None:
    points = [
        Point(
            item=share.label, period=period_short(share.period_id), n=share.n, denominator=share.sampled,
            **{end: None if (at := getattr(share, end)) is None else 100 * at for end in ENDS},
        )
        for share in found.open_shares
    ]  # fmt: skip
    return _panels(points, words)


def _axis_words(language: Language) -> Words:
    if language == "de":
        return Words()
    return Words(
        share="share (%)", difference="difference (percentage points)", period="Wahlperiode",
        interval="95% interval", beyond="at the upper edge: goes beyond it", doubted="with a caveat",
        agree="solid: agreement", disagree="dashed: disagreement",
        width="width: number of instruments", of_sentences="share of sentences in %",
        of_sampled="share of sampled sentences in %",
        of_instruments="share of mentions of instruments in %", of_actors="share of mentions of actors in %",
        changed="share of sentences: later minus earlier Wahlperiode",
        published="by Wahlperiode of publication", addressed="by Wahlperiode that they speak about",
        weighted="weighted",
    )  # fmt: skip


def _figures(found: Digest, language: Language) -> dict[str, str]:
    """Draw the figures; Vega escapes the words in them (tested)."""
    specs = specifications(found, language)
    names = (
        "theme",
        "addressed",
        "kind",
        "actor_kind",
        "status",
        "changes",
        "lives",
        "networks",
        "open_themes",
    )
    return {name: as_it_is(plots.svg(specs[name]) if name in specs else "") for name in names}


def _points(shares: Sequence[Share], periods: Sequence[str], unit: str, language: Language) -> list[Point]:
    share_of = _finder(shares)
    points = []
    for item in _items(shares, periods, unit):
        for period in periods:
            share = share_of(unit, item, period)
            if share is not None:
                points.append(_point(share, item_name(unit, item, item, language)))
    return points


def _point(share: Share, name: str) -> Point:
    low, high, middle = (None if end is None else 100 * end for end in (share.low, share.high, share.share))
    return Point(
        item=name, period=period_short(share.period_id), share=middle, low=low, high=high, n=share.n,
        denominator=share.denominator,
    )  # fmt: skip


def _ranking(points: list[Point], words: Words) -> plots.Spec | None:
    measured = list(dict.fromkeys(point.period for point in points if point.share is not None))
    kept = [point for point in points if point.period in measured[-2:]]
    return plots.ranking(kept, words=words) if kept else None


def _status_bars(found: Digest, language: Language, words: Words) -> plots.Spec | None:
    share_of = _finder(found.shares)
    pieces = []
    for period in found.periods:
        shares = [share_of("status", status, period) for status in INSTRUMENT_STATUSES]
        for share in shares:
            if share is not None and share.share is not None:
                name = taxonomy.label(taxonomy.statuses(), share.item, language=language)
                piece = Slice(
                    period=f"{period_short(period)} (n = {number(share.denominator, language)})",
                    part=share.item,
                    name=name,
                    share=100 * share.share,
                    n=share.n,
                )
                pieces.append(piece)
    return plots.parts(pieces, order=INSTRUMENT_STATUSES, words=words) if pieces else None


def _change_bars(changes: Sequence[Change], language: Language, words: Words) -> plots.Spec | None:
    bars = [
        Bar(
            label=f"{change_name(change, language)}  {_step(change)}",
            difference=100 * change.difference,
            low=None if change.low is None else 100 * change.low,
            high=None if change.high is None else 100 * change.high,
        )
        for change in sorted(changes, key=lambda change: -change.difference)
    ]
    return plots.differences(bars, words=words) if bars else None


def _step(change: Change) -> str:
    return f"{period_short(change.period_from)} → {period_short(change.period_to)}"
