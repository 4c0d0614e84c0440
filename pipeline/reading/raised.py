"""Tell what raised characters are where a file says that they are raised: marks of notes, exponents, others.

A mark of a note is no part of its word (»Klimaschutz³«), an exponent is (»m²«), and so are the letters of
ordinals and trademarks.
"""

from __future__ import annotations

import re
from collections import Counter

from pipeline.reading.unpaged import MARK, MARKED, mark

NEAR = 200  # characters examined
SIGN = re.compile(r"[\[(]?(\d{1,3}|\*{1,4}|†|[a-h](?=\)))[\])]?")
LISTED = re.compile(r"\s*[,;–-]\s*|\s+")  # between signs: »3, 4«
LETTER = re.compile("[a-h]")  # a sign only behind a word, unlike »XIXe«
WORD = re.compile("[a-zäöüß]{3}[^\\w\\s]?$")
UNIT = re.compile(r"(?<![^\W\d_])(?:[dckmnµμ]?m|[A-Za-z])$|/s$|\bIRIS$")  # »IRIS²« is a programme of the EU
TIMES_TEN = re.compile(r"[×·⋅*x]\s?10$")
TEN = re.compile(r"(?<![\d.,])10$")
FORMULA = re.compile(r"(?<![^\W\d_])(?:CO|NO|SO|CH|NH|H|N|O)$")  # »CO₂« that was raised instead of lowered
SIGNED = re.compile(r"[-−–+]\d{1,2}")
ISOTOPE = re.compile(r"(?:C|Cs|Co|H|He|I|J|K|Kr|Pb|Po|Pu|Ra|Rn|Sr|Tc|U|Xe)(?![^\W\d_])")
FRACTION = re.compile(r"[/⁄∕]\s?\d")
RAISED = str.maketrans("0123456789-−–+", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻⁻⁺")


class Raised:
    """The raised characters of a document, told in reading order."""

    def __init__(self) -> None:
        self._opened: Counter[str] = Counter()  # notes by sign, as numbers may begin anew in each section
        self._called: set[str] = set()

    def written(self, before: str, raised: str, after: str) -> str:
        """Return what stands in the text for raised characters: a mark, an exponent, or they as they are.

        Args:
            before: the text of their block up to them, with the marks of notes.
            raised: the characters.
            after: some characters behind them.
        """
        if MARK in raised:  # known already, with commas or brackets
            return "".join(map(mark, MARKED.findall(raised)))
        bare, before = raised.strip(), MARKED.sub("", _end(before))
        if bare.isdigit() and FRACTION.match(after):
            return f" {bare}" if before[-1:].isdigit() else bare
        if FORMULA.search(before) and re.fullmatch("[2-4x]", bare):
            return bare
        if _is_exponent(before, bare):
            return bare.translate(RAISED)
        if bare in (",", ";"):
            return ""  # between two marks
        signs = signs_in(bare, behind_word=WORD.search(before) is not None)
        at_word = before[-1:].isspace() or not before
        if not signs or (at_word and ISOTOPE.match(after)):
            return raised
        if not at_word or not after[:1].isalpha():  # else it numbers a sentence: »¹Der Bund zahlt.«
            self._called.update(map(self._name, signs))
        space = " " if raised[-1:].isspace() else ""
        return "".join(mark(self._name(sign)) for sign in signs) + space

    def opened(self, raised: str) -> tuple[str, str] | None:
        """Return name and sign of the note that raised characters open at the start of a block, if any.

        They do if the text before has had such a mark and no note for it.
        """
        signs = signs_in(raised.strip(), behind_word=True)
        if len(signs) != 1 or (name := self._name(signs[0])) not in self._called:
            return None
        self._opened[signs[0]] += 1
        return name, signs[0]

    def _name(self, sign: str) -> str:
        return f"raised {sign} {self._opened[sign]}"


def _end(before: str) -> str:
    """Return the end of a text, from a mark that is whole, so that work stays linear on hostile text."""
    end = before[-NEAR:]
    return end[end.index(MARK) + 1 :] if end.count(MARK) % 2 else end


def signs_in(text: str, *, behind_word: bool = False) -> list[str]:
    """Return the signs of notes that a text consists of, or none if it is anything else."""
    if behind_word and LETTER.fullmatch(text):
        return [text]
    found = [SIGN.fullmatch(part) for part in LISTED.split(text)]
    return [match[1] for match in found if match] if all(found) else []


def _is_exponent(before: str, bare: str) -> bool:
    if SIGNED.fullmatch(bare):
        return before[-1:].isalnum()
    if not bare.isdigit():
        return False
    return (
        (bare in ("2", "3") and UNIT.search(before) is not None)
        or TIMES_TEN.search(before) is not None
        or (bare in ("6", "9", "12") and TEN.search(before) is not None)
    )
