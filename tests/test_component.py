"""The tagger in spaCy: the shipped pipeline, its batches, its drawing and its way to a file and back."""

import pickle
import re
import subprocess
import sys

import pytest
import spacy
from spacy import displacy
from spacy.tokens import DocBin

from pipeline.config import models_folder
from pipeline.errors import ModelError
from pipeline.extractors import mentions
from pipeline.learning import component
from pipeline.reading import nlp as door
from pipeline.records import Context

TEXTS = [
    "Gegen den Fachkräftemangel fordern Verbände ein Einwanderungsgesetz. Guten Morgen zusammen!",
    "",
    " \n ",
    "Der Bundestag beschließt ein Klimaschutzgesetz, z. B. nach Art. 20a GG. Bürger:innen zahlen mehr Miete.",
    "The federal government must introduce a carbon tax and support the workers.",
]


@pytest.fixture(scope="module")
def nlp():
    return spacy.load(models_folder() / "spacy")


def facts(doc):
    return {
        group: [
            (span.text, span.label_, *(getattr(span._, name) for name in door.ATTRIBUTES)) for span in spans
        ]
        for group, spans in doc.spans.items()
    }


def test_layers_and_themes_with_their_attributes(nlp):
    doc = nlp(TEXTS[0])
    (challenge,), (instrument,), (actor,) = (doc.spans[layer] for layer in mentions.LABELS[:3])
    assert (challenge.text, challenge.label_, challenge._.status) == ("Fachkräftemangel", "challenge", "open")
    assert (instrument.text, instrument._.kind, instrument._.status) == (
        "Einwanderungsgesetz",
        "regulation",
        "demanded",
    )
    assert (actor.text, actor.label_, actor._.named) == ("Verbände", "association", "no")
    assert all(0 < span._.score < 1 for span in (challenge, instrument, actor))
    first, _ = doc._.themes
    assert "migration" in first
    assert list(first.values()) == sorted(first.values(), reverse=True)
    assert next(iter(doc.sents))._.themes == first


def test_it_finds_what_the_pipeline_finds(nlp):
    sentences = TEXTS[0].replace(". ", ".\n").split("\n")
    spans = mentions.extract([Context(text=text) for text in sentences])
    expected = {(one.label, one.text, one.score) for one in spans if one.label != "theme"}
    doc = nlp(TEXTS[0])
    assert {(layer, one.text, one._.score) for layer in mentions.LABELS[:3] for one in doc.spans[layer]} == (
        expected
    )


def test_batches_change_nothing(nlp):
    alone = [facts(nlp(text)) for text in TEXTS]
    assert [facts(doc) for doc in nlp.pipe(TEXTS, batch_size=2)] == alone
    assert alone[0]["instrument"] and not any(alone[1].values()) and not any(alone[4].values())


def test_attributes_of_spans_over_the_same_words_stay_apart(nlp):
    doc = nlp.make_doc("Der Klimarat prüft.")
    agency = {"kind": "federal", "named": "yes", "score": 0.0}
    plan = {"kind": "organisation", "status": "planned", "score": 0.5}
    door.mark(doc, "actor", (4, 12), name="a", values=agency)
    door.mark(doc, "instrument", (4, 12), name="b", values=plan)
    (actor,), (instrument,) = doc.spans["actor"], doc.spans["instrument"]
    assert (actor._.kind, actor._.status, actor._.named, actor._.score) == ("federal", "", "yes", 0.0)
    assert (instrument._.kind, instrument._.status, instrument._.score) == ("organisation", "planned", 0.5)


def test_a_docbin_brings_everything_back(nlp, tmp_path):
    docs = list(nlp.pipe(TEXTS))
    DocBin(docs=docs, store_user_data=True).to_disk(tmp_path / "kept.spacy")
    back = list(DocBin().from_disk(tmp_path / "kept.spacy").get_docs(spacy.blank("de").vocab))
    assert [facts(doc) for doc in back] == [facts(doc) for doc in docs]
    assert [doc._.themes for doc in back] == [doc._.themes for doc in docs]


def test_displacy_draws_a_layer(nlp):
    page = displacy.render(nlp(TEXTS[0]), style="span", options={"spans_key": "instrument"}, jupyter=False)
    assert "regulation" in page and "Einwanderungsgesetz" in page


def test_the_shipped_folder_is_what_the_code_writes(tmp_path):
    component.pipeline().to_disk(tmp_path / "spacy", exclude=["vocab"])
    for path in sorted((models_folder() / "spacy").iterdir()):
        assert (tmp_path / "spacy" / path.name).read_bytes() == path.read_bytes(), path.name


def test_spacy_finds_the_pipeline_and_the_attributes_by_itself():
    """In a fresh process that imports nothing of the project: by the entry points of the package."""
    code = (
        "import sys, spacy; doc = spacy.load(sys.argv[1])('Der Bund fördert Schulen.'); "
        "sys.exit(not doc.spans['actor'][0]._.kind == 'federal')"
    )
    assert (
        subprocess.run([sys.executable, "-c", code, str(models_folder() / "spacy")], check=False).returncode
        == 0
    )


def test_the_example_of_the_readme_runs(root, monkeypatch, capsys):
    monkeypatch.chdir(root)
    (example,) = re.findall(r"```python\n(import spacy.*?)```", (root / "README.md").read_text("utf-8"), re.S)
    exec(compile(example, "README.md", "exec"), {})
    printed = capsys.readouterr().out
    assert [line for line in printed.splitlines() if line] == re.findall(r"^# (.+)", example, re.M)


def test_another_pipeline_takes_the_component_and_its_settings():
    nlp = spacy.blank("de")
    nlp.add_pipe("sentencizer")
    nlp.add_pipe("politikspur_tagger", config={"document_type": "wahlprogramm"})
    doc = nlp("Der Bund fördert Schulen.")
    assert doc.spans["actor"][0].text == "Bund"
    with pytest.raises(ModelError, match="no such model"):
        nlp.add_pipe("politikspur_tagger", name="other", config={"model": "none"})


def test_worker_processes_can_be_given_the_component(nlp):
    doc = pickle.loads(pickle.dumps(nlp.get_pipe("politikspur_tagger")))(nlp.make_doc(""))
    assert [list(spans) for spans in doc.spans.values()] == [[], [], [], []]
