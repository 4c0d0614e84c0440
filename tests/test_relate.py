import msgspec
import pytest

from pipeline import relate
from pipeline.errors import ModelError
from pipeline.learning import encoder
from pipeline.records import Tags
from pipeline.relate import Spoken
from tests.builders import make_passage, make_span, make_text
from tests.builders_relations import span


def related(text: str, *mentions: tuple) -> list[tuple[int, str, int]]:
    found = relate.relate(text, [span(text, *mention) for mention in mentions])
    return [(relation.source, relation.kind, relation.target) for relation in found]


@pytest.mark.parametrize(
    ("text", "mentions", "expected"),
    [
        (
            "Die FDP fordert die Abschaffung der Stromsteuer.",
            [
                ("FDP", "actor", "party", "", "yes"),
                ("Abschaffung der Stromsteuer", "instrument", "tax_price", "demanded"),
            ],
            [(0, "demands", 1)],
        ),
        (
            "Wir fördern Beratungsstellen für Familien.",
            [
                ("Beratungsstellen für Familien", "instrument", "information", "planned"),
                ("Familien", "actor", "group"),
            ],
            [(0, "targets", 1)],
        ),
        (
            "Mit einem Aktionsplan gegen Kinderarmut wollen wir helfen.",
            [
                ("Aktionsplan gegen Kinderarmut", "instrument", "strategy", "planned"),
                ("Kinderarmut", "challenge", "", "open"),
            ],
            [(0, "addresses", 1)],
        ),
        (
            "Das Gesetz der Bundesregierung gilt.",
            [
                ("Gesetz der Bundesregierung", "instrument", "regulation", "existing"),
                ("Bundesregierung", "actor", "federal", "", "yes"),
            ],
            [(1, "responsible", 0)],
        ),
    ],
)
def test_relations_of_plain_sentences(text, mentions, expected):
    assert related(text, *mentions) == expected


@pytest.mark.parametrize("mentions", [[], [("Armut", "challenge", "", "open")]])
def test_fewer_than_two_mentions_have_no_relation(mentions):
    assert related("Armut ist ein Problem.", *mentions) == []


def test_mentions_of_one_layer_are_never_related():
    text = "Bund und Länder beraten."
    assert related(text, ("Bund", "actor", "federal"), ("Länder", "actor", "state")) == []


def test_the_same_words_in_two_layers_are_not_related():
    text, words = "Wir fördern Beratungsstellen.", "Beratungsstellen"
    assert related(text, (words, "instrument", "organisation", "planned"), (words, "actor", "science")) == []


@pytest.mark.parametrize(("score", "found"), [(1.0, 1), (0.2, 0)])
def test_doubtful_mentions_have_no_relation(score, found):
    text = "Wir fördern Beratungsstellen für Familien."
    whole = span(text, "Beratungsstellen für Familien", "instrument", "information", "planned")
    families = msgspec.structs.replace(span(text, "Familien", "actor", "group"), score=score)
    assert len(relate.relate(text, [whole, families])) == found


def test_directions_follow_the_codebook():
    ends = {"addresses": ("instrument", "challenge"), "worsens": ("instrument", "challenge")}
    ends |= dict.fromkeys(("responsible", "demands", "rejects"), ("actor", "instrument"))
    ends |= {"targets": ("instrument", "actor"), "affects": ("challenge", "actor")}
    text = "Der Bund plant ein Programm gegen Armut, die Familien trifft, und die SPD lehnt das Gesetz ab."
    mentions = [
        span(text, "Bund", "actor", "federal"),
        span(text, "Programm gegen Armut", "instrument", "funding", "planned"),
        span(text, "Armut", "challenge", "", "open"), span(text, "Familien", "actor", "group"),
        span(text, "SPD", "actor", "party"), span(text, "Gesetz", "instrument", "regulation", "rejected"),
    ]  # fmt: skip
    found = relate.relate(text, mentions)
    assert found
    for one in found:
        assert (mentions[one.source].label, mentions[one.target].label) == ends[one.kind]
        assert one.rule.startswith("pair:")
        assert 0 < one.score <= 1


def above(lead: str, over: list[tuple], text: str, mentions: list[tuple]) -> list[tuple[str, str, str, str]]:
    given = [span(lead, *one) for one in over]
    below = [span(text, *one) for one in mentions]
    both = [*given, *below]
    found = relate.relate_above(
        Spoken(lead, given), Spoken(text, below), relate.relate(text, below), "lead-in"
    )
    return [(both[one.source].text, one.kind, both[one.target].text, one.rule) for one in found]


def test_a_lead_in_is_the_other_end_of_what_stands_below():
    house = ("sozialen Wohnungsbau", "instrument", "funding", "planned")
    want = ("Wohnungsmangel", "challenge", "", "open")
    found = above("Wohnungsmangel stoppen:", [want], "Wir fördern den sozialen Wohnungsbau.", [house])
    assert found == [("sozialen Wohnungsbau", "addresses", "Wohnungsmangel", "lead-in")]


def test_what_a_heading_demands_stands_in_its_items():
    found = above(
        "Die FDP fordert:", [("FDP", "actor", "party", "", "yes")],
        "die Stromsteuer abschaffen;", [("Stromsteuer abschaffen", "instrument", "tax_price", "demanded")],
    )  # fmt: skip
    assert found == [("FDP", "demands", "Stromsteuer abschaffen", "lead-in")]


def test_a_sentence_with_both_ends_takes_none_from_above():
    text = "Mit einem Aktionsplan gegen Kinderarmut wollen wir helfen."
    mentions = [("Aktionsplan gegen Kinderarmut", "instrument", "strategy", "planned"),
                ("Kinderarmut", "challenge", "", "open")]  # fmt: skip
    assert (
        above("Wohnungsmangel stoppen", [("Wohnungsmangel", "challenge", "", "open")], text, mentions) == []
    )


def test_a_missing_model_is_named(tmp_path):
    with pytest.raises(ModelError, match="no such model"):
        relate.load(str(tmp_path), network=False)


@pytest.fixture
def no_network(monkeypatch):
    """Let every use of the network fail."""

    def fail(*_):
        raise AssertionError("the network was loaded")

    relate.load.cache_clear()
    monkeypatch.setattr(relate, "PairNetwork", fail)


SENTENCE = "Wir fördern Beratungsstellen für Familien."
ENDS = [
    ("Beratungsstellen für Familien", "instrument", "information", "planned"),
    ("Familien", "actor", "group"),
]


def test_a_sentence_without_a_pair_does_without_the_network(no_network):
    assert related(SENTENCE, ENDS[0]) == related(SENTENCE, ENDS[1]) == []


def test_without_the_network_the_regression_judges_alone(no_network):
    given = [span(SENTENCE, *one) for one in ENDS]
    (found,) = relate.relate(SENTENCE, given, network=False)
    assert (found.source, found.kind, found.target) == (0, "targets", 1)
    text = make_text(make_passage(SENTENCE, number=0))
    assert relate.relate_text(text, Tags(spans=tuple(given)), network=False).relations == (found,)


@pytest.mark.parametrize("network", [True, False])
def test_the_files_of_the_model_are_checked_once(monkeypatch, network):
    verify, checked = encoder.verify, []
    for module in (relate, encoder):
        monkeypatch.setattr(module, "verify", lambda folder: checked.append(folder) or verify(folder))
    relate.load.cache_clear()
    relate.load(network=network)
    assert len(checked) == 1


def test_a_sentence_too_long_for_the_network_is_judged_by_the_regression():
    long = SENTENCE + " Und so weiter" * 300
    given = [span(long, *one) for one in ENDS]
    assert relate.relate(long, given) == relate.relate(long, given, network=False) != []


def test_the_network_is_one_of_two_judges():
    given = [span(SENTENCE, *one) for one in ENDS]
    (both,), (alone,) = relate.relate(SENTENCE, given), relate.relate(SENTENCE, given, network=False)
    assert both.score != alone.score == round(alone.score, 4)


def test_a_sentence_has_the_same_relations_in_any_company():
    passages = [make_passage(SENTENCE, number=0), make_passage("Die Länder zahlen das Kindergeld.", number=1)]
    families = [span(SENTENCE, *one) for one in ENDS]
    pay = [
        msgspec.structs.replace(span(passages[1].text, *one), sentence=1)
        for one in (("Länder", "actor", "state"), ("Kindergeld", "instrument", "funding", "existing"))
    ]
    alone = relate.relate_text(make_text(passages[0]), Tags(spans=tuple(families))).relations
    both = relate.relate_text(make_text(*passages), Tags(spans=(*families, *pay))).relations
    assert alone == both[: len(alone)] and len(both) > len(alone)


@pytest.mark.parametrize(
    ("none", "threshold", "kind"), [(0.5, 0.5, "targets"), (0.6, 0.4, "targets"), (0.61, 0.4, "none")]
)
def test_a_relation_needs_the_probability_of_the_threshold(none, threshold, kind):
    chances = {"none": none, "targets": (1 - none) * 0.7, "demands": (1 - none) * 0.3}
    assert relate.decide(chances, threshold)[0] == kind


def test_a_kind_that_the_regression_has_never_seen_is_half_known():
    found = relate.mixed({"none": 0.5, "targets": 0.5}, {"none": 0.2, "targets": 0.3, "rejects": 0.5}, 0.4)
    assert found == pytest.approx({"none": 0.32, "targets": 0.38, "rejects": 0.3})


def test_a_relation_may_reach_over_to_the_heading():
    heading, item = "Wohnungsmangel stoppen", "Wir fördern den sozialen Wohnungsbau."
    text = make_text(
        make_passage(heading, number=0, kind="heading"),
        make_passage(item, number=1, kind="item", heading_path=(heading,)),
    )
    words = "sozialen Wohnungsbau"
    where = {"sentence": 1, "start": item.index(words)}
    house = make_span(text=words, label="instrument", kind="funding", status="planned", **where)
    (one,) = relate.relate_text(text, Tags(spans=(make_span(text="Wohnungsmangel"), house))).relations
    assert (one.source, one.kind, one.target, one.rule) == (1, "addresses", 0, "heading")


SURELY = {"none": 0.1, "demands": 0.9, "rejects": 0.0, "responsible": 0.0, "targets": 0.0}
NEVER = {"none": 1.0, "demands": 0.0, "rejects": 0.0, "responsible": 0.0, "targets": 0.0}


def judged(monkeypatch, chances):
    """Let the model give these probabilities to the pairs of a sentence, in order."""
    told = [relate.decide(one, 0.5) for one in chances]
    monkeypatch.setattr(relate, "judge", lambda spoken, found, network: told[: len(found)])


def test_members_of_a_list_share_what_one_of_them_surely_has(monkeypatch):
    text = "CDU, CSU und SPD fordern mehr Lehrkräfte."
    actors = [(word, "actor", "party") for word in ("CDU", "CSU", "SPD")]
    aim = ("mehr Lehrkräfte", "instrument", "education")
    judged(monkeypatch, [SURELY, NEVER, NEVER])
    assert related(text, *actors, aim) == [(0, "demands", 3), (1, "demands", 3), (2, "demands", 3)]
    rules = [one.rule for one in relate.relate(text, [span(text, *one) for one in (*actors, aim)])]
    assert rules == ["pair:before", "list", "list"]
    judged(monkeypatch, [{**SURELY, "none": 0.4, "demands": 0.6}, NEVER, NEVER])
    assert related(text, *actors, aim) == [(0, "demands", 3)]


def test_members_of_a_list_inside_an_instrument_share_nothing(monkeypatch):
    text = "Hilfen für Kinder und Eltern kommen."
    mentions = (("Hilfen für Kinder", "instrument"), ("Kinder", "actor"), ("Eltern", "actor"))
    judged(monkeypatch, [{**NEVER, "none": 0.1, "targets": 0.9}, NEVER])
    assert related(text, *mentions) == [(0, "targets", 1)]


@pytest.mark.parametrize(
    ("votes", "expected"),
    [
        ("bei Stimmenthaltung", []),
        ("mit den Stimmen", [(0, "demands", 1)]),
        ("gegen die Stimmen", [(0, "rejects", 1)]),
    ],
)
def test_votes_say_who_demands_and_rejects(monkeypatch, votes, expected):
    judged(monkeypatch, [SURELY])
    text = f"Er empfiehlt {votes} der Fraktion der SPD die Annahme des Antrags."
    aim = ("Annahme des Antrags", "instrument", "regulation")
    assert related(text, ("SPD", "actor", "party"), aim) == expected


@pytest.mark.parametrize("kind", ["responsible", "rejects"])
def test_who_only_wants_something_demands_it(monkeypatch, kind):
    judged(monkeypatch, [{**NEVER, "none": 0.1, kind: 0.9}])
    text = "Wir prüfen die von der SPD geforderte Abgabe."
    assert related(text, ("SPD", "actor", "party"), ("Abgabe", "instrument")) == [(0, "demands", 1)]


def test_what_is_named_for_an_actor_is_not_rejected_by_it(monkeypatch):
    judged(monkeypatch, [{**NEVER, "none": 0.1, "rejects": 0.9}])
    aim = ("Abgabe der SPD", "instrument")
    assert related("Wir lehnen die Abgabe der SPD ab.", ("SPD", "actor", "party"), aim) == [(0, "demands", 1)]


def test_who_resists_something_rejects_it(monkeypatch):
    judged(monkeypatch, [SURELY])
    text = "Gegen den Widerstand der SPD kam die Abgabe."
    assert related(text, ("SPD", "actor", "party"), ("Abgabe", "instrument")) == [(0, "rejects", 1)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Die SPD will die Abgabe nicht abschaffen.", "demands"),
        ("Die SPD hält es für falsch, die Abgabe abzuschaffen.", "demands"),
        ("Die SPD will auf die Abgabe nicht verzichten.", "demands"),
        ("Die SPD will auf die Abgabe verzichten.", "rejects"),
        ("Wir verhindern, dass SPD und Union die Abgabe abschaffen.", "rejects"),
        ("Die SPD will die Abgabe abschaffen.", "rejects"),
    ],
)
def test_who_spares_something_does_not_reject_it(monkeypatch, text, expected):
    judged(monkeypatch, [{**NEVER, "none": 0.1, "rejects": 0.9}])
    assert related(text, ("SPD", "actor", "party"), ("Abgabe", "instrument")) == [(0, expected, 1)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Der Antrag der SPD, die Abgabe abzuschaffen, ist falsch.", "rejects"),
        ("Die Kritik der SPD am Plan, die Abgabe zu streichen, ist richtig.", "demands"),
        ("Er empfiehlt mit den Stimmen der SPD, die Abgabe abzuschaffen.", "rejects"),
        ("Der Plan, die Abgabe aufzuheben, wurde mit den Stimmen der SPD abgelehnt.", "demands"),
    ],
)
def test_who_wants_an_end_of_something_rejects_it(monkeypatch, text, expected):
    judged(monkeypatch, [SURELY])
    assert related(text, ("SPD", "actor", "party"), ("Abgabe", "instrument")) == [(0, expected, 1)]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Die SPD lehnt die Abgabe nicht ab.", False),
        ("Die SPD ist nicht gegen die Abgabe.", False),
        ("Weder die SPD noch die Union lehnen die Abgabe ab.", False),
        ("Die SPD lehnt jeden Eingriff in die Abgabe ab.", False),
        ("Die SPD lehnt die Abgabe ab.", True),
    ],
)
def test_who_does_not_refuse_something_does_not_reject_it(monkeypatch, text, kept):
    judged(monkeypatch, [{**NEVER, "none": 0.1, "rejects": 0.9}])
    found = related(text, ("SPD", "actor", "party"), ("Abgabe", "instrument"))
    assert found == [(0, "rejects", 1)] * kept


@pytest.mark.parametrize("kind", ["demands", "rejects", "responsible"])
def test_who_does_neither_wants_and_refuses_nothing(monkeypatch, kind):
    judged(monkeypatch, [{**NEVER, "none": 0.1, kind: 0.9}])
    text = "Weder die SPD noch die Union fordern eine Abgabe."
    found = related(text, ("SPD", "actor", "party"), ("Abgabe", "instrument"))
    assert found == [(0, kind, 1)] * (kind == "responsible")


def test_what_there_is_none_of_is_not_worsened(monkeypatch):
    judged(monkeypatch, [{**NEVER, "none": 0.1, "worsens": 0.9}])
    mentions = (("Meldepflicht", "instrument"), ("Mehraufwand", "challenge"))
    assert related("Die Meldepflicht erzeugt keinen Mehraufwand.", *mentions) == []
    assert related("Die Meldepflicht erzeugt Mehraufwand.", *mentions) == [(0, "worsens", 1)]
    assert related("Trotz der Meldepflicht entsteht Mehraufwand.", *mentions) == []
    assert related("Die Meldepflicht löst den Mehraufwand nicht.", *mentions) == []
    assert related("Die Meldepflicht verschärft den Mehraufwand nicht.", *mentions) == []
