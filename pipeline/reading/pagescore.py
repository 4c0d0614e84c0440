"""Score how well the text of a page agrees with a transcript made by hand; the door to RapidFuzz.

What is compared is words, not typography: Unicode's compatibility form, one kind of quotation mark, dash
and space, no bullets, no marks of Markdown.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import mean, median

import msgspec
from rapidfuzz.distance import Levenshtein

from pipeline.errors import InputError, why
from pipeline.records import Record

SINGLE = frozenset("‚‘’‛′`´")
DOUBLE = frozenset("„‟″")
# Beside those that Unicode calls dashes; PDFs hyphenate with the last three.
DASHES = frozenset("−\x02\ufffe\uffff")
BULLETS = frozenset("•▪■►‣●○◆◦∙·")
WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
MARKS = re.compile(r"^[ \t]*(?:#{1,6}|[-*+])[ \t]+(?=\S)|\*\*", flags=re.M)
LINE = 22  # letters by which a printed line is found again
SHORTEST = 10  # letters; shorter lines are found anywhere
LONG = 8  # letters of furniture that no running text holds by chance
NEAR = 3  # letters by which the end of a paragraph may be off
WORST = 1.5  # of the character error rate, so that one page of noise does not decide the mean


class Printed(Record):
    """A paragraph, item or heading as printed."""

    type: str
    text: str


class Truth(Record):
    """A page transcribed by hand."""

    file: str
    page: int
    paras: tuple[Printed, ...]
    lines: tuple[str, ...]  # as printed
    furniture: tuple[str, ...]  # headers, footers, numbers of pages and lines
    hyphen_words: tuple[str, ...]  # words that are broken at line ends, in full


class Score(Record):
    """What is wrong and what is right on pages; all figures are shares.

    cer: edits per character of the truth, median and mean over pages.
    leak: furniture that is left in the text. hyph: broken words that are not joined.
    paragraphs: F1 of the places where they end. head: headings that are blocks of their own.
    order: printed lines outside the longest sequence that follows the order of the truth.
    """

    cer_median: float
    cer: float
    leak: float
    hyph: float
    paragraphs: float
    head: float
    order: float


class Judged(Record):
    """The scores of one page: shares, or pairs of how many of how many."""

    cer: float
    leak: tuple[int, int]
    hyph: tuple[int, int]
    paragraphs: float
    head: tuple[int, int]
    order: float


class WordCounts(Record):
    """The numbers of words in a text, in its truth, and in both."""

    given: int
    wanted: int
    both: int

    @property
    def precision(self) -> float:
        """Share of the words of the text that are also in the truth."""
        return self.both / max(1, self.given)

    @property
    def recall(self) -> float:
        """Share of the words of the truth that are also in the text."""
        return self.both / max(1, self.wanted)


def load(folder: Path) -> list[Truth]:
    """Return the pages in a folder, one JSON file each.

    Raises:
        InputError: the folder is missing, or a file is not such a page.
    """
    if not folder.is_dir():
        raise InputError(str(folder), "is not a folder", "name the folder of the truth pages")
    found = []
    for path in sorted(folder.glob("*.json")):
        try:
            found.append(msgspec.json.decode(path.read_bytes(), type=Truth))
        except (OSError, msgspec.DecodeError) as error:
            raise InputError(str(path), why(error), "see corpora/sample/truth/pages for the form") from None
    return found


def score(pages: Iterable[tuple[Truth, str]]) -> Score:
    """Return how well texts agree with their pages; empty lines separate the blocks of a text."""
    judged = [judge(truth, text) for truth, text in pages]
    errors = [page.cer for page in judged]
    return Score(
        cer_median=median(errors),
        cer=mean(errors),
        leak=_share(page.leak for page in judged),
        hyph=_share(page.hyph for page in judged),
        paragraphs=mean(page.paragraphs for page in judged),
        head=_share(page.head for page in judged),
        order=mean(page.order for page in judged),
    )


def words(text: str, truth: str) -> WordCounts:
    """Return how many words two texts share regardless of order; a word counts as often as it occurs."""
    given, wanted = (Counter(WORD.findall(_even(one).casefold())) for one in (text, truth))
    return WordCounts(given=given.total(), wanted=wanted.total(), both=(given & wanted).total())


def _share(counted: Iterable[tuple[int, int]]) -> float:
    some, all_ = map(sum, zip(*counted, strict=True))
    return some / max(1, all_)


def judge(truth: Truth, text: str) -> Judged:
    """Return how well a text agrees with its page."""
    wanted, given = [_flat(_plain(block.text)) for block in truth.paras], _blocks(text)
    right, said = " ".join(wanted), " ".join(given)
    headings = [_folded(_even(block.text)) for block in truth.paras if block.type == "heading"]
    blocks = {_folded(block) for block in given}
    return Judged(
        cer=min(WORST, Levenshtein.distance(right, said) / max(1, len(right))),
        leak=(sum(_leaks(_flat(_even(f)), said, right) for f in truth.furniture), len(truth.furniture)),
        hyph=(_torn(truth.hyphen_words, said, right), len(truth.hyphen_words)),
        paragraphs=_paragraphs(wanted, given),
        head=(sum(heading in blocks for heading in headings), len(headings)),
        order=_disorder(truth.lines, said, right),
    )


def _even(text: str) -> str:
    """Return a text with one sign for all that look alike, before and after decomposition."""
    return "".join(map(_sign, unicodedata.normalize("NFKC", "".join(map(_sign, text)))))


def _sign(sign: str) -> str:
    kind = unicodedata.category(sign)
    if sign in SINGLE:
        return "'"
    if sign in DOUBLE or kind in ("Pi", "Pf"):
        return '"'
    if kind == "Pd" or sign in DASHES:
        return "-"
    if sign in BULLETS or kind in ("Co", "Cc", "Zs"):
        return "\n" if sign == "\n" else " "
    return "" if kind == "Cf" else sign


def _plain(text: str) -> str:
    return MARKS.sub("", _even(text))


def _flat(text: str) -> str:
    return " ".join(text.split())


def _bare(text: str) -> str:
    return "".join(text.split())


def _folded(text: str) -> str:
    return _bare(text).casefold()


def _blocks(text: str) -> list[str]:
    """Return the blocks of a text; without empty lines, each line is a block."""
    plain = _plain(text)
    found = [flat for part in re.split(r"\n\s*\n", plain) if (flat := _flat(part))]
    return found if len(found) > 1 else [flat for line in plain.split("\n") if (flat := _flat(line))]


def _leaks(furniture: str, said: str, right: str) -> bool:
    """Return whether furniture occurs in a text more often than in the truth."""
    if len(letters := _folded(furniture)) > LONG:
        return _folded(said).count(letters) > _folded(right).count(letters)
    form = r"\s*".join(map(re.escape, furniture.split()))
    if furniture[:1].isalnum():
        form = rf"(?<![\w.,]){form}(?![\w,]|\.\d)"
    return len(re.findall(form, said)) > len(re.findall(form, right))


def _torn(words: Sequence[str], said: str, right: str) -> int:
    """Return how many of the broken words are not whole in a text."""
    lost = 0
    for word, n in Counter(_flat(_even(word)) for word in words).items():
        whole = re.compile(rf"(?<![\w-]){re.escape(word)}(?!\w|-\w)")
        wanted = len(whole.findall(right)) or n
        lost += min(n, max(0, wanted - len(whole.findall(said))))
    return lost


def _disorder(lines: Sequence[str], said: str, right: str) -> float:
    said, right = (_folded(text).replace("-", "") for text in (said, right))
    keys = [_folded(_plain(line)).replace("-", "")[:LINE] for line in lines]
    kept = [key for key in keys if len(key) >= SHORTEST and right.count(key) == 1]
    places = [place for key in kept if (place := said.find(key)) >= 0]
    if not places:
        return float(bool(kept))
    return 1 - _longest_run(places) / len(places)


def _longest_run(places: Sequence[int]) -> int:
    """Return the length of the longest increasing subsequence (patience sorting)."""
    ends: list[int] = []
    for place in places:
        at = bisect_left(ends, place)
        ends[at : at + 1] = [place]
    return len(ends)


def _paragraphs(wanted: Sequence[str], given: Sequence[str]) -> float:
    """Return the F1 of the places where one paragraph ends and another begins."""
    right, said = _ends(wanted), _ends(given)
    if not right and not said:
        return 1.0
    placed = _carried(said, _bare("".join(given)), _bare("".join(wanted)))
    left, hits = list(right), 0
    for end in placed:
        near = next((other for other in left if abs(other - end) <= NEAR), None)
        if near is not None:
            left.remove(near)
            hits += 1
    return 2 * hits / (len(right) + len(said))


def _ends(blocks: Sequence[str]) -> list[int]:
    """Return the number of letters before the end of each block but the last."""
    found, n = [], 0
    for block in blocks[:-1]:
        n += len(_bare(block))
        found.append(n)
    return found


def _carried(places: Sequence[int], source: str, target: str) -> list[int]:
    """Return where places of one text are in another, by the fewest edits between the two."""
    edits = list(Levenshtein.opcodes(source, target))
    starts = [edit.src_start for edit in edits]
    found = []
    for place in places:
        edit = edits[bisect_right(starts, place) - 1]
        within = min(place - edit.src_start, edit.dest_end - edit.dest_start)
        found.append(edit.dest_start + within)
    return found
