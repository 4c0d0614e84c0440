"""Find citations of laws: »§ 14a EnWG«, »Art. 20 Abs. 3 GG«, »BGBl. I S. 1066«, »Drucksache 20/1234«.

`value` is the citation in a uniform form: the short name of the statute, then the place ("EnWG §
14a", "GG Art. 20 Abs. 3"), "BGBl. I S. 1066", "BT-Drs. 20/1234", "EU 2016/679". `kind`: paragraph,
article, name, gazette, paper, eu. Short names come from `taxonomies/laws.toml`. A paper of no stated house
is one of the Bundestag until the document is known (`knowledge.relative_values`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from msgspec.structs import replace

from pipeline.knowledge.statutes import statutes
from pipeline.records import Context, Span

LABELS = ("law",)
EXAMPLES = (
    "Nach <law>§ 14a EnWG</law> sind Netzbetreiber verpflichtet.",
    "Das verletzt <law>Art. 20 Abs. 3 GG</law>.",
    "Das <law>Erneuerbare-Energien-Gesetz (EEG)</law> wird reformiert.",
    "Verkündet am 1. Juli (<law>BGBl. I S. 1066</law>).",
    "Siehe <law>Drucksache 20/1234</law> und <law>Verordnung (EU) 2016/679</law>.",
    "Wir brauchen ein neues Gesetz und weniger Gesetze.",
)

_NUMBER = r"\d+(?:[a-z]|\s[a-z]\b(?!\.))?(?:\s*(?:,|und|bis|–|-)\s*(?:§\s*)?\d+[a-z]?)*(?:\s*ff?\.)?"
_BELOW = (
    r"(?:\s*\(\d+[a-z]?\))?(?:(?:,(?=\s+(?:Abs|Nr))|\s+(?:und|oder|sowie|i\.\s?V\.\s?m\.|in\s+Verbindung\s+mit))?"
    r"\s+(?:Abs(?:atz|\.|ätze)|Unterabs\.|S(?:atz|\.)|Nr(?:\.|n\.)|Nummern?|Buchst(?:abe|\.)|lit\.|Hs\.|Halbsatz)"
    r"\s*\d*[a-z]?(?:\s*(?:,|und|bis)\s*\d+[a-z]?(?!\w))*)*"
)
_FIRST = r"(?:[A-ZÄÖÜ]\w+-\s(?:und|oder)\s-?\w|[A-ZÄÖÜ])"  # »Kosten- und -entschädigungsgesetz«
_LAW_NAME = (
    rf"(?:(?:des|der)\s+)?(?!(?:Vero|O)rdnung){_FIRST}[\w-]{{0,70}}(?:gesetz(?:es|buch(?:e?s)?)?|-Gesetz(?:es)?|ordnung)(?!\w)"
    r"(?:\s+\([A-Z]\w{1,9}\))?"
)
_NAME = (
    rf"{_FIRST}[\w-]{{0,70}}(?:gesetz(?:buch)?(?:e?s)?|-Gesetz(?:es)?"
    r"|-Verordnung|(?:ver|prozess|straßenverkehrs|gewerbe|handwerks|abgaben|bau|haushalts|vergabe)ordnung)"
)
# Treaties and constitutions are cited by article: »Artikel 6 des Pariser Abkommens«, »Art. 13 ESM-Vertrag«.
_TREATY = (
    r"(?!Vertrag|Konvention|Verfassung|Charta|Abkommen)(?:[A-ZÄÖÜ]\w+er\s+)?(?:[A-ZÄÖÜ][\w-]{0,70})?"
    r"(?:[Vv]ertrag(?:e?s)?|[Kk]onvention|[Vv]erfassung|[Cc]harta|[Aa]bkommens?)(?!\w|-)"
)
_AND = r"\s*(?:,|und|oder|sowie)\s*(?:de[nrms]\s+)?"
_SIGNS = {"paragraph": "§", "article": "Art."}
_ORDINALS = (
    "Erste", "Zweite", "Dritte", "Vierte", "Fünfte", "Sechste", "Siebte", "Achte", "Neunte", "Zehnte",
    "Elfte", "Zwölfte", "Dreizehnte", "Vierzehnte",
)  # fmt: skip
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV")
_BOOKS = (
    r"(?:SGB|Sozialgesetzbuchs?(?:\s+\(SGB\))?)(?:\s+|-)(?:[IVX]+|\d+)\b"
    rf"|(?:{'|'.join(_ORDINALS)})[nrs]?\s+Buch(?:e?s)?(?:\s+des)?\s+Sozialgesetzbuch(?:e?s)?"
)
_ABBREVIATED = (
    ("Absatz|Absätze", "Abs."), (r"Nummern?|Nrn\.", "Nr."), (r"Buchstabe|lit\.", "Buchst."), (r"S\.", "Satz"),
    ("Halbsatz", "Hs."),
)  # fmt: skip
_GAZETTE = (
    r"\bBGBl\.?\s*(?:(?P<year>(?:19|20)\d\d)\s+)?(?P<part>I{1,3})(?:\s+(?P<later>(?:19|20)\d\d))?,?\s*"
    r"(?:(?:S\.|Seite)\s*(?P<page>\d+)|Nr\.\s*(?P<issue>\d+))"
)
_PAPER = (
    r"\b(?:(?P<house>Bundestags|Bundesrats|BT|BR|Landtags|LT|Bürgerschafts|Abgeordnetenhaus)[-\s]?)?(?:[Dd]rucksachen?|Drs\.?|Drucks\.)\s*"
    r"(?:Nr\.\s*)?(?P<list>\d{1,3}/\d{1,5}(?:(?:\s*\(neu\))?\s*(?:,|und|bis)\s*\d{1,3}/\d{1,5})*)"
)
_EU = (
    r"\b(?:(?P<union>EU|EG)-)?(?P<what>Verordnung|Richtlinie|Beschluss|VO|RL)\s*(?:\((?P<body>EU|EG|EWG|Euratom)\)\s*)?"
    r"(?:Nr\.\s*)?(?P<number>\d{2,4}/\d{1,4})(?:/(?P<tail>EU|EG|EWG))?"
)


@cache
def _rules() -> tuple[tuple[str, re.Pattern[str]], ...]:
    full = "|".join(sorted(map(_full, statutes().short.values()), key=len, reverse=True))
    cited = (*statutes().short, *statutes().spellings)
    short = "|".join(sorted(map(re.escape, cited), key=len, reverse=True))
    law = (
        rf"(?P<law>(?:(?:des|der|im)\s+)?(?:{_BOOKS}|{full})(?!\w)(?:\s+\([A-Z]\w{{1,9}}\))?"
        rf"|(?:{short})(?:\s+(?:19|20)\d\d)?\b|[A-ZÄÖÜ][\w-]*(?:[A-Z]\w*|[a-zäöüß])[GV]\b|TV(?:öD|-L)\b|{_LAW_NAME}"
        rf"|(?:des|der)\s+{_TREATY})"
    )
    where = rf"(?P<number>{_NUMBER})(?P<below>{_BELOW})"
    year = r"(?:19|20)\d\d"
    known = rf"(?P<known>(?:{short}|{_BOOKS}))(?:\s+{year})?\b(?!-)"
    bracket = rf"(?:\s*\((?P<short>[A-ZÄÖÜ]\w{{1,9}})(?:\s+{year})?\))?"
    more = rf"(?={_AND}Art(?:ikels?|\.)\s*\d)"  # whose law stands behind the next one
    name = rf"(?P<name>{full}|{_NAME})(?:\s+(?P<year>{year})(?!\d))?{bracket}(?!\w)"
    return (
        (
            "paragraph",
            re.compile(rf"(?:§§?|\bParagra(?:f|ph)(?:en|s)?)\s*{where}(?:\s+(?:i\.\s?V\.\s?m\.\s+)?{law})?"),
        ),
        ("article", re.compile(rf"\bArt(?:ikels?|\.)\s*{where}(?:\s+{law}|\s+(?P<treaty>{_TREATY})|{more})")),
        ("gazette", re.compile(_GAZETTE)),
        ("paper", re.compile(_PAPER)),
        ("eu", re.compile(_EU)),
        ("name", re.compile(rf"\b(?:{known}|{name})")),
    )


def extract(contexts: Sequence[Context]) -> Iterator[Span]:
    """Yield the citations of laws in each sentence in order, without those inside longer ones."""
    for at, context in enumerate(contexts):
        found: list[Span] = []
        for kind, pattern in _rules():
            for match in pattern.finditer(context.text):
                value = _VALUES[kind](match)
                if value and not any(s.start < match.end() and match.start() < s.end for s in found):
                    found.append(_span(at, match, kind, value))
        yield from _with_laws(sorted(found, key=lambda span: span.start), context.text)


def _with_laws(found: Sequence[Span], text: str) -> Iterator[Span]:
    """Give each of »§ 3 und § 5 EEG« the law that stands behind the last; an article without one is none."""
    spans: list[Span] = []
    after: Span | None = None
    for span in reversed(found):
        sign = _SIGNS.get(span.kind)
        if (
            sign
            and span.value.startswith(sign)
            and after
            and re.fullmatch(_AND, text[span.end : after.start])
        ):
            law, joined, _ = after.value.partition(f" {sign} ")
            span = replace(span, value=f"{law} {span.value}") if joined else span
        after = span
        if not span.value.startswith("Art."):
            spans.append(span)
    yield from reversed(spans)


def _paragraph(match: re.Match[str]) -> str:
    return _place("§", match)


def _article(match: re.Match[str]) -> str:
    return _place("Art.", match)


def _place(sign: str, match: re.Match[str]) -> str:
    law = _short(match["law"] or match.groupdict().get("treaty") or "")
    number = re.sub(r"(?<=\d) (?=[a-z]\b)", "", re.sub(r"[ §]+", " ", match["number"]))
    return f"{law} {sign} {number}{_below(match)}".strip()


def _below(match: re.Match[str]) -> str:
    text = re.sub(r"\s*\((\w+)\)", r" Abs. \1", match["below"])
    for long, short in _ABBREVIATED:
        text = re.sub(rf"\b(?:{long})", short, text)
    return re.sub(r"\s+", " ", text).rstrip().removeprefix(",")  # »Art. 21, Abs. 1 GG«


def _gazette(match: re.Match[str]) -> str:
    year = f"{told} " if (told := match["year"] or match["later"]) else ""
    return f"BGBl. {year}{match['part']} " + (
        f"S. {match['page']}" if match["page"] else f"Nr. {match['issue']}"
    )


def _paper(match: re.Match[str]) -> str:
    numbers = re.findall(r"\d+/\d+", match["list"])
    house = (match["house"] or "").lower()
    # papers of the Bundesrat are numbered within a year (»123/24«), those of the Bundestag within a period
    yearly = not house and all(re.fullmatch(r"(?:[4-9]\d|\d{3})/\d\d", number) for number in numbers)
    name = (
        "BR-Drs."
        if yearly or house.startswith(("bundesrat", "br"))
        else "LT-Drs."
        if house.startswith(("land", "lt", "bürger", "abgeordn"))
        else "BT-Drs."
    )
    return f"{name} {', '.join(numbers)}"


def _eu(match: re.Match[str]) -> str:
    body = match["body"] or match["tail"] or match["union"] or ("Nr." in match[0] and "EU")
    return f"{body} {match['number']}" if body else ""


def _name(match: re.Match[str]) -> str:
    if match["known"]:
        name = statutes().spellings.get(match["known"], match["known"])
        return _book(name) or re.sub(r"\s+", " ", match[0].replace(match["known"], name))
    name = nominative(match["name"])
    if name.lower() in statutes().words.general.split():
        return ""
    value = match["short"] or _by_name().get(_plain(name)) or name
    return f"{value} {match['year']}" if match["year"] else value


_VALUES = {
    "paragraph": _paragraph, "article": _article, "gazette": _gazette,
    "paper": _paper, "eu": _eu, "name": _name,
}  # fmt: skip


def nominative(name: str) -> str:
    """Return the name of a law without its genitive ending: »Klimaschutzgesetzes« -> »Klimaschutzgesetz«."""
    return re.sub(
        r"(?<=[Gg]esetz)(?:es|e)$|(?<=buch)(?:es|s|e)$|(?<=[Vv]ertrag)e?s$|(?<=[Aa]bkommen)s$", "", name
    )


def _short(law: str) -> str:
    """Return the short name of a statute in a citation: »des Grundgesetzes« -> »GG«."""
    bare = re.sub(r"^(?:des|der|dem|das|im)\s+|\s+\(\w+\)$", "", law)
    if book := _book(bare):
        return book
    given = re.search(r"\((\w+)\)$", law)
    name = nominative(bare)
    return given[1] if given else _by_name().get(_plain(name), re.sub(r"\s+", " ", name))


def _book(law: str) -> str:
    """Return a book of the social code as »SGB VI«, however it is written."""
    number = re.match(r"(?:SGB|Sozialgesetzbuchs?(?:\s+\(SGB\))?)[\s-]+(\w+)", law)
    if number:
        return (
            f"SGB {_ROMAN[int(number[1]) - 1] if number[1].isdigit() and int(number[1]) <= 14 else number[1]}"
        )
    ordinal = next((at for at, name in enumerate(_ORDINALS) if law.startswith(name)), -1)
    return f"SGB {_ROMAN[ordinal]}" if ordinal >= 0 and "Sozialgesetzbuch" in law else ""


@cache
def _by_name() -> dict[str, str]:
    names = {_plain(name): short for short, name in statutes().short.items()}
    return names | {_plain(name): short for name, short in statutes().spellings.items()}


def _full(name: str) -> str:
    """Return a pattern for the inflections and spellings of a full name: »des Allgemeinen …gesetzes«."""
    pattern = re.sub(r"^(\w+e)s ", r"\1[nrs]? ", name)
    pattern = re.sub(r"^Vertrag(?= )", "Vertrag(?:e?s)?", pattern)
    pattern = re.sub(r"(?<=[Gg]esetz)(?= |$)", "(?:es)?", re.sub(r"(?<=buch)$", "(?:e?s)?", pattern))
    pattern = re.sub(r"-(\w)", lambda match: f"-?(?i:{match[1]})", pattern)
    return pattern.replace("ß", "(?:ß|ss)").replace(" ", r"\s+")


def _plain(name: str) -> str:
    """Return a name for comparison: the »Bundes-Klimaschutzgesetz« is also called »Klimaschutzgesetz«."""
    name = re.sub(r"^eu-|^bundes-?(?=klima|immission)", "", name.lower().replace("ß", "ss"))
    name = re.sub(r"^(gesetz|vertrag)e?s\b", r"\1", name)
    return re.sub(r"\W", "", re.sub(r"^((?!gesetz)\w+e)[nrs]? ", r"\1", name))


def _span(at: int, match: re.Match[str], kind: str, value: str) -> Span:
    return Span(
        sentence=at, start=match.start(), end=match.end(), text=match[0], label="law",
        kind=kind, value=value, by="rule:laws",
    )  # fmt: skip
