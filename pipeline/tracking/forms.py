"""Choose the form in which a noun is shown: the dictionary's for »Datenschutz«, but »Daten«, not »Datum«."""

from __future__ import annotations

from collections.abc import Mapping

SELDOM = 0.2  # of the uses of a noun; a dictionary form that is used less often misleads as its name


def shown(lemma: str, uses: Mapping[str, int]) -> str:
    """Return the dictionary form of a word, or the usual form of a noun that texts seldom use in it.

    Args:
        lemma: the dictionary form.
        uses: how often texts use each form. Genitives in -es are singular; of »Kindern« and »Kinder« the
            latter is shown, however seldom it is.
    """
    singular = uses.get(lemma, 0) + uses.get(f"{lemma}es", 0)
    if not lemma[:1].isupper() or not uses or singular >= SELDOM * sum(uses.values()):
        return lemma
    usual = min(uses, key=lambda form: (-uses[form], form))
    shorter = usual.removesuffix("n")
    return shorter if shorter in uses and shorter != lemma else usual
