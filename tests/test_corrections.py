"""Events of people are replayed on any tags of the document."""

import msgspec
import pytest

from pipeline.correcting.anchors import Place, letters, quote
from pipeline.correcting.corrections import Correction, apply, by_document, load, taken_back
from pipeline.errors import InputError
from pipeline.records import Tags
from pipeline.schema.history import CORRECTIONS
from pipeline.tables import to_arrow
from tests.builders import make_span

TEXTS = ("Gegen den Fachkräftemangel im Handwerk fordert der Bund ein Förderprogramm.", "Der Bund hilft.")


def place(words, sentence=0):
    start = TEXTS[sentence].index(words)
    return Place(sentence, start, start + len(words))


def span(words, label, sentence=0, **values):
    return make_span(text=words, start=TEXTS[sentence].index(words), label=label, sentence=sentence, **values)


def event(action, words, of, /, *, sentence=0, text="", id="e1", **values):
    seen = values.pop("seen", {})
    return Correction(
        event_id=id,
        time="2026-01-02T03:04:05+00:00",
        who="Erika Muster",
        document_id="d1",
        path="papier.pdf",
        action=action,
        layer=of,
        quote=quote(letters(TEXTS), TEXTS, place(words, sentence)),
        seen=seen,
        values=values,
        moved=quote(letters(TEXTS), TEXTS, place(text)) if text else None,
    )


SPANS = (
    span("Fachkräftemangel", "challenge", status="open"),
    span("Bund", "actor", kind="federal", status="", named="yes"),
    span("Förderprogramm", "instrument", kind="funding", status="planned"),
)


def told(found):
    return [(s.text, s.label, s.kind, s.status, s.by.partition(":")[0]) for s in found.tags.spans]


def replay(*events, spans=SPANS, texts=TEXTS):
    return apply(texts, Tags(spans=spans), events)


def test_without_events_nothing_changes():
    assert replay().tags.spans == SPANS


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (
            event("status", "Förderprogramm", "instrument", status="demanded"),
            ("Förderprogramm", "instrument", "funding", "demanded", "person"),
        ),
        (
            event("kind", "Förderprogramm", "instrument", kind="strategy"),
            ("Förderprogramm", "instrument", "strategy", "planned", "person"),
        ),
        (
            event("span", "Fachkräftemangel", "challenge", text="Fachkräftemangel im Handwerk"),
            ("Fachkräftemangel im Handwerk", "challenge", "", "open", "person"),
        ),
        (
            event("add", "Handwerk", "actor", kind="business", named="no"),
            ("Handwerk", "actor", "business", "", "person"),
        ),
        (
            event("relabel", "Förderprogramm", "instrument", layer="challenge", status="open"),
            ("Förderprogramm", "challenge", "", "open", "person"),
        ),
    ],
)
def test_a_change_is_made_and_says_that_a_person_made_it(said, expected):
    found = replay(said)
    assert expected in told(found)
    assert found.anchors[0].place is not None
    assert len([s for s in found.tags.spans if s.by.startswith("person")]) == 1


def test_a_deletion_leaves_nothing_behind():
    found = replay(event("delete", "Bund", "actor"))
    assert [s.label for s in found.tags.spans] == ["challenge", "instrument"]
    assert (found.anchors[0].layer, found.anchors[0].reason) == ("", "")


def test_a_new_model_that_misses_the_mention_does_not_undo_the_person():
    said = event("status", "Förderprogramm", "instrument", status="demanded", seen={"kind": "funding"})
    assert told(replay(said, spans=())) == [("Förderprogramm", "instrument", "funding", "demanded", "person")]


def test_a_new_model_that_cuts_the_mention_otherwise_does_not_double_it():
    wider = span("Fachkräftemangel im Handwerk", "challenge")
    found = replay(event("add", "Fachkräftemangel", "challenge", status="open"), spans=(wider,))
    assert told(found) == [("Fachkräftemangel", "challenge", "", "open", "person")]
    assert replay(event("delete", "Fachkräftemangel im Handwerk", "challenge")).tags.spans == SPANS[1:]


def test_a_later_event_wins():
    first = event("status", "Förderprogramm", "instrument", status="demanded")
    second = event("status", "Förderprogramm", "instrument", status="rejected", id="e2")
    assert replay(first, second).tags.spans[-1].status == "rejected"
    assert replay(first, event("delete", "Förderprogramm", "instrument", id="e3")).tags.spans == SPANS[:2]


MOVED = event("span", "Bund", "actor", text="fordert der Bund ein")
MADE = event("relabel", "Förderprogramm", "instrument", layer="challenge", status="open")


@pytest.mark.parametrize(
    ("first", "later", "left"),
    [
        (MOVED, event("kind", "Bund", "actor", kind="state", id="e2"), [("fordert der Bund ein", "state")]),
        (MOVED, event("span", "Bund", "actor", text="der Bund", id="e2"), [("der Bund", "federal")]),
        (MOVED, event("delete", "Bund", "actor", id="e2"), []),
        (MOVED, event("add", "Bund", "actor", kind="state", id="e2"), [("Bund", "state")]),
        (MOVED, taken_back(MOVED, who="Ada", time=MOVED.time), [("Bund", "federal")]),
        (MADE, event("delete", "Förderprogramm", "instrument", id="e2"), []),
        (MADE, event("relabel", "Förderprogramm", "instrument", layer="actor", kind="group", id="e2"),
         [("Förderprogramm", "group")]),
    ],
)  # fmt: skip
def test_a_later_event_finds_a_mention_where_an_earlier_one_put_it(first, later, left):
    (mine,) = (span for span in SPANS if span.text == first.quote.exact)
    found = replay(first, later, spans=(mine,))
    assert [(s.text, s.kind) for s in found.tags.spans] == left
    assert all(anchor.place for anchor in found.anchors)


def test_who_moves_and_takes_back_and_moves_again_leaves_one_mention():
    back = taken_back(MOVED, who="Ada", time=MOVED.time)
    later = event("kind", "Bund", "actor", kind="state", id="e9")
    assert ("Bund", "actor", "state", "", "person") in told(replay(MOVED, back, later))
    assert ("fordert der Bund ein", "actor", "state", "", "person") in told(replay(MOVED, back, MOVED, later))


def test_labels_of_a_layer_that_an_earlier_event_changed_are_listed_and_change_nothing():
    found = replay(MADE, event("status", "Förderprogramm", "instrument", status="rejected", id="e2"))
    assert [s.label for s in found.tags.spans if s.text == "Förderprogramm"] == ["challenge"]
    assert [anchor.reason for anchor in found.anchors] == [
        "",
        "an earlier correction made this instrument a mention of challenge",
    ]


def test_a_concept_is_said_by_its_label():
    said = event("concept", "Fachkräftemangel", "challenge", concept="Mangel an Auszubildenden")
    assert replay(said).tags.spans[0].value == "Mangel an Auszubildenden"


def test_words_that_are_gone_are_listed_and_change_nothing():
    found = replay(event("delete", "Bund", "actor"), texts=("Ganz andere Worte.",), spans=())
    assert (found.anchors[0].place, found.anchors[0].reason) == (
        None,
        "the words are not in the document",
    )


def test_events_belong_to_a_document_by_id_or_path():
    said = event("delete", "Bund", "actor")
    assert by_document([said], {"d1": "umbenannt.pdf"}) == {"d1": (said,)}
    assert by_document([said], {"d9": "papier.pdf"}) == {"d9": (said,)}
    assert by_document([said], {"d8": "anderes.pdf"}) == {"": (said,)}


def test_rows_follow_the_schema():
    from pipeline.correcting.corrections import rows

    said = [
        event("delete", "Bund", "actor"),
        event("span", "Bund", "actor", text="Handwerk", id="e2"),
        event("kind", "Bund", "actor", sentence=1, id="e3", kind="state"),
    ]
    found = replay(*said[:2])
    made = list(rows(said, [(anchor, "") for anchor in found.anchors]))
    assert to_arrow(CORRECTIONS, made).num_rows == 3
    assert made[0]["selector"].keys() == {"quote", "prefix", "suffix", "document"}
    assert (made[0]["selector"]["quote"], made[0]["selector"]["document"]) == ("Bund", "papier.pdf")
    assert [row["anchored"] for row in made] == [True, True, False]
    assert made[2]["reason"] == "the document is not in the corpus"


def test_a_broken_line_stops_everything(tmp_path):
    good = msgspec.json.encode(event("delete", "Bund", "actor"))
    (tmp_path / "corrections.jsonl").write_bytes(good + b'\n{"event_id": 3}\n')
    with pytest.raises(InputError, match=r"corrections.jsonl:2.*restore the line"):
        load(tmp_path)
