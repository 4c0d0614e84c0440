"""Language of passages: clear texts, short ones, texts in no language at all."""

from __future__ import annotations

import random

import pytest

from pipeline.reading.language import _by_ngrams, detect, detect_all

CLEAR = [
    ("de", "Wir werden den Ausbau der erneuerbaren Energien beschleunigen."),
    ("de", "Die Kommunen brauchen mehr Geld für den Klimaschutz."),
    ("de", "Bürokratieabbau voranbringen"),
    ("de", "Steuerliche Entlastung"),
    ("de", "Förderung von Start-ups und Small and Medium Enterprises in den Ländern"),
    ("de", "Pflege, Gesundheit, Rente"),
    ("en", "We call on the federal government to publish its data by default."),
    ("en", "The council shall adopt the regulation within six months of its entry into force."),
    ("fr", "Le conseil a décidé de la démolition des bâtiments de la ville."),
    (
        "es",
        "El gobierno debe garantizar el acceso de todos los ciudadanos a la vivienda y a la educación.",
    ),
    (
        "it",
        "Il governo deve garantire a tutti i cittadini il diritto alla casa e alla scuola nelle regioni.",
    ),
    ("pl", "Rząd musi zapewnić wszystkim obywatelom dostęp do mieszkań i edukacji w regionach kraju."),
    ("ru", "Правительство должно обеспечить доступ всех граждан к жилью и образованию в регионах страны."),
    ("el", "Η κυβέρνηση πρέπει να εξασφαλίσει την πρόσβαση όλων των πολιτών στη στέγαση και την εκπαίδευση."),
    # names alone look foreign to langdetect; one common word of the language is not enough, two are
    ("und", "Agence nationale, Communauté urbaine de Bordeaux, Département maritime, Coopération régionale"),
    ("fr", "Agence nationale pour Communauté urbaine, Département de Bordeaux, Coopération régionale"),
    ("de", "Bundesministerium, Wirtschaftsförderung, Regionalentwicklung, Fachkräftesicherung"),
    ("und", "18/4093"),
    ("und", ""),
    ("und", "SPD CDU/CSU FDP"),
    ("und", "•"),
]


@pytest.mark.parametrize(("language", "text"), CLEAR)
def test_detect_tells_the_language(language: str, text: str) -> None:
    assert detect(text) == language


@pytest.mark.parametrize("text", ["", "BMWK", "20 %", "Smart Cities", "xq zt rrw pqw"])
def test_detect_inherits_where_the_text_is_too_short(text: str) -> None:
    assert detect(text, inherited="de") == "de"


def test_detect_does_not_call_garbled_text_german() -> None:
    letters = random.Random(0)
    garbled = " ".join("".join(letters.choices("qwxyzjkvbpfg", k=5)) for _ in range(60))
    assert detect(garbled) != "de"


def test_detect_does_not_depend_on_what_was_asked_before() -> None:
    texts = [text for _, text in CLEAR]
    assert [detect(t) for t in texts] == [detect(t) for t in reversed(texts)][::-1]


def test_detect_all_gives_short_passages_the_main_language() -> None:
    texts = [
        "Wir stärken die Pflege und die Kommunen in allen Ländern.",
        "2021",
        "We will publish the data of all of the ministries.",
        "ABC",
    ]
    assert detect_all(texts) == ["de", "de", "en", "de"]
    assert detect_all([]) == []
    assert detect_all(["1", "2"]) == ["und", "und"]


def test_common_words_spare_the_search_for_ngrams(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(
        "pipeline.reading.language._by_ngrams", lambda *told: asked.append(told[0]) or _by_ngrams(*told)
    )
    german = "Die Länder {} sollen die Mittel für den Ausbau der Netze bis zum Jahr 2030 erhalten."
    assert {detect(german.format(number)) for number in range(100)} == {"de"}
    assert asked == []
    russian = "Область должна построить новые школы, больницы и дороги для жителей малых городов."
    assert detect(russian) == "ru"
    assert asked == [russian]
