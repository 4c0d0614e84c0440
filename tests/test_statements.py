"""Who is taken for the speaker, and what of."""

import pytest

from pipeline.tracking import counts, statements
from tests.builders_networks import Said, build

ISSUER, RELATED = "Bund der Beispielbetriebe", "Gewerkschaft Muster"


def said(tmp_path, *told):
    with counts.connect(build(tmp_path, list(told))) as base:
        counts.prepare(base)
        statements.say(base)
        found = statements.rows(base).to_pydict()
    return [*zip(found["speaker"], found["concept_id"], found["stance"], found["said_by"], strict=True)]


@pytest.mark.parametrize(
    ("status", "stance"), [("demanded", "demand"), ("planned", "plan"), ("rejected", "rejection")]
)
def test_an_issuer_says_what_its_text_says(tmp_path, status, stance):
    one = Said("d", ISSUER, "Fonds", status)
    assert said(tmp_path, one) == [(ISSUER, "Fonds", stance, "issuer")]


def test_what_is_in_force_is_no_stance(tmp_path):
    assert not said(tmp_path, Said("d", ISSUER, "Fonds", "existing"))


def test_what_another_actor_demands_is_not_what_the_issuer_demands(tmp_path):
    one = Said("d", ISSUER, "Fonds", "demanded", actor=RELATED)
    assert said(tmp_path, one) == [(RELATED, "Fonds", "demand", "actor")]


@pytest.mark.parametrize(
    ("status", "relation", "stances"),
    [("rejected", "demands", ["demand", "rejection"]), ("planned", "rejects", ["rejection", "plan"])],
)
def test_an_issuer_is_against_what_another_actor_is_for(tmp_path, status, relation, stances):
    one = Said("d", ISSUER, "Fonds", status, actor=RELATED, relation=relation)
    assert sorted(said(tmp_path, one), reverse=True) == [
        (RELATED, "Fonds", stances[0], "actor"),
        (ISSUER, "Fonds", stances[1], "issuer"),
    ]


def test_an_issuer_does_not_contradict_itself(tmp_path):
    one = Said("d", ISSUER, "Fonds", "planned", actor=ISSUER, relation="rejects")
    assert said(tmp_path, one) == [(ISSUER, "Fonds", "rejection", "actor")]


def test_who_shall_carry_out_a_plan_and_who_plans_it_both_stand_for_it(tmp_path):
    one = Said("d", ISSUER, "Fonds", "planned", actor=RELATED, relation="responsible")
    assert sorted(said(tmp_path, one)) == [
        (ISSUER, "Fonds", "plan", "issuer"),
        (RELATED, "Fonds", "plan", "actor"),
    ]


def test_who_shall_carry_out_a_demand_has_not_made_it(tmp_path):
    one = Said("d", ISSUER, "Fonds", "demanded", actor=RELATED, relation="responsible")
    assert said(tmp_path, one) == [(ISSUER, "Fonds", "demand", "issuer")]


def test_every_party_of_a_coalition_speaks(tmp_path):
    found = said(tmp_path, Said("d", "Neue Liste; Alte Liste", "Fonds", "planned"))
    assert {speaker for speaker, *_ in found} == {"Neue Liste", "Alte Liste"}


@pytest.mark.parametrize("issuers", ["NL; Alte Liste", "Alte Liste"])
def test_a_short_form_in_one_document_is_the_long_name_of_another(tmp_path, issuers):
    found = said(
        tmp_path,
        Said("a", "Neue Liste (NL)", "Fonds"),
        Said("b", issuers, "Fonds", actor="NL", relation="responsible"),
    )
    assert {speaker for speaker, *_ in found} == {"NL", "Alte Liste"}


@pytest.mark.parametrize(
    ("issuers", "actor", "speakers"),
    [
        ("Institut Ahorn (Hrsg.); Institut Birke (Hrsg.)", "", {"Institut Ahorn", "Institut Birke"}),
        ("Institut Ahorn (IA); Initiative Autobahn (IA)", "", {"Institut Ahorn", "Initiative Autobahn"}),
        ("Verein der Gärten (Berlin)", "Berlin", {"Verein der Gärten", "Berlin"}),
        ("Verein der Gärten (Kassel)", "Kassel", {"Verein der Gärten", "Kassel"}),
        ("Jugend der Grünen (Grüne)", "Grüne", {"Jugend der Grünen", "Grüne"}),
        ("Verein der Gärten (VdG)", "VdG", {"VdG"}),
    ],
)
def test_only_a_short_form_of_one_name_stands_for_it(tmp_path, issuers, actor, speakers):
    found = said(tmp_path, Said("a", issuers, "Fonds", "planned", actor=actor, relation="responsible"))
    assert {speaker for speaker, *_ in found} == speakers


def test_a_party_of_another_state_is_not_its_namesake(tmp_path):
    found = said(
        tmp_path, Said("a", "Die Grünen (AT); Alte Liste (AT)", "Fonds"), Said("b", "Alte Liste", "Fonds")
    )
    assert {speaker for speaker, *_ in found} == {"Die Grünen (AT)", "Alte Liste (AT)", "Alte Liste"}


def test_a_registered_actor_has_the_registrys_id(tmp_path):
    found = said(tmp_path, Said("d", "Bundesministerium der Finanzen", "Fonds", "planned"))
    assert [speaker for speaker, *_ in found] == ["actor-bmf"]


def test_a_group_of_a_landtag_is_not_the_bundestags(tmp_path):
    told = Said("a", "Fraktion SPD", "Fonds"), Said("b", "Fraktion SPD", "Fonds", period="by18")
    assert {speaker for speaker, *_ in said(tmp_path, *told)} == {"actor-fraktion-spd", "Fraktion SPD"}
    named = Said("c", "SPD", "Fonds", actor="actor-fraktion-spd", relation="responsible")
    assert "Fraktion SPD" in {speaker for speaker, *_ in said(tmp_path / "named", *told, named)}


def test_minutes_have_no_voice_of_their_own(tmp_path):
    assert not said(tmp_path, Said("d", ISSUER, "Fonds", type="plenarprotokoll"))
