from __future__ import annotations

import pytest

from pipeline.errors import ModelError
from pipeline.tracking.trust import trust

CARD = """
name = "tagger"
[scores.held_out]
sentences = 1000
[scores.held_out.theme_f1]
energy = [0.75, 0.7, 0.8, 0.75, 0.8, 0.7, 100]
culture = [0.5, 0.1, 0.9, 0.5, 0.5, 0.5, 4]
health = [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 10]
defence = [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 9]
[scores.held_out.layer_f1]
instrument = [0.7, 0.6, 0.8, 0.5, 0.75, 0.6, 400]
[scores.held_out.kind_f1]
"instrument funding" = [0.5, 0.4, 0.6, 0.4, 0.6, 0.48, 80]
[scores.held_out.status_f1]
"instrument planned" = [0.6, 0.5, 0.7, 0.5, 0.6, 0.6, 200]
"actor planned" = [0.6, 0.5, 0.7, 0.5, 0.6, 0.6, 200]
[scores.held_out.type_and_period_f1]
"strategie bt19 theme" = [0.7, 0.65, 0.75, 0.7, 0.7, 0.7, 300, 5]
"strategie bt20 theme" = [0.7, 0.65, 0.75, 0.7, 0.7, 0.7, 300, 4]
"bericht bt20 actor" = [0.8, 0.8, 0.8, 0.7, 0.8, 0.8, 50, 1]
"""


@pytest.fixture
def found(tmp_path):
    (tmp_path / "card.toml").write_text(CARD, encoding="utf-8")
    return trust(str(tmp_path))


def test_themes_are_judged_by_sentence(found):
    rate = found.error_rates["theme", "energy"]
    assert (rate.true_positive, rate.false_negative) == (pytest.approx(70), pytest.approx(30))
    assert rate.false_positive == pytest.approx(17.5)
    assert rate.true_negative == pytest.approx(882.5)


def test_kinds_are_judged_among_mentions_that_were_found(found):
    rate = found.error_rates["kind", "funding"]
    assert rate.true_positive / 80 == pytest.approx(0.48 / 0.6)
    assert rate.true_positive / (rate.true_positive + rate.false_positive) == pytest.approx(0.6 / 0.75)


@pytest.mark.parametrize(
    ("documents", "short"), [("", 1), ("documents = 8\n", 2.3646 / 1.96 * (8 / 7) ** 0.5)]
)
def test_references_of_few_documents_count_for_less(tmp_path, documents, short):
    """The card's intervals have plain percentiles, too short over eight documents (Hesterberg 2015)."""
    wide = CARD.replace("[0.75, 0.7, 0.8, 0.75, 0.8, 0.7, 100]", "[0.75, 0.6, 0.9, 0.75, 0.8, 0.7, 100]")
    wide = wide.replace("sentences = 1000\n", f"sentences = 1000\n{documents}")
    (tmp_path / "card.toml").write_text(wide, encoding="utf-8")
    rate = trust(str(tmp_path)).error_rates["theme", "energy"]
    independent = 0.1875 * (2 * 1.96 / 0.3 / short) ** 2
    assert rate.true_positive + rate.false_negative == pytest.approx(independent, rel=1e-3)
    assert rate.true_positive / rate.false_negative == pytest.approx(7 / 3)


def test_classes_that_were_hardly_judged_and_unknown_ones_are_left_out(found):
    themes = [("theme", "energy"), ("theme", "health")]  # of ten independent units at least
    assert sorted(found.error_rates) == [("kind", "funding"), ("status", "planned"), *themes]
    assert found.error_rates["theme", "health"].true_positive == 10


def test_f1_of_a_period_comes_from_five_documents_of_one_type_with_a_wider_interval(found):
    assert list(found.f1) == [("strategie", "bt19", "theme")]
    f1, low, high = found.f1["strategie", "bt19", "theme"]
    assert f1 == 0.7 and (f1 - low, high - f1) == pytest.approx(
        [0.05 * 2.7764 / 1.96 * (5 / 4) ** 0.5] * 2, rel=1e-3
    )


def test_a_class_counts_as_the_documents_that_have_it(tmp_path):
    wide = CARD.replace("sentences = 1000\n", "sentences = 1000\ndocuments = 77\n")

    def worth(row):
        (tmp_path / "card.toml").write_text(
            wide.replace("[0.75, 0.7, 0.8, 0.75, 0.8, 0.7, 100]", row), "utf-8"
        )
        rate = trust(str(tmp_path)).error_rates["theme", "energy"]
        return rate.true_positive + rate.false_negative

    row = "[0.75, 0.6, 0.9, 0.75, 0.8, 0.7, 100{}]"
    assert worth(row.format(", 77")) == worth(row.format(""))
    assert worth(row.format(", 5")) < 0.7 * worth(row.format(", 77"))


CROSSED = """
[scores.folds_f1]
actor = [0.9, 0.89]
theme = [0.8, {}]
[scores.crossed]
sentences = 5000
documents = 40
[scores.crossed.theme_f1]
energy = [0.75, 0.7, 0.8, 0.75, 0.8, 0.7, 500, 40]
[scores.crossed.layer_f1]
actor = [0.8, 0.78, 0.82, 0.7, 0.8, 0.8, 5000, 40]
[scores.crossed.kind_f1]
"actor federal" = [0.75, 0.7, 0.8, 0.75, 0.72, 0.72, 500, 40]
"""


@pytest.mark.parametrize(("folds", "positives"), [(0.82, 500), (0.78, 500), (0.77, 100)])
def test_a_cross_validation_counts_if_its_taggers_are_as_good(tmp_path, folds, positives):
    (tmp_path / "card.toml").write_text(CARD + CROSSED.format(folds), "utf-8")
    rate = trust(str(tmp_path)).error_rates["theme", "energy"]
    narrow = 0.1875 * (2 * 1.96 / 0.1) ** 2  # independent units that the interval is worth
    assert rate.true_positive + rate.false_negative == pytest.approx(min(positives, narrow), rel=0.1)
    assert ("actor_kind", "federal") in trust(str(tmp_path)).error_rates, "it is decided layer by layer"


def test_a_model_without_card_or_scores_corrects_nothing(tmp_path):
    assert trust("no-such-model").error_rates == {}
    (tmp_path / "card.toml").write_text('name = "x"\n', encoding="utf-8")
    assert trust(str(tmp_path)).error_rates == {}


def test_a_broken_card_is_an_error(tmp_path):
    (tmp_path / "card.toml").write_text("name = ", encoding="utf-8")
    with pytest.raises(ModelError):
        trust(str(tmp_path))


@pytest.mark.parametrize(
    "row", ["[0.75, 0.75, 0.75, 0.75, 0.8, 0.7, 100]", "[1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 100]"]
)
def test_references_of_one_document_tell_nothing_of_others(tmp_path, row):
    one = CARD.replace("[0.75, 0.7, 0.8, 0.75, 0.8, 0.7, 100]", row)
    one = one.replace("sentences = 1000\n", "sentences = 1000\ndocuments = 1\n")
    (tmp_path / "card.toml").write_text(one, encoding="utf-8")
    assert trust(str(tmp_path)).error_rates == {}


def test_a_class_of_one_document_among_several_is_not_corrected(tmp_path):
    one = CARD.replace("[0.75, 0.7, 0.8, 0.75, 0.8, 0.7, 100]", "[0.75, 0.75, 0.75, 0.75, 0.8, 0.7, 100]")
    (tmp_path / "card.toml").write_text(one, encoding="utf-8")
    rates = trust(str(tmp_path)).error_rates
    assert ("theme", "energy") not in rates and ("kind", "funding") in rates
