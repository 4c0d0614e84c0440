"""Corrections in the browser: stored, counted at once beside the old number, and taken back."""

import re
import shutil

import pytest
from starlette.testclient import TestClient

from pipeline.query import rows
from pipeline.serving.app import application
from tests.builders_output import document, finished, mention, passage, sentence, small

SAME = {"origin": "http://testserver"}
TOKEN = "geheim"


@pytest.fixture
def out(tmp_path):
    return shutil.copytree(finished(), tmp_path / "out")


@pytest.fixture
def client(out):
    client = TestClient(application(out, token=TOKEN, hosts=("testserver",)))
    client.get("/", params={"token": TOKEN})
    return client


def instrument(out):
    return rows(out, "select * from mentions where layer = 'instrument' order by mention_id limit 1")[0]


def say(client, mention, said, **fields):
    form = {"token": TOKEN, "said": said, "who": "Ada", **fields}
    return client.post(f"/mentions/{mention['mention_id']}", data=form, headers=SAME)


def numbers(text, unit, item):
    """Return what stands in the column n of a row of the counts: the old number, and the new one."""
    cell = re.search(rf'unit={unit}&amp;item={item}&amp;period=\w+">(\d+)</a>(.*?)</td>', text)
    new = re.search(r"→ (\d+)", cell[2])
    return int(cell[1]), int(new[1]) if new else int(cell[1])


def counted(out, mention, said):
    """Return how often the tables count a concept's sentences in the mention's period."""
    sql = """select count(distinct m.sentence_id) as n from mentions m join sentences s using (sentence_id)
        where s.counted and m.concept_id = ? and m.period_published = ? and m.mention_id <> ?"""
    return rows(out, sql, mention["concept_id"], mention["period_published"], said)[0]["n"]


def test_a_rejected_mention_lowers_the_numbers_at_once_and_back_again(client, out):
    mention = instrument(out)
    item = ("concept", mention["concept_id"])
    text = say(client, mention, "reject").text
    assert numbers(text, *item) == (counted(out, mention, ""), counted(out, mention, mention["mention_id"]))
    assert numbers(text, "kind", mention["kind"])[0] - 1 == numbers(text, "kind", mention["kind"])[1]
    point = {"unit": "concept", "item": item[1], "period": mention["period_published"]}
    assert 'class="waiting"' in client.get("/sentences", params=point).text
    back = say(client, mention, "restore").text
    assert numbers(back, *item)[0] == numbers(back, *item)[1]
    assert 'class="waiting"' not in client.get("/sentences", params=point).text


def test_two_explorers_of_one_computer_keep_their_readers_apart(client, out):
    other = TestClient(application(out, token="anders", hosts=("testserver",)), cookies=client.cookies)
    other.get("/", params={"token": "anders"})
    client.cookies.update(other.cookies)
    path = f"/mentions/{instrument(out)['mention_id']}"
    assert all('<form method="post"' in one.get(path).text for one in (client, other))


def test_a_changed_status_moves_one_mention(client, out):
    mention = instrument(out)
    before = numbers(client.get(f"/mentions/{mention['mention_id']}").text, "status", mention["status"])
    other = "rejected" if mention["status"] != "rejected" else "planned"
    text = say(client, mention, f"status:{other}").text
    assert numbers(text, "status", mention["status"]) == (before[0], before[0] - 1)


@pytest.mark.parametrize("said", ["relabel:actor:federal", "relabel:challenge:", "span"])
def test_layer_and_borders_are_corrected_and_taken_back(client, out, said):
    mention = instrument(out)
    path = f"/mentions/{mention['mention_id']}"
    answer = say(client, mention, said, text=mention["text"][:5])
    assert answer.status_code == 200, answer.text
    assert say(client, mention, "reject").status_code == 403  # first the other must be taken back
    assert say(client, mention, "restore").status_code == 200
    text = client.get(path).text
    assert numbers(text, "layer", "instrument")[0] == numbers(text, "layer", "instrument")[1]


@pytest.mark.parametrize(
    "said", ["relabel:actor:erfunden", "relabel:instrument:law", "restore", "span", "kind:"]
)
def test_what_is_no_correction_is_refused_and_not_stored(client, out, said):
    mention = instrument(out)
    assert say(client, mention, said, text="steht nicht da").status_code == 403
    assert not (out / "corrections.jsonl").exists()


def test_the_same_words_elsewhere_are_another_mention(client, out):
    sql = """select * from mentions m where (select count(*) from mentions o where o.text = m.text
        and o.document_id = m.document_id and o.layer = m.layer) > 1 order by sentence_number limit 2"""
    first = rows(out, sql)[0]
    other = rows(out, "select * from mentions where document_id = ? and text = ? and mention_id <> ?",
                 first["document_id"], first["text"], first["mention_id"])[0]  # fmt: skip
    say(client, first, "reject")
    assert 'id="correct"' in client.get(f"/mentions/{first['mention_id']}").text
    shown = client.get(f"/mentions/{other['mention_id']}").text
    assert "2026" not in re.search(r'id="correct".*?<form', shown, re.S)[0]


def test_words_that_are_a_whole_sentence_are_told_from_the_same_words_in_others(tmp_path):
    texts = ("Digitalisierung", "Ohne Digitalisierung geht es nicht.", "Zur Digitalisierung")
    out = small(
        tmp_path, documents=[document(n_sentences=3)], passages=[passage("p1")],
        sentences=[
            sentence(f"s{at}", text, "p1", number=at, counted=at < 2) for at, text in enumerate(texts)
        ],
        mentions=[
            mention(f"m{at}", f"s{at}", texts[0], text.index(texts[0]), sentence_number=at, counted=at < 2)
            for at, text in enumerate(texts)
        ],
    )  # fmt: skip
    client = TestClient(application(out, token=TOKEN, hosts=("testserver",)))
    client.get("/", params={"token": TOKEN})
    say(client, {"mention_id": "m1"}, "reject")
    for at, said in enumerate((0, 1, 0)):
        page = client.get(f"/mentions/m{at}").text
        assert len(re.findall(r"<li>[^<]*, Ada: ", page)) == said
        assert ("ein früherer Satz darin sagt dasselbe" in page) == (at == 2)


def test_a_correction_stays_with_its_words_when_a_reader_reads_hyphens_beside_them_otherwise(tmp_path):
    for n, first in enumerate(("Die Cluster-Politik von 2009", "Die Clusterpolitik von 2009 …")):
        texts = (first, "Die »Innovations-Gutscheine« bleiben.")
        out = small(
            tmp_path, documents=[document(n_sentences=2)], passages=[passage("p1")],
            sentences=[sentence(f"s{at}", text, "p1", number=at) for at, text in enumerate(texts)],
            mentions=[mention("m1", "s1", "Innovations-Gutscheine", 5, sentence_number=1)],
        )  # fmt: skip
        client = TestClient(application(out, token=TOKEN, hosts=("testserver",)))
        client.get("/", params={"token": TOKEN})
        if not n:
            say(client, {"mention_id": "m1"}, "reject")
        assert 'value="restore"' in client.get("/mentions/m1").text
