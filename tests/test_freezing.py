"""The frozen explorer: every link leads to a file, nothing needs a server, a run gives the same bytes."""

import json
import re
import shutil
from html import unescape
from urllib.parse import unquote

import psutil
import pytest
from starlette.testclient import TestClient

from pipeline.errors import InputError
from pipeline.query import rows
from pipeline.serving import freezing
from pipeline.serving.app import application
from pipeline.serving.filing import filed, links, place, plain
from pipeline.serving.freezing import freeze
from pipeline.serving.reader import Reader
from tests.browser import barriers, follow, one
from tests.builders_output import finish
from tests.builders_outputs import make_read_output
from tests.pdf_writer import paragraph, write

SAID = [
    "Positionspapier, 14. März 2019",
    "Der Fachkräftemangel bremst das Handwerk in vielen Regionen.",
    "Die Bundesregierung plant ein Förderprogramm für das Handwerk.",
    'Wer <a href="/search"> schreibt oder " href="/sql" meint, stört nicht.',
]


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    corpus = tmp_path_factory.mktemp("frozen") / "papiere"
    corpus.mkdir()
    write(corpus / "lage.pdf", [paragraph(70, 100, SAID, lead=30), paragraph(70, 100, SAID[1:], lead=30)])
    (corpus / "stand.md").write_text("# Stand\n\n" + "\n\n".join(SAID), encoding="utf-8")
    made = make_read_output(corpus, corpus.parent / "out")
    finish(made)
    remember(made, corpus)
    return made


def remember(out, folder):
    """Say in the marker where the documents lie."""
    marker = json.loads((out / "run.json").read_text("utf-8")) | {"folder": str(folder)}
    (out / "run.json").write_text(json.dumps(marker), "utf-8")


@pytest.fixture(scope="module")
def site(out, tmp_path_factory):
    to = tmp_path_factory.mktemp("site") / "alles"
    return to, freeze(out, to, pictures=True)


def pages(to):
    return {path: path.read_text(encoding="utf-8") for path in to.rglob("*.html")}


def dead(to):
    """Return links of a copy that lead to no file, or to no place in it."""
    known = {path: set(re.findall(r' id="([^"]+)"', html)) for path, html in pages(to).items()}
    found = []
    for path, html in pages(to).items():
        for link in re.findall(r' (?:href|src)="([^"]*)"', html):
            name, _, anchor = unescape(link).partition("#")
            if not name.startswith("https:"):
                target = (path.parent / unquote(name)).resolve() if name else path
                if not target.is_file() or (anchor and unquote(anchor) not in known[target]):
                    found.append((path.name, link))
    return found


def test_every_link_leads_to_a_file_and_a_place_in_it(site):
    to, frozen = site
    assert frozen.files > 60 and not dead(to)


def test_every_row_has_its_pages_in_both_languages(out, site):
    to, frozen = site
    assert all(0 < held.n == held.of for held in frozen.held)
    for row in rows(out, "select mention_id from mentions"):
        for folder, language in ((to, "de"), (to / "en", "en")):
            html = (folder / "mentions" / f"{row['mention_id']}.html").read_text(encoding="utf-8")
            assert f'<html lang="{language}">' in html and "<mark>" in html


def test_nothing_needs_a_server(site):
    for path, html in pages(site[0]).items():
        assert "<form" not in html and "testserver" not in html and "localhost" not in html, path
        assert not re.search(r' (?:href|src)="/', html), path


@pytest.mark.slow
def test_it_works_from_the_disk_in_a_browser(driver, site):
    driver.get((site[0] / "index.html").as_uri())
    follow(driver, one(driver, "nav a[href*='trends']"))
    follow(driver, one(driver, "dl.facts a[href*='unit-layer']"))
    one(driver, "main details:not(.meaning) summary").click()  # so few sentences have numbers, but no points
    follow(driver, one(driver, "main details a[href*='sentences']"))
    follow(driver, one(driver, ".hits a.m[href]"))
    words = one(driver, ".said mark").text
    follow(driver, one(driver, ".tongue"))
    assert one(driver, "html").get_attribute("lang") == "en" and one(driver, ".said mark").text == words
    assert not barriers(driver)
    follow(driver, one(driver, "main a[href*='documents/']"))
    assert one(driver, "article.text a.m").is_displayed()


def test_words_of_documents_that_look_like_links_stay_words(out, site):
    document = rows(out, "select document_id from documents where n_pages > 0")[0]["document_id"]
    html = (site[0] / "documents" / document / "1.html").read_text(encoding="utf-8")
    assert "Wer &lt;a href=&#34;/search&#34;&gt; schreibt oder &#34; href=&#34;/sql&#34; meint" in html


def test_pictures_of_pages_are_there_only_when_asked_for(out, site, tmp_path):
    assert len(list(site[0].glob("images/*/*.png"))) == 2 and site[1].undrawn == 0
    freeze(out, tmp_path / "ohne", most=2)
    assert not list((tmp_path / "ohne").rglob("*.png"))
    assert not any("<img" in html or "<image" in html for html in pages(tmp_path / "ohne").values())


def test_pictures_that_cannot_be_drawn_are_counted(out, tmp_path):
    copy = shutil.copytree(out, tmp_path / "out")
    remember(copy, tmp_path / "nowhere")
    assert freeze(copy, tmp_path / "site", pictures=True, most=4).undrawn == 2
    assert not dead(tmp_path / "site")


def test_the_same_tables_give_the_same_bytes(out, tmp_path):
    first, second = tmp_path / "a", tmp_path / "b"
    assert freeze(out, first, most=2) == freeze(out, second, most=2)
    names = sorted(path.relative_to(first) for path in first.rglob("*"))
    assert names == sorted(path.relative_to(second) for path in second.rglob("*"))
    assert all((first / n).read_bytes() == (second / n).read_bytes() for n in names if (first / n).is_file())


@pytest.mark.slow
def test_two_processes_make_the_copy_that_one_makes(out, site, tmp_path):
    told = []
    assert freeze(out, tmp_path / "zwei", pictures=True, workers=2, tell=told.append) == site[1]
    assert contents(tmp_path / "zwei") == contents(site[0])
    assert told == sorted(told) and told[-1] == 1.0 and len(told) > 60


def test_corrections_that_no_run_has_counted_are_not_passed_on(out, tmp_path):
    copy = shutil.copytree(out, tmp_path / "out")
    freeze(copy, tmp_path / "a", most=9)
    client = TestClient(application(copy, token="t", hosts=("testserver",)))
    client.get("/?token=t")
    path = f"/mentions/{sorted((tmp_path / 'a' / 'mentions').iterdir())[0].stem}"
    form = {"token": "t", "said": "reject", "who": "Ada"}
    assert client.post(path, data=form, headers={"origin": "http://testserver"}).status_code == 200
    freeze(copy, tmp_path / "b", most=9)
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


def contents(to):
    return {path.relative_to(to): path.read_bytes() for path in to.rglob("*") if path.is_file()}


def test_a_page_and_its_translation_ask_the_tables_once(out):
    once, each = Reader(out, remembered=9), Reader(out)
    sql = "select count(*) as n from mentions where list_contains(?, layer)"
    for reader, same in ((once, True), (each, False)):
        first, again = (reader.rows(sql, ["actor", "challenge"]) for _ in range(2))
        assert first == again and (first is again) is same


def test_a_copy_of_tables_that_are_replaced_meanwhile_is_refused(out, tmp_path):
    copy = shutil.copytree(out, tmp_path / "out")

    def replace(share):
        shutil.copy(copy / "politikspur.duckdb", tmp_path / "neu")
        (tmp_path / "neu").replace(copy / "politikspur.duckdb")

    with pytest.raises(InputError, match="was replaced by a run while it was read; repeat the same command"):
        freeze(copy, tmp_path / "site", most=2, tell=replace)
    assert not list(tmp_path.glob("site*"))


@pytest.mark.slow
def test_a_process_that_is_lost_ends_the_copy_with_one_line(out, tmp_path):
    def strike(share):
        for process in psutil.Process().children():
            if "spawn_main" in " ".join(process.cmdline()):
                process.kill()

    with pytest.raises(InputError, match=r"a process that makes pages was lost .*; run the same command"):
        freeze(out, tmp_path / "site", workers=2, tell=strike)
    assert not list(tmp_path.iterdir())


def test_a_bounded_copy_says_what_it_leaves_out_and_has_no_dead_link(out, tmp_path):
    frozen = freeze(out, tmp_path / "kurz", most=2)
    held = {one.table: one for one in frozen.held}
    assert held["mentions"].n == 2 < held["mentions"].of
    assert held["pages"].n < held["pages"].of
    about = (tmp_path / "kurz" / "about.html").read_text(encoding="utf-8")
    assert "was dem Anfang am nächsten liegt" in about and f">{held['mentions'].of}</td>" in about
    assert not dead(tmp_path / "kurz")


def test_a_folder_that_holds_anything_is_refused(out, tmp_path):
    (tmp_path / "notiz.txt").write_text("meins", "utf-8")
    with pytest.raises(InputError, match="is not an empty folder"):
        freeze(out, tmp_path)


def test_a_copy_that_fails_leaves_nothing(out, tmp_path, monkeypatch):
    monkeypatch.setattr(freezing, "filed", lambda *values: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        freeze(out, tmp_path / "site", most=2)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("/", "/"),
        ("/?lang=en", "/"),
        ("/documents/d1?lang=en", "/documents/d1/1"),
        ("/documents/d1/3?mark=m1#m1", "/documents/d1/3"),
        ("/trends?unit=kind&basis=published&slice=all", "/trends?unit=kind"),
        ("/sentences?unit=kind&item=a&period=bt20&slice=issuer&value=x", ""),
        ("/concepts/c1?period=bt20&status=planned&lang=en#quotes", "/concepts/c1"),
        ("/concepts/c1?page=2&period=bt20", "/concepts/c1?page=2"),
        ("/concepts?page=2&layer=actor", "/concepts?layer=actor&page=2"),
        ("/static/explorer.css?v=abc", "/static/explorer.css"),
        ("/search?q=x", ""),
        ("https://www.wikidata.org/wiki/Q1", ""),
        ("#main", ""),
    ],
)
def test_links_ask_for_one_address_each(link, address):
    assert plain(link) == address


@pytest.mark.parametrize(
    ("address", "language", "file"),
    [
        ("/", "de", "index.html"),
        ("/", "en", "en/index.html"),
        ("/documents/d1/3", "en", "en/documents/d1/3.html"),
        ("/concepts?layer=actor", "de", "concepts--layer-actor.html"),
        ("/static/explorer.css", "en", "static/explorer.css"),
        ("/concepts/%2E%2E%2Fx", "de", "concepts/-x-d6b96a97.html"),
    ],
)
def test_an_address_has_one_file(address, language, file):
    assert place(address, language) == file


def test_names_that_must_be_changed_stay_apart():
    names = {place(f"/trends?item={item}", "de") for item in ("A", "a", "ä", "ö", "a" * 300, "a" * 301)}
    assert len(names) == 6 and all(name.isascii() and len(name) < 200 for name in names)


def test_links_to_what_is_not_kept_become_text():
    html = '<a href="/sql">SQL</a> <a href="/mentions/m1#x">m</a> <a href="https://x.org/">x</a>'
    made = filed(html, "documents/d1/1.html", {"/mentions/m1"}.__contains__)
    assert made == '<a>SQL</a> <a href="../../mentions/m1.html#x">m</a> <a href="https://x.org/">x</a>'
    assert list(links(html)) == ["/mentions/m1"]
