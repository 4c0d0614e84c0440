"""Find expressions of time that tell which period a sentence is about: »in der nächsten Legislaturperiode«.

A span has the rule's name in `kind` and a structural value, which `addressing.addressed` resolves against
the document's date and calendar later, so that a corrected date needs no new tagging:

    wp:20  wp:+1  wp:0  wp:-1  wp:new  wp:home     a period by number, by distance, the new one, the own one
    bt:20  ep:+1                                   the same in a calendar that the text names
    term:2021  bt:term:2021  bt:before:2021        the period after the election of that year, or before it
    year:2024  year:+1  month:2025-03  day:2027-01-01
    year:2021-11/2021-12  year:-1/11-12            a part of a year (»Ende 2021«, »Ende letzten Jahres«)
    until:2030  since:2015-07  from:2027-01-01     up to, from (to today), from (on)
    wp:-1,-2  wp:14-16  wp:-0                      the last two; from one to the other; the one that is ending
    since:wp:18  until:year:+1  until:decade:0
    range:2021-2027  range:2024-08/2025-07         both ends included
    decade:1990  decade:0
    span:+10  span:-4                              years from the document's date, onwards or back
    span:recent  rest:2025  rest:0                 the last years; what is left of a year (»noch 2025«)
    gov:ampel  gov:Merkel:2                        a government by name (`knowledge.governments`)
    ec:+1                                          the Commission, where the document is one of the Union
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from pipeline.knowledge.dated_nouns import DATED_NOUN, EVENT, NO_CUE, PLAIN_NOUN
from pipeline.knowledge.decades import DECADE, PART, bounded, decade
from pipeline.knowledge.governments import hint, naming
from pipeline.knowledge.months import MONTH, NO_QUANTITY, POINT, STRETCH, YEAR, months_before, point, stretch
from pipeline.knowledge.no_times import DONE, NO_TIMES, OTHER_OFFICE, SINCE_TURN
from pipeline.knowledge.steps import FIRST_STEP, LAST, NEXT, STEP, stepped
from pipeline.knowledge.time_words import time_words, usual
from pipeline.records import Context, Span

LABELS = ("time",)
EXAMPLES = (
    "In der <time>nächsten Legislaturperiode</time> braucht es neue Instrumente.",
    "Das wurde in der <time>18. Wahlperiode</time> beschlossen.",
    "<time>Bis 2030</time> sinken die Emissionen gegenüber 1990 um 65 Prozent.",
    "<time>Seit 2015</time> steigen die Mieten, ab dem <time>kommenden Jahr</time> gilt die Bremse.",
    "Die Förderperiode <time>2021–2027</time> läuft aus.",
    "Die Agenda 2030 und das Klimaschutzgesetz 2030 nennen keine Frist.",
    "Drucksache 20/1234 zitiert § 2030 BGB.",
)

_TERM = r"(?:Legislaturperiode|Legislatur|Wahlperiode|WP)\b"
_OF = r"(?P<of>\s+(?:des|der)\s+(?:Deutschen\s+|Europäischen\s+)?(?:Bundestag\w*|Parlaments?|EU)\b)?"
_NUMBERS = time_words().numbers

_FILL = (
    r"(?:\s+(?:zu|zum|zur|dem|den|des|im|ins|in|das|einschließlich|spätestens|mindestens|Jahr|Jahre|Jahres|Ende|"
    r"Mitte|Anfang|Beginn|Sommerpause|Jahresende|Frühjahr|Sommer|Herbst|Winter|Stichtag|Haushaltsjahr|(?:ersten|zweiten|dritten|vierten)|"
    r"(?:\d|I{1,3}|IV)\.(?=\s*(?:Quartal|Halbjahr))|Quartals?|Halbjahr(?:e?s)?))*"
)
_INTENT = re.compile(r"\b(?:woll|soll|muss|müss|werde|wird)|\bZiel")
_HOLDER = re.compile(r"\b(?:Kommission|(?:Bundes)?[Rr]egierung|Koalition|(?:Bundes)?[Kk]anzler)")
_WORTH_READING = re.compile(
    r"(?:19|20)\d\d|\d0er|egislatur|ahlperiode|WP|Bundestag|wahl\b|egierung|[Jj]ahr|ziger|Dekade|[Ss]eit\s+de[rm]\s|Koalition|Parlament"
    rf"|Amtszeit|{hint()}"
)


class Rule(NamedTuple):
    """One kind of expression; a `kind` "" means the first part of the value, a value "" is no match."""

    kind: str
    pattern: re.Pattern[str]
    value: Callable[[re.Match[str]], str]


def _calendar(match: re.Match[str]) -> str:
    named = match.groupdict()
    of = f"{named.get('of')} {named.get('eu')}"
    return "bt" if "Bundestag" in of else "ep" if "Europ" in of or "EU" in of else "wp"


def _years_step(match: re.Match[str], head: str) -> str:
    step = stepped(match)
    if step == "new":
        return ""
    months = months_before(match.string[: match.start("step")]) if head.endswith("year") else None
    return f"{head}:{step}/{months[0]:02d}-{months[1]:02d}" if months else f"{head}:{step}"


def _months(match: re.Match[str]) -> tuple[str, str]:
    """Return the first and the last month of »Ende 2021«; for a whole date, the date twice."""
    day = point(match)
    if match["year"] and (months := months_before(match.string[: match.start("year")])):
        return f"{day}-{months[0]:02d}", f"{day}-{months[1]:02d}"
    return day, day


def _on(match: re.Match[str]) -> str:
    first, last = _months(match)
    kind = ("year", "month", "day")[first.count("-")]
    return f"{kind}:{first}" if first == last else f"year:{first}/{last}"


def _range(match: re.Match[str]) -> str:
    first, last = match["first"], match["last"]
    if len(last) == 2:
        last = first[:2] + last
    return f"range:{first}-{last}" if first < last else ""


def _school_year(match: re.Match[str]) -> str:
    """Read "2024/25" as August to July, after "Haushalt" as two years; other pairs number papers."""
    years = _range(match)
    if int(match["last"][-2:]) != (int(match["first"]) + 1) % 100 or not years:
        return ""
    return years if match["budget"] else f"range:{match['first']}-08/{int(match['first']) + 1}-07"


def _span(match: re.Match[str]) -> str:
    step = stepped(match)
    return f"span:{step[0]}{_years(match)}" if step in ("+1", "-1") else ""


def _recent(match: re.Match[str]) -> str:
    """Read »in den letzten Jahren« as a look back, unless the sentence is about something to be done."""
    back = "span:-20" if match["decades"] else "span:recent"  # »Jahrzehnte« are at least two
    return back if stepped(match) == "-1" and not _INTENT.search(match.string) else ""


def _within(match: re.Match[str]) -> str:
    """Read »innerhalb von drei Jahren« as a span if something is to be done by then."""
    return f"span:+{_years(match)}" if _INTENT.search(match.string) else ""


def _years_ago(match: re.Match[str]) -> str:
    """Read »vor drei Jahren« as that year, unless the sentence is about something to be done."""
    return "" if _INTENT.search(match.string) else f"year:-{_years(match)}"


def _government(match: re.Match[str]) -> str:
    step = "-1" if match["step"].lower().startswith("alt") else stepped(match)
    body = {"Bund": "bt", "Euro": "ep", "EU-K": "ep", "Komm": "ec"}.get(match["body"][:4], "wp")
    return f"{body}:{step}"


def _term_of_office(match: re.Match[str]) -> str:
    """Read »in ihrer letzten Amtszeit« as a period if only a government can be in office."""
    holder = _HOLDER.search(match.string)
    if not holder or OTHER_OFFICE.search(match.string):
        return ""
    return f"{'ec' if holder[0].startswith('Komm') else 'wp'}:{stepped(match)}"


def _beyond(match: re.Match[str]) -> str:
    """Read »über 2024 hinaus« as that year or day up to the end of the next year."""
    day = point(match)
    return f"range:{day}{'/' if '-' in day else '-'}{int(day[:4]) + 1}"


def _between_elections(match: re.Match[str]) -> str:
    """Read »vor der letzten Bundestagswahl« as the period that ended with it, »nach« as the next one."""
    step = {"+1": 1, "-1": 0}.get(stepped(match))
    if step is None:
        return ""
    step -= match["side"].lower() == "vor"
    return f"{_body(match)}{step:+d}" if step else f"{_body(match)}0"


def _body(match: re.Match[str]) -> str:
    return {"bundestags": "bt:", "europa": "ep:", "eu-": "ep:"}.get(match["whose"].lower(), "wp:")


def _several(match: re.Match[str]) -> str:
    """Return the steps to each period of »die letzten beiden Legislaturperioden«."""
    step, count = stepped(match), _number(match["count"])
    return "wp:" + ",".join(f"{step[0]}{at}" for at in range(1, count + 1)) if step in ("+1", "-1") else ""


def _years(match: re.Match[str]) -> int:
    return _number(match["count"]) * (10 if "zehnt" in match["unit"] else 1)


def _number(word: str) -> int:
    return int(word) if word.isdigit() else _NUMBERS.counts[word.lower()]


def _election(match: re.Match[str]) -> str:
    side = "before" if match["before"] else "term"
    return f"{_body(match).removeprefix('wp:')}{side}:{match['first']}"


_YEARS = r"(?P<unit>Jahr(?:zehnt)?(?:en?)?)\b"
_COUNT = rf"(?P<count>\d{{1,2}}|{'|'.join(_NUMBERS.counts)})"
_STEP_INSIDE = STEP.removeprefix(r"\b")
# »die letzten vier Jahre dieser Wahlperiode« and »… vor Eintritt der Rente« do not count from today.
_NO_START = r"(?!\s+(?:(?:vor|nach)\s+(?:de[mr]\s+)?[A-ZÄÖÜ]|dieser\s+(?:Legislatur|Wahl)))"
_OPENING = r"(?:^|(?<=[:;,]\s))(?:(?:Schon|Bereits|Erst|Zuletzt|Noch|Doch|Auch|Allein|Voraussichtlich)\s+)?"
# »als die Quote 2011 noch …«, »die vom Rat 1998 eingeführten Möglichkeiten«
_ADVERB = rf"(?=\s+(?:(?:noch|bereits|schon|erst|erstmals|wieder)\b|{DONE}e[nrms]?\s+[A-ZÄÖÜ]))"
_UNTIL = r"(?:[Bb]is|[Ss]pätestens|(?:deutlich|möglichst|muss|müssen|soll|sollen)\s+vor)"
_STEP_OR_OLD = STEP.replace("<step>", "<step>[Aa]lte[nrms]?|")
_RULES = tuple(
    Rule(kind, re.compile(pattern), value)
    for kind, pattern, value in (
        (
            "term",
            rf"(?:(?P<eu>EU-)?{_TERM}|(?i:\b(?:regierungs|\w*wahl)programm|koalitionsv\w+"
            rf"|regierungszeit))\s+(?:von\s+)?"
            rf"(?P<first>{YEAR})\s*(?:[-–—/]|bis)\s*(?:{YEAR}|\d\d)\b",
            lambda m: f"{'ep:' if m['eu'] else ''}term:{m['first']}",
        ),
        (
            "term",
            r"\b(?P<before>(?:[Vv]or\s+der|[Bb]is\s+zur)\s+)?"
            rf"(?P<whose>(?i:Bundestags|Landtags|Europa|EU-|Bürgerschafts|Abgeordnetenhaus))(?i:wahl(?:en)?)\s+"
            rf"(?:(?:im\s+)?(?:Jahr\w*|{MONTH}|Herbst|Frühjahr)\s+)?(?P<first>{YEAR})\b",
            _election,
        ),
        (
            "since",
            rf"\b[Ss]eit\s+(?:(?:\w+\s+)?der\s+)?(?P<n>\d{{1,2}})\.\s*{_TERM}{_OF}",
            lambda m: f"since:{_calendar(m)}:{m['n']}",
        ),
        (
            "number",
            rf"\b(?:(?P<between>[Zz]wischen)\s+der\s+)?(?P<n>\d{{1,2}})\.\s*(?(between)und|(?:bis|[-–—]))\s*"
            rf"(?:zu[mr]?\s+|der\s+|einschließlich\s+)*(?P<last>\d{{1,2}})\.\s*{_TERM}{_OF}",
            lambda m: f"{_calendar(m)}:{m['n']}-{m['last']}",
        ),
        (
            "number",
            rf"\b(?P<n>\d{{1,2}})\.(?=(?:\s*(?:und|sowie|oder|,|/)\s*(?:(?:in\s+)?der\s+)?\d{{1,2}}\.)+\s*{_TERM})",
            lambda m: f"wp:{m['n']}",
        ),
        ("number", rf"\b(?P<n>\d{{1,2}})\.\s*{_TERM}{_OF}", lambda m: f"{_calendar(m)}:{m['n']}"),
        (
            "number",
            r"\b(?P<n>\d{1,2})\.\s+(?:Deutsche[rnm]?\s+)?Bundestag(?:e?s)?\b",
            lambda m: f"bt:{m['n']}",
        ),
        ("number", r"\bWP\s?(?P<n>\d{1,2})\b", lambda m: f"wp:{m['n']}"),
        (
            "number",
            rf"\b(?P<n>{'|'.join(_NUMBERS.ordinals)})[nrms]?\s+{_TERM}{_OF}",
            lambda m: f"{_calendar(m)}:{_NUMBERS.ordinals[m['n']]}",
        ),
        ("relative", FIRST_STEP, lambda m: f"wp:{stepped(m)}"),
        ("relative", rf"{STEP}\s+{_COUNT}\s+(?:Legislatur|Wahl)perioden\b", _several),
        ("relative", rf"\b{_COUNT}\s+{_STEP_INSIDE}\s+(?:Legislatur|Wahl)perioden\b", _several),
        (
            "election",
            rf"\b(?P<side>[Vv]or|[Nn]ach|[Ss]eit|[Bb]ei|[Mm]it)\s+der\s+{STEP}\s+"
            r"(?P<whose>Bundestags|Landtags|Europa|EU-|Bürgerschafts|Abgeordnetenhaus)[Ww]ahl\b",
            _between_elections,
        ),
        (
            "election",
            r"\b[Bb]is\s+zur\s+(?:nächsten|kommenden)\s+(?P<whose>Bundestags|Landtags|Europa|EU-)[Ww]ahl\b",
            lambda m: f"{_body(m)}home",
        ),
        ("relative", rf"{STEP}\s+(?P<eu>EU-)?{_TERM}{_OF}", lambda m: f"{_calendar(m)}:{stepped(m)}"),
        (
            "government",
            rf"{_STEP_OR_OLD}\s+(?P<body>Bundesregierung|Bundestag(?:e?s)?|Landesregierung|Staatsregierung|(?:Regierungsk|K)oalition|Europäische[ns]?\s+Parlaments?|(?:EU-|Europäischen?\s+)?Kommission(?!\s+(?:zu|für)))\b",
            _government,
        ),
        ("government", r"\bVorgängerregierung\b", lambda m: "wp:-1"),
        ("government", rf"\b(?P<step>(?i:alte[nrms]?|{NEXT}|{LAST}))\s+(?P<body>Regierung)\b", _government),
        *(("government", pattern, value) for pattern, value in naming()),
        ("relative", rf"{STEP}\s+Amtszeit\b", _term_of_office),
        (
            "unmarked",
            r"\b(?:(?:Beginn|Anfang|Ende|Mitte|Laufe?|Verlauf|Hälfte|Ablauf|Dauer|Halbzeit|Drittel|Start|Rest|Zeit|Schluss)\s+der"
            rf"|[Ii]n\s+der|[Ww]ährend\s+der|[Ii]nnerhalb\s+der|die\s+gesamte|der\s+gesamten|der\s+ganzen)\s+{_TERM}{_OF}",
            lambda m: f"{_calendar(m)}:home",
        ),
        (
            "range",
            rf"\b(?:[Zz]wischen|\w*[Jj]ahren?)\s+(?:den\s+Jahren\s+)?(?P<first>{YEAR})(?:,\s*{YEAR})*"
            rf"\s*(?:und|bis|sowie|oder|[-–—])\s*(?:dem\s+Jahr\s+)?(?P<last>{YEAR}){NO_QUANTITY}",
            _range,
        ),
        ("range", STRETCH, stretch),
        (
            "range",
            rf"(?:\b[Vv]on\s+)?(?<![\w/.,-])(?<![A-Z]G )(?<!\d\s)(?P<first>{YEAR})"
            rf"\s*(?:[-–—]|bis)\s*(?:zum\s+Jahr\w*\s+|einschließlich\s+|Ende\s+|Mitte\s+)?(?P<last>{YEAR}|\d\d){NO_QUANTITY}",
            _range,
        ),
        (
            "range",
            rf"(?P<budget>[Hh]aushalt\w*\s+)?(?<![\w/.,-])(?P<first>{YEAR})/(?P<last>\d\d|{YEAR}){NO_QUANTITY}",
            _school_year,
        ),
        (
            "until",
            r"\b(?:[Bb]is|[Vv]or(?=\s+Ende))\s+(?:zum\s+|spätestens\s+)*(?:Ende|Mitte)?\s*(?:des|dieses|der|dieser)\s+(?:laufenden\s+)?(?:Jahrzehnte?s|Dekade)",
            lambda m: "until:decade:0",
        ),
        (
            "",
            rf"\b(?P<way>[Bb]is|[Ss]eit)\s+(?:(?:zum|dem|des|spätestens|Anfang|Beginn|Mitte|Ende|{MONTH})\s+)*"
            rf"{STEP}\s+Jahre?s?\b(?!\s+{YEAR})",
            lambda m: _years_step(m, "since:year" if m["way"].endswith("t") else "until:year"),
        ),
        (
            "until",
            r"\b[Bb]is\s+(?:zum\s+)?(?:Jahresende|Ende\s+des\s+Jahres)\b(?!\s+\d)",
            lambda m: "until:year:0",
        ),
        (
            "since",
            rf"\b[Ss]eit\s+(?:[a-zäöüß]+\s+){{0,2}}{_COUNT}\s+(?:Legislatur|Wahl)perioden\b",
            lambda m: f"since:wp:{1 - _number(m['count'])}",
        ),
        ("until", rf"\b{_UNTIL}{_FILL}\s+{POINT}", lambda m: f"until:{_months(m)[1]}"),
        ("", rf"\b(?P<way>[Ss]eit|[Bb]is)\s+(?:zum\s+)?(?:{PART}\s+)?de[rn]\s+{DECADE}\b", bounded),
        ("since", rf"\b[Ss]eit{_FILL}\s+{POINT}", lambda m: f"since:{_months(m)[0]}"),
        ("since", rf"\b[Vv]on\s+{POINT}\s+bis\s+(?:heute|jetzt)\b", lambda m: f"since:{point(m)}"),
        ("since", rf"\b{SINCE_TURN}", lambda m: f"since:{time_words().turns[m['turn']]}"),
        ("since", rf"\b[Ss]eit\s+{EVENT}{POINT}", lambda m: f"since:{_months(m)[0]}"),
        (
            "since",
            rf"\b[Ss]eit\s+(?:(?:mehr\s+als|(?!mindestens)[a-zäöüß]+)\s+){{0,2}}(?!einem\s+Jahr\b){_COUNT}\s+{_YEARS}",
            lambda m: f"since:year:-{_years(m)}",
        ),
        ("from", rf"\b(?:[Aa]b|[Nn]ach|[Ff]rühestens){_FILL}\s+{POINT}", lambda m: f"from:{_months(m)[0]}"),
        ("from", rf"(?:^|\b[a-zäöüß]+\s)(?P<it>[Vv]o[nm]\s+{POINT}\s+an)\b", lambda m: f"from:{point(m)}"),
        ("from", rf"\b[Üü]ber\s+(?:das\s+Jahr\s+|den\s+)?{POINT}\s+hinaus", _beyond),
        ("span", rf"{STEP}\s+{_COUNT}\s+{_YEARS}{_NO_START}", _span),
        ("span", rf"\b(?i:{_COUNT})\s+{_STEP_INSIDE}\s+{_YEARS}{_NO_START}", _span),
        ("span", rf"{STEP}\s+Jahr(?P<decades>zehnt)?en?\b", _recent),
        (
            "span",
            rf"\b(?:[Bb]innen|[Ii]nnerhalb)\s+(?:von\s+)?{_COUNT}\s+{_YEARS}(?!\s+(?:vor|nach|ab|seit)\b)",
            _within,
        ),
        (
            "year",
            rf"\b[Nn]och\s+(?P<it>(?:i[nm]\s+(?:Jahre?\s+)?)?(?P<year>{YEAR}){NO_QUANTITY}|(?:in\s+)?diese[ms]\s+Jahr\b)",
            lambda m: f"rest:{m['year'] or 0}",
        ),
        ("relative_year", rf"{STEP}\s+Jahr(?:es|s)?\b(?!\s+{YEAR})", lambda m: _years_step(m, "year")),
        (
            "relative_year",
            rf"(?<!als )(?<!wie )(?<! noch )\b[Vv]or\s+(?:mehr\s+als\s+|[a-zäöüß]+\s+)?{_COUNT}\s+{_YEARS}",
            _years_ago,
        ),
        ("decade", rf"{STEP}\s+(?:Jahrzehnt(?:e?s)?|Dekade)\b", lambda m: _years_step(m, "decade")),
        ("decade", rf"\b(?:(?<!bis ){PART}\s+der\s+)?{DECADE}\b", decade),
        (
            "",
            rf"\b(?:[Aa]m|[Zz]um|Wirkung\s+vom|[Aa]uf\s+den(?=\s+\d+\.)|[Pp]er|[Vv]or\s+dem|[Ii]m)\s+{POINT}",
            _on,
        ),
        ("", rf"(?<!\.\s)(?<!\w)(?=(?:{MONTH})\s){POINT}", _on),
        ("", rf"\b{DATED_NOUN}\s+(?:des\s+Jahres\s+|im\s+Jahre?\s+)?{POINT}", _on),
        ("", rf"\b(?:[Ff]ür|[Ii]n|[Vv]or|[Gg]egen)\s+(?:das\s+Jahr\s+)?{POINT}", _on),
        ("", rf"{_OPENING}(?!2000){POINT}(?=\s+[a-zäöü])", _on),
        ("", rf",\s+d(?:ie|as|er|en)\s+(?P<it>(?!2000){POINT})(?=\s+[a-zäöü])", _on),
        (
            "",
            rf"\b(?:wurden?|hat|haben|hatten?)(?:\s+\w+){{0,4}}?\s+{PLAIN_NOUN}\s+(?P<it>{POINT})\s+\w+(?:t|en)\b",
            _on,
        ),
        ("", rf"\b(?!{MONTH}\s|D\w\w\s){PLAIN_NOUN}\s+(?P<it>(?!2000){POINT}){_ADVERB}", _on),
        ("", rf"\b(?!{NO_CUE}\s)[a-zäöüß]+\s+(?P<it>(?!2000){POINT})", _on),
        (
            "",
            rf"\b[Dd](?:ie|e[rnms]|as)\s+(?P<it>(?!2000){POINT})"
            r"(?=\s+(?:(?:vo[nm]|durch|mit|unter)\s+"
            r"|(?:(?:i[nm]s?\s+[A-ZÄÖÜ]\w+|[a-zäöüß]+)\s+)?[a-zäöüß]+(?:t|en|end)e[nrms]?\b))",
            _on,
        ),
    )
)


def extract(contexts: Sequence[Context]) -> Iterator[Span]:
    """Yield the expressions of time in each sentence in order, with rule and structural value."""
    for at, context in enumerate(contexts):
        yield from find(context.text, sentence=at)


def find(text: str, *, sentence: int = 0) -> Iterator[Span]:
    """Yield the expressions of time in one text, such as a heading or a sentence."""
    if not _WORTH_READING.search(plain := usual(text)):
        return
    taken = [match.span() for match in NO_TIMES.finditer(plain)]
    spans = []
    for rule in _RULES:
        for match in rule.pattern.finditer(plain):
            value = rule.value(match)
            start, end = match.span("it" if "it" in rule.pattern.groupindex else 0)
            if value and all(end <= low or high <= start for low, high in taken):
                taken.append((start, end))
                kind = rule.kind or value.partition(":")[0]
                found = Span(
                    sentence=sentence, start=start, end=end, text=text[start:end], label="time", kind=kind,
                    value=value, by="rule:times",
                )  # fmt: skip
                spans.append(found)
    yield from sorted(spans, key=lambda span: span.start)
