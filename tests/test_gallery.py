"""The example questions: each is answered by a finished output folder."""

import re
from datetime import date

import pytest

from pipeline.asking.gallery import is_reference, question, questions
from pipeline.errors import QueryError
from pipeline.query import query
from pipeline.schema import TABLES

from .builders_output import document, finished, mention, passage, sentence, small, trend

# The invented tables hold no undated documents, no achievements by heading and no attributes.
EMPTY = {"undated", "achieved", "largest-amounts", "deadlines", "laws-cited"}
# What chance leaves empty in so few documents.
RARE = {
    "planned-against-shortage",
    "new-challenges",
    "new-lately",
    "announced-and-silent",
    "revived",
    "who-suffers",
}


def test_there_are_enough_questions_with_titles_in_both_languages():
    assert len(questions()) >= 15
    assert len({entry.name for entry in questions()}) == len(questions())
    for entry in questions():
        assert entry.de.endswith(("?", "?«", ")", "«")) and entry.en, entry.name
        assert is_reference(entry.name), entry.name


@pytest.mark.parametrize("entry", questions(), ids=lambda entry: entry.name)
def test_every_question_is_answered(entry):
    found = query(finished(), entry.sql)
    assert found.num_columns >= 3
    if entry.name not in EMPTY | RARE:
        assert found.num_rows, entry.name


def test_planted_stories_are_found():
    kept = query(finished(), question("promise-and-outcome").sql).to_pylist()
    assert "Mietpreisbremse" in {row["label"] for row in kept}
    unread = query(finished(), question("not-read").sql).to_pylist()
    assert [row["path"] for row in unread] == ["verschluesselt.pdf"]


def test_nobody_stands_alone_on_both_sides():
    found = query(finished(), question("both-sides").sql).to_pylist()
    assert found
    for row in found:
        assert not {*row["for_it"].split(" | ")} & {*row["against_it"].split(" | ")}, row


@pytest.mark.parametrize(
    ("name", "ids"),
    [("deadlines", "mention_id"), ("largest-amounts", "mention_id"), ("both-sides", "concept_id")],
)
def test_answers_about_single_things_lead_to_their_evidence(name, ids):
    assert ids in query(finished(), question(name).sql).column_names


@pytest.mark.parametrize(("n", "percent"), [(6, None), (7, 33.3)])
def test_kinds_of_few_mentions_have_no_share(n, percent):
    drawn = ", ".join(f"('bt20', '{kind}', {n})" for kind in ("levy", "funding", "ban"))
    few = f"(values {drawn}) few(period_published, kind, n)"
    found = query(finished(), question("kinds-by-period").sql.replace("v_instruments_by_period", few))
    assert found.to_pydict()["percent"] == [percent] * 3


@pytest.mark.parametrize(
    ("n", "weights", "share", "percent"),
    [(19, "none", None, None), (20, "none", None, 5.0), (20, "none", 0.05, 5.0), (20, "document", 0.2, 20.0),
     (20, "document", None, None)],
)  # fmt: skip
def test_challenges_of_an_issuer_have_the_share_of_the_trends(tmp_path, n, weights, share, percent):
    part = {"slice": "issuer", "slice_value": "Verband"} if share else {"slice": "all"}
    known = {column.name: None for column in TABLES["concepts"].columns}
    out = small(
        tmp_path, documents=[document()], passages=[passage("p1")],
        sentences=[sentence(f"s{at:02}", "Funklöcher bleiben.", "p1", number=at) for at in range(n)],
        mentions=[
            mention("m1", "s00", "Funklöcher", layer="challenge", kind=None, status="open", concept_id="c1")
        ],
        concepts=[
            known | {"concept_id": "c1", "layer": "challenge", "label": "Funklöcher", "aliases": [],
                     "is_generic": False, "n_mentions": 1, "verified": False}
        ],
        trends=[trend("bt20", unit="concept", item="c1", weights=weights, share=share, **part)],
    )  # fmt: skip
    (row,) = query(out, question("challenges-by-issuer").sql).to_pylist()
    assert (row["n"], row["sentences"], row["percent"]) == (1, n, percent)


@pytest.mark.parametrize(
    ("published", "precision", "said", "is_later"),
    [
        (date(2021, 11, 24), "day", "2021-11-24", True),
        (date(2021, 11, 1), "month", "2021-11", True),
        (date(2021, 1, 1), "year", "2021", False),
    ],
)
def test_dates_are_as_exact_as_they_are_known(tmp_path, published, precision, said, is_later):
    dated = {"published": published, "published_precision": precision}
    planned = {"layer": "instrument", "concept_id": "c1"}
    attribute = {column.name: None for column in TABLES["attributes"].columns}
    concept = {column.name: None for column in TABLES["concepts"].columns}
    out = small(
        tmp_path,
        documents=[
            document("d1", document_type="koalitionsvertrag", **dated),
            document("d2", published=date(2021, 12, 9)),
        ],
        passages=[passage("p1", "d1"), passage("p2", "d2")],
        sentences=[
            sentence("s1", "Bis 2024 fördern wir Netze gegen Fachkräftemangel.", "p1", "d1"),
            sentence("s2", "Netze sind zu fördern.", "p2", "d2"),
        ],
        mentions=[
            mention("m1", "s1", "Netze", **planned),
            mention("m2", "s1", "Fachkräftemangel", layer="challenge", kind=None, status="open"),
            mention("m3", "s2", "Netze", document_id="d2", **planned | {"status": "existing"}),
        ],
        attributes=[
            attribute | {"mention_id": "m1", "document_id": "d1", "sentence_number": 0, "kind": "deadline",
                         "text": "Bis 2024", "char_start": 0, "char_end": 8,
                         "value": "2024", "unit": "year", "qualifier": "until"}
        ],
        concepts=[
            concept | {"concept_id": "c1", "layer": "instrument", "label": "Netze", "aliases": [],
                       "is_generic": False, "n_mentions": 2, "verified": False}
        ],
    )  # fmt: skip
    for name in ("planned-against-shortage", "deadlines"):
        assert [row["published"] for row in query(out, question(name).sql).to_pylist()] == [said], name
    exactly = "select distinct published_precision as exactly from v_mentions where document_id = 'd1'"
    assert query(out, exactly)["exactly"].to_pylist() == [precision]
    told = query(out, question("agreements-and-after").sql).to_pylist()
    assert [(row["signed"], row["documents"]) for row in told] == [(said, 1)] * is_later


def test_documents_without_a_period_share_none():
    undated = "join (select * replace (null::varchar as period_published) from documents) d"
    assert not query(finished(), question("both-sides").sql.replace("join documents d", undated)).num_rows


def test_clear_changes_stand_first_and_are_told():
    drawn = "(select * replace (item = 'housing' as is_clear, 0.01 as q) from changes) h"
    found = query(finished(), question("clear-changes").sql.replace("changes h", drawn)).to_pylist()
    clear = [row["is_clear"] for row in found]
    assert any(clear) and clear == sorted(clear, reverse=True)


def test_every_table_names_the_run_that_made_it():
    told = query(finished(), question("made-by").sql).to_pylist()
    assert {row["table_name"]: row["run_key"] for row in told} == dict.fromkeys(TABLES, "k")


def test_a_question_has_a_number_and_a_name():
    assert question("2") == question("new-challenges")


@pytest.mark.parametrize(
    ("reference", "says"), [("0", "there are 1 to"), ("99", "there are"), ("new-chalenges", "new-challenges")]
)
def test_an_unknown_question_is_told(reference, says):
    with pytest.raises(QueryError, match=says):
        question(reference)


@pytest.mark.parametrize("sql", ["select 1", "from concepts limit 3", "select*from concepts"])
def test_sql_is_no_reference(sql):
    assert not is_reference(sql)


def test_the_example_in_r_gives_one_row_per_period(root):
    (example,) = re.findall(r"```r\n(.*?)```", (root / "README.md").read_text("utf-8"), re.S)
    told = dict(re.findall(r'(\w+) == "(\w+)"', example))
    assert told.pop("label")
    where = " and ".join(f"{name} = '{value}'" for name, value in told.items())
    found = query(finished(), f"select count(*) as n from trends where {where} group by period_id, item")
    assert set(found["n"].to_pylist()) == {1}


@pytest.mark.slow
def test_every_question_has_an_answer_in_the_sample_collection(root):
    out = root / "build" / "sample"
    if not (out / "run.json").is_file():
        pytest.skip("needs build/sample: `make run` makes it")
    for entry in questions():
        assert query(out, entry.sql).num_rows, entry.name
