from __future__ import annotations

import numpy as np
import pytest

from pipeline.tracking.vectors import FILE, halved, kept


@pytest.fixture
def asked():
    return []


@pytest.fixture
def encode(asked):
    def lengths(texts):
        asked.extend(texts)
        return np.array([[len(text), 1.5] for text in texts], dtype=np.float32)

    return lengths


def test_only_new_texts_are_computed(tmp_path, asked, encode):
    first = kept(tmp_path / FILE, "one", encode)(["Miete", "Klima", "Miete"])
    again = kept(tmp_path / FILE, "one", encode)(["Klima", "Pflege", "Miete"])
    assert asked == ["Miete", "Klima", "Pflege"]
    assert first.tolist() == [[5, 1.5], [5, 1.5], [5, 1.5]]
    assert again.tolist() == [[5, 1.5], [6, 1.5], [5, 1.5]]


def test_vectors_no_longer_asked_for_are_given_up(tmp_path, asked, encode):
    for texts in (["Miete"], ["Klima"], ["Miete"]):
        kept(tmp_path / FILE, "one", encode)(texts)
    assert asked == ["Miete", "Klima", "Miete"]


@pytest.mark.parametrize("damage", [b"", b"\x81", b"no vectors"])
def test_a_damaged_file_counts_as_empty(tmp_path, asked, encode, damage):
    (tmp_path / FILE).write_bytes(damage)
    assert kept(tmp_path / FILE, "one", encode)(["Miete"]).tolist() == [[5, 1.5]]


def test_another_encoder_computes_all_anew(tmp_path, asked, encode):
    for name in ("one", "other"):
        kept(tmp_path / FILE, name, encode)(["Miete"])
    assert asked == ["Miete", "Miete"]


@pytest.mark.parametrize("texts", [["Klima"], ["Miete", "Klima", "Pflege"]])
def test_two_halves_are_the_whole_in_its_order(texts, encode):
    assert halved(encode)(texts).tolist() == encode(texts).tolist()
