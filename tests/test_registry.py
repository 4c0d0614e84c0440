import pytest
from msgspec.structs import replace

from pipeline.errors import TaxonomyError
from pipeline.knowledge import keys
from pipeline.knowledge.registry import (
    SEEDS,
    ConceptEntry,
    ConceptIndex,
    Registry,
    check,
    dump_registry,
    fingerprint,
    is_own,
    is_seed,
    load_registry,
    made,
)

ROWING = ConceptEntry(id="challenge-ruderverbot", layer="challenge", label="Ruderverbot")


def test_seeds_are_many_and_each_form_means_one_concept():
    seeds = load_registry()
    assert len(seeds.concept) >= 150
    named: dict[tuple[str, str], set[str]] = {}
    for entry in seeds.concept:
        for form in (entry.label, *entry.aliases):
            named.setdefault((entry.layer, keys.surface(form).replace(" ", "")), set()).add(entry.id)
    assert {form: ids for form, ids in named.items() if len(ids) > 1} == {}


def test_an_id_is_found_where_an_entry_has_it(tmp_path):
    assert all(is_seed(entry.id) for entry in load_registry().concept[::200])
    assert not is_seed(ROWING.id) and not is_seed("")
    path, other = tmp_path / "concepts.toml", f"{ROWING.id}-am-sonntag"
    assert not is_own(ROWING.id, path)
    path.write_bytes(
        dump_registry(Registry(concept=(ROWING,), own=frozenset({ROWING.id}), history=(f"birth {other}",)))
    )
    assert is_own(ROWING.id, path) and not is_own(other, path) and not is_own(ROWING.label, path)
    path.write_text(path.read_text("utf-8").replace(f'"{ROWING.id}"', f"'{ROWING.id}'"), "utf-8")
    assert is_own(ROWING.id, path)


def test_no_seed_has_the_key_of_another_seed():
    seeds = load_registry()
    homes: dict[tuple[str, str], set[str]] = {}
    for entry in seeds.concept:
        strange = {keys.key(form, entry.layer) for form in entry.confused}
        for key in {keys.key(form, entry.layer) for form in (entry.label, *entry.aliases)} - strange:
            homes.setdefault((entry.layer, key), set()).add(entry.id)
    assert {key: ids for key, ids in homes.items() if len(ids) > 1} == {}


def test_no_seed_breaks_a_rule():
    seeds = load_registry().concept
    check(seeds, {entry.id for entry in seeds}, SEEDS)


def test_other_words_for_a_concept_are_compared_but_are_no_names():
    entry = ConceptEntry(
        id="challenge-zeitnot", layer="challenge", label="Zeitnot", said=("keiner kommt hinterher",)
    )
    assert entry.worded == ("Zeitnot", "keiner kommt hinterher")
    assert ConceptIndex(Registry(concept=(entry,))).find("challenge", "keiner kommt hinterher") == ""


def test_other_words_for_a_seed_are_no_name_of_another():
    seeds = load_registry()
    index = ConceptIndex(seeds)
    wrong = [(entry.id, said) for entry in seeds.concept for said in entry.said
             if index.find(entry.layer, said) not in ("", entry.id)]  # fmt: skip
    assert wrong == []


def test_no_wording_stands_under_two_seeds():
    seeds = load_registry()
    found: dict[tuple[str, str], set[str]] = {}
    for entry in seeds.concept:
        for said in entry.said:
            for form in (keys.surface(said), keys.key(said, entry.layer)):
                found.setdefault((entry.layer, form), set()).add(entry.id)
    assert {form: ids for form, ids in found.items() if len(ids) > 1} == {}


@pytest.mark.parametrize(
    ("layer", "name", "concept"),
    [
        ("challenge", "Mangel an Investitionen", "challenge-investitionsstau"),
        ("challenge", "Fehlinvestition", "challenge-fehlinvestitionen"),
        ("instrument", "zügigere Asylverfahren", "instrument-schnellere-asylverfahren"),
        ("instrument", "Asylverfahren", ""),
        ("challenge", "Verkehr", ""),
        ("challenge", "Ausländerfeindlichkeit", "challenge-fremdenfeindlichkeit"),
        ("instrument", "Hebammengesetz", "instrument-hebammengesetz"),
        ("challenge", "Wohnungslosigkeit", "challenge-wohnungslosigkeit"),
        ("instrument", "Verbot von Waffenexporten", "instrument-verbot-von-ruestungsexporten"),
        ("instrument", "Tierversuche reduzieren", "instrument-reduzierung-von-tierversuchen"),
        ("instrument", "Flüchtlinge integrieren", ""),
        ("challenge", "zunehmende Trockenheit", "challenge-duerre"),
        ("challenge", "Unterdrückung", "challenge-unterdrueckung"),
        ("challenge", "neue Ungerechtigkeiten", "challenge-ungerechtigkeit"),
        ("challenge", "soziale Ungerechtigkeiten", "challenge-soziale-ungleichheit"),
    ],
)
def test_near_things_are_told_apart(layer, name, concept):
    assert ConceptIndex(load_registry()).find(layer, name) == concept


def own(folder, concept, label):
    """An index with an own entry of a folder that has »Mindestlohn« as another name."""
    path = folder / "concepts.toml"
    path.write_text(
        f'concept = [{{ id = "{concept}", layer = "instrument", label = "{label}",'
        ' aliases = ["Mindestlohn"] }]\n',
        encoding="utf-8",
    )
    return ConceptIndex(load_registry(path))


@pytest.mark.parametrize("form", ["Ruder-Verbot", "Ruder-Verbots", "Ruder Verbot"])
def test_a_hyphen_makes_no_other_name(form):
    assert ConceptIndex(Registry(concept=(ROWING,))).named("challenge", form) == ROWING.id


def test_an_entry_of_the_output_folder_wins_over_the_seed(tmp_path):
    index = own(tmp_path, "instrument-mindestlohn", "Lohnuntergrenze")
    assert index.entries["instrument-mindestlohn"].label == "Lohnuntergrenze"
    assert index.find("instrument", "Mindestlohns") == "instrument-mindestlohn"


def test_other_names_of_an_own_entry_win_over_the_names_of_seeds(tmp_path):
    index = own(tmp_path, "instrument-lohn", "Lohnregeln")
    assert "instrument-mindestlohn" in index.entries
    assert index.find("instrument", "Mindestlohn") == "instrument-lohn"
    assert index.find("instrument", "Mindestlohns") == "instrument-lohn"


def test_the_example_in_the_header_is_an_entry(tmp_path):
    path = tmp_path / "concepts.toml"
    lines = dump_registry(Registry()).decode().splitlines()
    (example,) = (line.removeprefix("#") for line in lines if line.startswith("#  {"))
    path.write_text(f"concept = [{example}]\n", encoding="utf-8")
    assert load_registry(path).own == {"instrument-meisterbonus"}


def test_a_registry_reads_back_as_it_was_written(tmp_path):
    own = ConceptEntry(
        id="challenge-a",
        layer="challenge",
        label='Mangel an "Zeit"',
        said=("keiner kommt hinterher",),
        confused=("Zeitdruck",),
        merged=("Zeitnot",),
        generic=False,
    )
    registry = Registry(
        concept=(own,),
        own=frozenset({own.id}),
        history=("birth challenge-b", "merge challenge-b challenge-a"),
    )
    (tmp_path / "c.toml").write_bytes(dump_registry(registry))
    back = load_registry(tmp_path / "c.toml")
    assert own in back.concept
    assert back.own == registry.own
    assert back.history == registry.history
    assert dump_registry(back) == dump_registry(registry)


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ('{ id = "x", layer = "challenge", label = "X" }', "does not fit"),
        ('{ id = "challenge-x", layer = "challenge", label = " " }', "does not fit"),
        ('{ id = "challenge-x", layer = "challenge", label = "X", theme = "wetter" }', "unknown theme"),
        (
            '{ id = "challenge-x", layer = "challenge", label = "X", parent = "challenge-y" }',
            "not another concept",
        ),
        ('{ id = "challenge-x", layer = "challenge", label = "X", not = ["X"] }', "false friend"),
        ('{ id = "challenge-x", layer = "challenge", label = "X", alias = ["Y"] }', "unknown field"),
        ('{ id = "challenge-x", layer = "thema", label = "X" }', "thema"),
        (
            '{ id = "challenge-x", layer = "challenge", label = "X" }, '
            '{ id = "challenge-x", layer = "challenge", label = "Y" }',
            "two entries have this id; join them",
        ),
        ("{ id =", "Unclosed|Invalid"),
    ],
)
def test_a_wrong_line_is_refused(tmp_path, line, what):
    path = tmp_path / "concepts.toml"
    path.write_text(f"concept = [{line}]\n", encoding="utf-8")
    with pytest.raises(TaxonomyError, match=what):
        load_registry(path)


def test_a_missing_file_adds_nothing(tmp_path):
    assert load_registry(tmp_path / "none.toml") == load_registry()


def written(path, *lines):
    """Write the file of an output folder with these lines between the brackets."""
    body = "\n".join(("# mine", "concept = [", *lines, "] # outside", "", "history = ''''''", ""))
    path.write_text(body, encoding="utf-8")
    return path


def test_comments_stay_with_their_entries(tmp_path):
    path = written(
        tmp_path / "c.toml",
        "  # aus dem Beirat,",
        "  #  2026-11-02",
        '  { id = "challenge-b", layer = "challenge", label = "Fall # 3" }, # so im Protokoll',
        "",
        '  { id = "challenge-a", layer = "challenge", label = "]", aliases = [',
        "    # zwei Namen",
        "    'A # }',",
        '    "B" ] },',
        "  # { später }",
    )
    first = dump_registry(load_registry(path))
    (begun,) = [at for at, line in enumerate(first.decode().splitlines()) if line == "concept = ["]
    assert first.decode().splitlines()[begun + 1 :][:7] == [
        "  # zwei Namen",
        '  { id = "challenge-a", layer = "challenge", label = "]", aliases = ["A # }","B"] },',
        "  # aus dem Beirat,",
        "  #  2026-11-02",
        "  # so im Protokoll",
        '  { id = "challenge-b", layer = "challenge", label = "Fall # 3" },',
        "  # { später }",
    ]
    path.write_bytes(b"\xef\xbb\xbf" + first)  # as an editor of Windows may write it
    assert dump_registry(load_registry(path)) == first


def test_what_people_write_has_a_fingerprint(tmp_path):
    path = tmp_path / "c.toml"
    bare = '{ id = "challenge-a", layer = "challenge", label = "A" },'
    other = '{ id = "challenge-b", layer = "challenge", label = "B", merged = ["C"] },'
    assert fingerprint(path, grows=False) == fingerprint(written(path), grows=False) == ""
    once = fingerprint(written(path, bare, other), grows=False)
    assert once
    assert fingerprint(written(path, "# why", other, bare), grows=False) == once
    path.write_bytes(dump_registry(replace(load_registry(path), history=("birth challenge-c",))))
    assert fingerprint(path, grows=False) == once
    assert fingerprint(written(path, bare, other.replace('["C"]', "[]")), grows=False) != once
    assert fingerprint(written(path, bare.replace('"A"', '"Ä"'), other), grows=False) != once


def test_what_a_run_merges_is_nothing_that_people_said(tmp_path):
    path = tmp_path / "c.toml"
    seed = next(entry for entry in load_registry().concept if entry.layer == "challenge")
    formed = made("challenge-0123456789", "challenge", "Ruderverbot")
    entries = (formed, replace(seed, merged=("Ruderei",)))
    path.write_bytes(dump_registry(Registry(concept=entries, own=frozenset({formed.id, seed.id}))))
    assert fingerprint(path, grows=True) == "" != fingerprint(path, grows=False)
    text = path.read_text("utf-8")
    for said in ('label = "Ruderverbote"', 'label = "Ruderverbot", not = ["Ruder"]'):
        path.write_text(text.replace('label = "Ruderverbot"', said), encoding="utf-8")
        assert fingerprint(path, grows=True)
