"""Blocks to passages: headings above, lead-ins, notes and their places."""

from __future__ import annotations

from pipeline.reading.unpaged import Unplaced, mark, passages
from pipeline.records import Anchor


def test_passages_stand_under_their_headings_and_know_their_lead_ins() -> None:
    found = passages(
        [Unplaced("heading", "Wohnen", 1), Unplaced("item", "Bauland: Mehr davon.", 1, "Bauland:")]
    )
    assert [(p.number, p.heading_path, p.lead_in) for p in found] == [(0, (), 0), (1, ("Wohnen",), 8)]


def test_lines_alone_are_headings_where_none_is_marked_and_a_note_changes_nothing() -> None:
    text = "Die Mieten steigen seit Jahren, und die Kommunen haben kein Bauland mehr."
    lone, closed = "Wohnen in der Stadt" + mark("a"), "Alles wird gut." + mark("b")
    found = passages([Unplaced("paragraph", each) for each in (lone, text, closed)])
    assert [(p.kind, p.text) for p in found] == [
        ("heading", "Wohnen in der Stadt"), ("paragraph", text), ("paragraph", "Alles wird gut.")
    ]  # fmt: skip


def test_a_mark_leaves_no_space_behind_and_keeps_its_place() -> None:
    text = f"Der Bund{mark('x')} zahlt {mark('y')}."
    found = passages([Unplaced("paragraph", text), Unplaced("footnote", "Nicht 2020.", note="y", sign="2")])
    assert found[0].text == "Der Bund zahlt."
    assert (found[1].note, found[1].anchor) == ("2", Anchor(0, 14, 14))


def test_a_mark_before_the_text_leaves_no_space_at_its_start() -> None:
    text = f"{mark('x')} Der Bund{mark('y')} zahlt."
    found = passages(
        [Unplaced("paragraph", text), *(Unplaced("footnote", "Stand.", note=name) for name in "xy")]
    )
    assert found[0].text == "Der Bund zahlt."
    assert [note.anchor for note in found[1:]] == [Anchor(0, 0, 0), Anchor(0, 8, 8)]


def test_blocks_without_words_are_left_out() -> None:
    assert (
        passages([Unplaced("paragraph", " \n"), Unplaced("cell", "\u00ad"), Unplaced("cell", mark("x"))])
        == []
    )


def test_a_mark_alone_belongs_to_the_end_of_what_stands_before() -> None:
    cells = [Unplaced("cell", text) for text in ("Bund", mark("x"), "Land")]
    found = passages([*cells, Unplaced("footnote", "In Prozent.", note="x")])
    assert [(p.text, p.anchor) for p in found] == [
        ("Bund", None), ("Land", None), ("In Prozent.", Anchor(0, 4, 4))
    ]  # fmt: skip


def test_paragraphs_with_bullets_or_several_dashes_are_items() -> None:
    texts = (
        "Wir fordern:",
        "• Bauland: viel",
        " ",
        "o mehr Watt",
        "– Wald",
        "",
        "- Watt",
        "Schluss.",
        "– so ist es.",
    )
    found = passages(
        Unplaced("paragraph", text, lead_in="• Bauland:" if "Bauland" in text else "") for text in texts
    )
    assert [(p.kind, p.level, p.text, p.lead_in) for p in found] == [
        ("paragraph", 0, "Wir fordern:", 0),
        ("item", 1, "Bauland: viel", 8),
        ("item", 2, "mehr Watt", 0),
        ("item", 1, "Wald", 0),
        ("item", 1, "Watt", 0),
        ("paragraph", 0, "Schluss.", 0),
        ("paragraph", 0, "– so ist es.", 0),
    ]
