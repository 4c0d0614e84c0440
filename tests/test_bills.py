"""A law that a bill creates is planned, the laws it cites are in force."""

import pytest

from pipeline.learning.bills import by_bill, created
from pipeline.records import Context, Span

TITLE = "Entwurf eines Gesetzes zur Einführung einer Hafenabgabe und zur Änderung weiterer Vorschriften"
BILL = (
    TITLE,
    "Artikel 1 Gesetz zur Ordnung der Häfen (Hafengesetz – HafG)",
    "(Werftgesetz)",
    "Artikel 3 (Lotsengesetz)",
    "Das Gesetz über die Lotsen (Lotsengesetz) vom 3. Mai 1998 wird geändert.",
    "Das Lotsengesetz vom 3. Mai 1998 (BGBl. I S. 900) wird wie folgt geändert:",
)


def status_in(texts, words, status="existing"):
    """The status of a mention with these words in a document of these sentences."""
    span = Span(sentence=0, start=0, end=len(words), text=words, label="instrument", status=status, by="m")
    return by_bill(span, created([Context(text=text) for text in texts])).status


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("§ 5 des Hafengesetzes", "planned"),
        ("§ 2 Absatz 1 HafG", "planned"),
        ("Werftgesetz", "planned"),
        ("Erhebung der Hafenabgabe", "planned"),
        ("Hafenabgaberegister", "planned"),
        ("§ 7 des Lotsengesetzes", "existing"),
        ("Seehafengesetz", "existing"),
        ("Binnenschifffahrtsgesetz", "existing"),
    ],
)
def test_only_what_a_bill_creates_is_planned(words, expected):
    assert status_in(BILL, words) == expected


def test_other_statuses_stay():
    assert status_in(BILL, "Werftgesetz", "rejected") == "rejected"


def test_documents_that_are_no_bills_create_nothing():
    assert status_in(BILL[1:], "Werftgesetz") == "existing"
    assert (
        status_in(
            ("Wir lehnen den Entwurf eines Gesetzes zur Einführung einer Hafenabgabe ab.",), "Hafenabgabe"
        )
        == "existing"
    )


def test_the_bill_is_named_as_what_decided():
    span = Span(
        sentence=0, start=0, end=11, text="Werftgesetz", label="instrument", status="existing", by="m"
    )
    assert by_bill(span, created([Context(text=text) for text in BILL])).by == "m rule:bill"
