"""What decides the meaning of a document's mentions, and that it needs no other document."""

from pipeline.catalogue import document
from pipeline.knowledge.registry import load_registry
from pipeline.link import Linker
from pipeline.naming import names, surfaces
from pipeline.records import Tags
from tests.builders import make_passage, make_source, make_span, make_text

TEXT = make_text(
    make_passage("Der Hafenausbaufonds (HAF) hilft."),
    make_passage("Die Landesregierung füllt den HAF.", number=1),
)
SPANS = (
    make_span(text="theme", end=5, label="theme", kind="labour", score=0.2),
    make_span(text="Hafenausbaufonds", start=4, label="instrument"),
    make_span(text="theme", end=5, label="theme", kind="transportation", score=0.9),
    make_span(text="Landesregierung", start=4, label="actor", kind="state", sentence=1),
    make_span(text="HAF", start=30, label="instrument", sentence=1),
)


def named(spans=SPANS, **manifest):
    return names(make_source(**manifest), TEXT, Tags(spans)).occurrences


def test_abbreviations_themes_and_places_come_from_the_document():
    fund, ministry, short = named()
    assert fund.home == short.home and (short.name, short.form) == ("Hafenausbaufonds", "HAF")
    assert [one.theme for one in (fund, ministry, short)] == ["transportation", "", ""]
    assert all(one.counted for one in (fund, ministry, short))


def test_whom_an_actor_s_name_means_follows_what_the_manifest_states():
    found = [
        named(**told)[1].home.concept for told in ({"issuer": "Landtag Brandenburg"}, {"parliament": "by"})
    ]
    assert found == ["actor-regierung-bb", "actor-regierung-by"]


def test_nothing_is_named_where_nothing_was_found():
    assert named(()) == ()


def test_without_own_concepts_the_names_stored_are_those_that_linking_would_find(tmp_path):
    given = surfaces(document(make_source(), TEXT), TEXT, Tags(SPANS))
    with Linker(load_registry(), tmp_path) as linker:
        assert not linker.has_own and tuple(linker.occurrences(given)) == named()


def test_what_a_person_says_an_abbreviation_means_is_kept():
    said = make_span(text="HAF", start=30, label="instrument", sentence=1, value="Windparkfonds")
    fund, one = named((SPANS[1], said))
    assert (one.name, one.form) == ("Windparkfonds", "Windparkfonds") and one.home != fund.home
