"""Stage versions follow the code and the data files that a stage uses."""

import pytest

from pipeline import versions
from pipeline.process import TEXT_STAGES
from pipeline.run import CORPUS_STAGES
from pipeline.running.finish import LAST_STAGES
from pipeline.running.journal import STAGES
from pipeline.versions import digest, file_sha256, identity, stage_version


def test_the_cut_between_parts_counts():
    assert digest("ab", "c") != digest("a", "bc")
    assert digest("ab") == digest(b"ab")


@pytest.mark.parametrize(
    ("library", "stages"),
    [("lxml", {"texts"}), ("pillow", {"read"}), ("numpy", {"track"}), ("duckdb", {"tables", "track"})],
)
def test_a_stage_follows_the_libraries_of_all_modules_that_it_uses(monkeypatch, library, stages):
    fresh, known = stage_version.__wrapped__, ("texts", "read", "tables", "track")
    before = {stage: fresh(stage) for stage in known}
    version = versions.library_version
    monkeypatch.setattr(versions, "library_version", lambda name: version(name) + "1" * (name == library))
    assert {stage for stage in known if fresh(stage) != before[stage]} == stages


def test_libraries_are_named_by_modules_that_exist(root):
    for module in versions.LIBRARIES:
        assert (root / "pipeline" / f"{module.replace('.', '/')}.py").is_file()


def test_ids_come_from_content():
    assert identity("s", "d1", "Satz", "0") == identity("s", "d1", "Satz", "0")
    assert identity("s", "d1", "Satz", "0") != identity("s", "d1", "Satz", "1")
    assert len(identity("s", "d1")) == 17


def test_a_file_is_known_by_its_content(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"abc")
    assert file_sha256(tmp_path / "a.txt").startswith("ba7816bf8f01cfea")  # FIPS 180-2, appendix B.1
    assert file_sha256(tmp_path / "missing.txt") == file_sha256(tmp_path) == ""


@pytest.mark.parametrize("stage", sorted({*TEXT_STAGES, *CORPUS_STAGES, *LAST_STAGES, *STAGES}))
def test_every_stage_named_in_a_key_is_a_module(root, stage):
    assert (root / "pipeline" / f"{stage.replace('.', '/')}.py").is_file()


@pytest.fixture
def package(tmp_path, monkeypatch):
    (tmp_path / "taxonomies").mkdir()
    (tmp_path / "taxonomies" / "words.toml").write_text("a = 1")
    (tmp_path / "taxonomies" / "other.toml").write_text("a = 1")
    (tmp_path / "stage.py").write_text("from pipeline import found\nfrom pipeline.helper import x\n")
    (tmp_path / "found").mkdir()
    (tmp_path / "found" / "__init__.py").write_text("from importlib import import_module\n")
    (tmp_path / "found" / "one.py").write_text("y = 1\n")
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "__init__.py").write_text("")
    (tmp_path / "parts" / "used.py").write_text("z = 1\n")
    (tmp_path / "parts" / "unused.py").write_text("z = 1\n")
    (tmp_path / "helper.py").write_text(
        "from pipeline.parts import used\nx = load('words', dict)\n"
        "page = 'page.html.j2'\nCARD = 'card.toml'\n"
    )
    (tmp_path / "apart.py").write_text("page = 'other.html.j2'\n")
    (tmp_path / "models" / "tagger").mkdir(parents=True)  # as in a wheel
    (tmp_path / "models" / "tagger" / "card.toml").write_text("a = 1")
    for name in ("templates", "others"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "part.html.j2").write_text("")
    (tmp_path / "templates" / "page.html.j2").write_text("{% include 'part.html.j2' %}")
    (tmp_path / "others" / "other.html.j2").write_text("")
    monkeypatch.setattr(versions, "PACKAGE", tmp_path)
    monkeypatch.setattr(versions, "TAXONOMIES", tmp_path / "taxonomies")
    return tmp_path


@pytest.fixture(autouse=True)
def forgetful():
    yield
    forget()


def forget():
    for known in (stage_version, versions._told, versions._kept, versions._data_files):
        known.cache_clear()


def _version():
    forget()
    return stage_version("stage")


@pytest.mark.parametrize(
    ("file", "matters"),
    [
        ("stage.py", True),
        ("helper.py", True),
        ("taxonomies/words.toml", True),
        ("apart.py", False),
        ("found/one.py", True),
        ("parts/used.py", True),
        ("parts/unused.py", False),
        ("taxonomies/other.toml", False),
        ("models/tagger/card.toml", False),
        ("templates/page.html.j2", True),
        ("templates/part.html.j2", True),
        ("others/part.html.j2", False),
    ],
)
def test_only_what_a_stage_uses_changes_its_version(package, file, matters):
    before = _version()
    path = package / file
    path.write_text(path.read_text() + "\n# changed\n")
    assert (_version() != before) is matters


def test_what_modules_name_is_parsed_once_and_kept_by_their_content(package, monkeypatch):
    monkeypatch.setattr(versions.sys, "dont_write_bytecode", False)
    before, parse = _version(), versions.ast.parse
    parsed = []
    monkeypatch.setattr(versions.ast, "parse", lambda content: parsed.append(content) or parse(content))
    assert _version() == before and not parsed
    (package / "helper.py").write_text("from pipeline.parts import unused\n")
    assert _version() != before and len(parsed) == 2  # of the helper, and of what it imports now
    (kept,) = (package / "__pycache__").glob("told-*")
    kept.write_bytes(b"damaged")
    assert _version() not in ("", before) and len(parsed) > 2
