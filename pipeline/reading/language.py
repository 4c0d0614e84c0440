"""Detect the language of a text: »Wir stärken die Pflege.« is »de«; the only door to langdetect.

Closed-class words decide nearly every passage; langdetect is used only if they do not and the text
is long enough for it (below about 60 letters it errs in every third German heading).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from pipeline.knowledge.toml import load
from pipeline.records import Record

WORD = re.compile(r"[^\W\d_]{2,}")  # single letters mark rows of tables and items of lists
READ = 600  # characters read of a passage; more never changed the result
LETTERS = 60  # texts with fewer letters are never given to langdetect
SURE = 0.9  # langdetect's own probability; it is lower for its wrong answers on German lists
# Langdetect's answers for lists of names, acronyms and garbled text in Latin script.
UNLIKELY = frozenset({"af", "ca", "cy", "et", "id", "lt", "lv", "sk", "sl", "so", "sq", "sw", "tl", "vi"})
LATIN = re.compile("[A-Za-zÀ-ɏ]")
OTHER_SCRIPTS = frozenset({
    "ar", "bg", "bn", "el", "fa", "gu", "he", "hi", "ja", "kn", "ko", "mk", "ml", "mr", "ne", "pa", "ru",
    "ta", "te", "th", "uk", "ur", "zh-cn", "zh-tw",
})  # fmt: skip


class Words(Record, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """Closed-class words by language, and endings of German words."""

    words: dict[str, frozenset[str]]
    endings: tuple[str, ...]


@cache
def _words() -> tuple[dict[str, frozenset[str]], tuple[str, ...]]:
    known = load("function_words", Words)
    return known.words, known.endings


def detect(text: str, *, inherited: str = "und") -> str:
    """Return the ISO 639-1 code of the language of `text`, or `inherited` if it is too short to tell."""
    return _detect(text[:READ]) or inherited


def detect_all(texts: Sequence[str]) -> list[str]:
    """Return the language of each passage of a document; undecided ones get that of most others."""
    found = [_detect(text[:READ]) for text in texts]
    weights: Counter[str] = Counter()
    for language, text in zip(found, texts, strict=True):
        if language:
            weights[language] += len(text)
    main = min(weights, key=lambda name: (-weights[name], name)) if weights else "und"
    return [language or main for language in found]


@lru_cache(maxsize=4096)
def _detect(text: str) -> str:
    tokens = WORD.findall(text.lower())
    if not tokens:
        return ""
    clear = _by_function_words(tokens)
    if clear:
        return clear
    if sum(map(len, tokens)) >= LETTERS:
        return _by_ngrams(text, tokens)
    return _short(text, tokens)


def _by_function_words(tokens: list[str]) -> str:
    """Return the language with clearly the most closed-class words, if they are a tenth of all words."""
    words, _ = _words()
    hits = sorted(((sum(t in known for t in tokens), name) for name, known in words.items()), reverse=True)
    (best, name), (second, _) = hits[0], hits[1]
    return name if best >= 3 and best >= 2 * second and best >= 0.1 * len(tokens) else ""


def _short(text: str, tokens: list[str]) -> str:
    """Return German for a short text that has any sign of it and none of another language."""
    words, endings = _words()
    german = sum(t in words["de"] for t in tokens)
    others = [sum(t in known for t in tokens) for name, known in words.items() if name != "de"]
    letters = bool(re.search("[äöüßÄÖÜ]", text))
    ending = any(len(t) > 5 and t.endswith(endings) for t in tokens)
    if german + letters + ending > max(others):
        return "de"
    return _by_ngrams(text, tokens) if max(others) >= 3 and max(others) > 2 * german else ""


@cache
def _detectors(*, latin: bool) -> Any:  # noqa: ANN401 - langdetect has no types
    """Return langdetect for the languages in Latin script (16 MB), or for the others (all take 60)."""
    from langdetect import PROFILES_DIRECTORY, DetectorFactory

    found = DetectorFactory()
    found.seed = 0
    profiles = sorted(Path(PROFILES_DIRECTORY).iterdir())
    found.load_json_profile([p.read_text("utf-8") for p in profiles if (p.name in OTHER_SCRIPTS) != latin])
    return found


def _by_ngrams(text: str, tokens: list[str]) -> str:
    """Return langdetect's answer, or "" if it is not certain or no word of that language confirms it.

    It takes indexes and rows of tables for French or Hungarian: of 272 passages of German documents that
    it called foreign, 23 remain after this check.
    """
    from langdetect import LangDetectException

    detector = _detectors(latin=2 * len(LATIN.findall(text)) > sum(map(len, tokens))).create()
    detector.append(text)
    try:
        best = detector.get_probabilities()[0]
    except LangDetectException:
        return ""
    code = str(best.lang).split("-")[0]
    known = _words()[0].get(code)
    doubtful = code != "de" and known is not None and sum(token in known for token in tokens) < 2
    return "" if best.prob < SURE or code in UNLIKELY or doubtful else code
