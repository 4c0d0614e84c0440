"""The rules of the house that no linter knows."""

import re
import shutil
import subprocess
import tomllib
from importlib.metadata import packages_distributions

import pytest
from typer.main import get_command

from pipeline.cli import app
from pipeline.schema import TABLES

MAX_LINES = 400
MAX_BYTES = 80_000_000
COMMANDS = get_command(app).commands
TEXTS = ("README.md", "CONTRIBUTING.md", "METHODS.md")


def modules(root):
    return sorted(path for path in (root / "pipeline").rglob("*.py") if not path.name.startswith("__"))


def tracked(root):
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=root, capture_output=True, text=True, check=True
    )
    return [root / name for name in listed.stdout.splitlines() if (root / name).is_file()]


WHOLES = {
    "commands": "test_cli.py",
    "extractors": "test_extractors.py",
    "exports": "test_exports.py",
    "schema": "test_schema.py",
    "serving": "test_serving.py",
}


def test_every_module_has_its_test(root):
    """Modules of one shape, and pages that only a browser shows, are tested as wholes."""
    names = {path.name for path in (root / "tests").rglob("test_*.py")}

    def tests_of(path):
        return {f"test_{path.name}", WHOLES.get(path.parent.name, "")}

    assert not [path.name for path in modules(root) if not tests_of(path) & names]


def test_every_folder_has_its_place_in_the_order_of_imports(root):
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    contracts = {one["name"]: one for one in project["tool"]["importlinter"]["contracts"]}
    placed = re.findall(r"pipeline\.(\w+)", " ".join(contracts["Folders import down"]["layers"]))
    assert sorted(placed) == sorted(path.parent.name for path in (root / "pipeline").glob("*/__init__.py"))


def test_no_file_is_too_long(root):
    files = [*modules(root), *(root / "tests").rglob("*.py")]
    assert not [path.name for path in files if path.read_text("utf-8").count("\n") > MAX_LINES]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example_and_stands_in_the_readme(root, name):
    help_text = COMMANDS[name].help
    assert f"Example: politikspur {name}" in " ".join(help_text.split())
    assert f"`politikspur {name}" in (root / "README.md").read_text("utf-8")


@pytest.mark.parametrize("text", TEXTS)
def test_texts_name_only_commands_and_targets_that_exist(root, text):
    words = (root / text).read_text("utf-8")
    assert set(re.findall(r"`(?:\.venv/bin/)?politikspur ([a-z]+)", words)) <= set(COMMANDS)
    targets = set(re.findall(r"^([a-z]+):", (root / "Makefile").read_text("utf-8"), flags=re.M))
    assert set(re.findall(r"`make ([a-z]+)|^make ([a-z]+)", words, flags=re.M)) <= {
        pair for target in targets for pair in ((target, ""), ("", target))
    }


@pytest.mark.parametrize("text", TEXTS)
def test_texts_name_only_paths_that_exist(root, text):
    words = (root / text).read_text("utf-8")
    named = set(re.findall(r"`((?:pipeline|corpora|models|tests|docs)/[\w./-]*)`", words))
    assert not [path for path in named if not (root / path).exists()]


def test_every_table_stands_in_the_readme(root):
    words = (root / "README.md").read_text("utf-8")
    assert not [name for name, table in TABLES.items() if f"| `{name}` | {table.about} |" not in words]


def test_every_target_is_explained(root):
    makefile = (root / "Makefile").read_text("utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", makefile, flags=re.M)[1].split()
    explained = re.findall(r"^([a-z]+):.*## ", makefile, flags=re.M)
    assert sorted(phony) == sorted(explained)


@pytest.mark.skipif(shutil.which("make") is None, reason="no make")
def test_clean_removes_only_what_is_made_again(root, tmp_path):
    shutil.copy(root / "Makefile", tmp_path)
    made = ("a b/run.json", "a b/tables/runs.parquet", "a b/cache/files.json", "halb/cache/files.json")
    people = ("a b/corrections.jsonl", "a b/concepts.toml", "a b/open_themes.toml")
    kept = (*people, "fetched/x/a.pdf", "tagger/m.onnx")
    for name in (*made, *kept):
        path = tmp_path / "build" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    subprocess.run(["make", "-s", "clean"], cwd=tmp_path, check=True)
    build = tmp_path / "build"
    left = {path.relative_to(build).as_posix() for path in build.rglob("*") if path.is_file()}
    assert left == {*kept}


def test_nothing_names_the_machine_it_was_written_on(root):
    folder = "/" + "work" + "/"
    for path in tracked(root):
        if (
            path.suffix in (".py", ".md", ".toml", ".json", ".jsonl", ".cff", "")
            and path.stat().st_size < 2**20
        ):
            assert folder not in path.read_text("utf-8", errors="ignore"), path


def test_no_file_is_too_large(root):
    assert not [path for path in tracked(root) if path.stat().st_size > MAX_BYTES]


def test_versions_agree(root):
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    from pipeline import __version__

    assert project["version"] == __version__
    assert f"version: {__version__}\n" in (root / "CITATION.cff").read_text("utf-8")


def test_every_dependency_is_pinned(root):
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = project["dependencies"] + [
        d for extra in project["optional-dependencies"].values() for d in extra
    ]
    assert not [line for line in wanted if "==" not in line]


def test_what_only_training_imports_is_no_dependency_of_everyone(root):
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    names = {line.partition("==")[0].lower() for line in project["dependencies"]}
    sources = [path.read_text("utf-8") for path in modules(root) if path.parent.name != "nets"]
    found = set(re.findall(r"^ *(?:from|import) (\w+)", "\n".join(sources), flags=re.M))
    given = {module: {name.lower() for name in of} for module, of in packages_distributions().items()}
    with_code = names & set().union(*given.values())  # the rest are data
    assert not with_code - set().union(*(given.get(module, set()) for module in found))


def test_a_wheel_holds_the_files_that_cards_name_and_no_labels_to_train_on(root):
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    left_out = project["tool"]["hatch"]["build"]["targets"]["wheel"]["exclude"]
    found = [path.relative_to(root) for path in (root / "models").rglob("*") if path.is_file()]
    held = {path for path in found if not any(path.match(pattern) for pattern in left_out)}
    named = set()
    for path in (root / "models").glob("*/card.toml"):
        files = tomllib.loads(path.read_text(encoding="utf-8"))["files"]
        named |= {(path.parent / name).resolve().relative_to(root.resolve()) for name in files}
    assert named and named <= held
    assert not [path for path in held if path.suffix in (".jsonl", ".svg")]
