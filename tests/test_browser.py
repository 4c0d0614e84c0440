"""The explorer and the report in a real browser: the way of a sceptic, accessibility, print.

Pictures of the main views are left in `build/screens`.
"""

import re
import shutil

import pytest
from pypdfium2 import PdfDocument

from pipeline.again import report_again
from pipeline.config import load_settings
from pipeline.query import rows
from pipeline.run import run
from tests import browser
from tests.browser import follow, one

pytestmark = pytest.mark.slow
PAPERS = (
    "2012-kurzimpuls-fachkraefte-regionen.pdf",
    "2015-positionspapier-mittelstand.pdf",
    "2024-kurzimpuls-fachkraefte.pdf",
)
ISSUERS = (
    "Verband Mittelständischer Industrieunternehmen",
    "Wissenschaftlicher Beirat für Regionalforschung und Rat für Folgen der Technik",  # wider than a phone
)
VIEWS = {
    "start": "/",
    "search": "/search?q=Fachkräfte",
    "trends": "/trends?unit=layer",
    "sentences": "/sentences?unit=layer&item=challenge&period=bt18",
    "concepts": "/concepts",
    "concept": "/concepts/{concept}",
    "network": "/network",
    "slopes": "/patterns",
    "changes": "/patterns/changes",
    "attention": "/patterns/attention",
    "novelty": "/patterns/novelty",
    "distinctive": "/patterns/distinctive",
    "open_themes": "/patterns/open_themes",
    "documents": "/documents",
    "documents narrowed": "/documents?status=ok&q=a&document_type=strategie",
    "document": "/documents/{document}/1",
    "mention": "/mentions/{mention}",
    "sql": "/sql?q=from+documents+select+title,+n_pages",
}
LOOKS = {"light": (False, browser.WIDE, "de"), "dark": (True, browser.PHONE, "en")}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory, root):
    folder = tmp_path_factory.mktemp("browser") / "papiere"
    folder.mkdir()
    sample = root / "corpora" / "sample"
    for name in PAPERS:
        shutil.copy(sample / "pdf" / name, folder)
    lines = (sample / "manifest.csv").read_text("utf-8").splitlines()
    kept = [lines[0], *(line.removeprefix("pdf/") for line in lines if any(name in line for name in PAPERS))]
    (folder / "manifest.csv").write_text("\n".join(kept).replace(*ISSUERS), "utf-8")
    return folder


@pytest.fixture(scope="module")
def out(corpus):
    made = corpus.parent / "out"
    run(corpus, made, load_settings(), workers=2, observe=lambda moment: None)
    return made


@pytest.fixture(scope="module")
def address(out):
    with browser.served(out, "--edit") as found:
        yield found


def counted(driver):
    """Return the n of a page that lists the sentences behind a point."""
    return int(re.search(r": ([\d.,]+) (?:von|of) ", one(driver, ".lead").text)[1])


@pytest.mark.parametrize(("language", "right"), [("de", "ist keine"), ("en", "is none")])
def test_from_the_start_to_the_words_and_a_correction_that_counts(driver, address, language, right):
    driver.get(address)
    if language == "en":
        follow(driver, one(driver, ".tongue"))
    assert one(driver, "html").get_attribute("lang") == language
    follow(driver, one(driver, "nav a[href*='/trends']"))
    driver.get(driver.current_url.split("?")[0] + f"?unit=concept&lang={language}")
    point = max(driver.find_elements("css selector", ".panel svg a"), key=n_of)
    n = n_of(point)
    follow(driver, point.find_element("css selector", ".dot"))  # the first click
    behind = driver.current_url
    assert counted(driver) == n
    mark = one(driver, ".hits a.m")
    words = mark.text
    follow(driver, mark)  # the second click
    assert one(driver, "h1").text.replace("\u00ad", "") == words
    assert one(driver, ".said mark").text == words and one(driver, ".crop rect.strong").is_displayed()
    proof = driver.current_url
    follow(driver, one(driver, "figcaption a"))
    assert browser.wait(
        lambda: driver.execute_script("return document.querySelector('.sheet img').naturalWidth")
    )
    assert one(driver, ".paper rect.asked").is_displayed()
    driver.get(proof)
    assert say(driver, "reject") == right
    assert "Ada Probe" in one(driver, "#correct + ul").text
    driver.get(behind)
    assert one(driver, ".waiting strong").text == str(n - 1)
    driver.get(proof)
    say(driver, "restore")
    driver.get(behind)
    assert counted(driver) == n and not driver.find_elements("css selector", ".waiting")


def test_a_list_is_followed_at_once_by_mouse_and_at_the_button_by_key(driver, address):
    driver.get(address)
    follow(driver, one(driver, "nav a[href*='/trends']"))
    here = driver.current_url
    one(driver, "select[name=slice]").send_keys("\ue015\ue015")  # arrow down, twice
    one(driver, ".choose summary").click()
    one(driver, ".choose input").click()
    assert driver.current_url == here
    follow(driver, one(driver, "select[name=unit] option[value=layer]"))
    assert "unit=layer" in driver.current_url and "slice=issuer" in driver.current_url
    driver.back()
    assert driver.current_url == here
    assert one(driver, "select[name=unit]").get_attribute("value") == "theme"
    assert one(driver, "select[name=slice]").get_attribute("value") == "all"


def test_single_keys_can_be_switched_off_and_stay_so(driver, address, out):
    path = "/documents/{document}/1".format(**ids(out))
    driver.get(address.split("/?")[0] + path)
    focused = "return document.activeElement.dataset.m || ''"
    for on in (True, False, True):
        if one(driver, "#keys input").is_selected() != on:
            one(driver, "#keys input").click()
        driver.get(driver.current_url)
        assert one(driver, "#keys input").is_selected() == on
        one(driver, "body").send_keys("n")
        assert bool(driver.execute_script(focused)) == on


def test_a_page_that_cannot_be_drawn_says_so(driver, address, out):
    driver.get(address.split("/?")[0] + "/documents/{document}/1".format(**ids(out)))
    assert not one(driver, "[data-undrawn]").is_displayed()
    driver.execute_script("document.querySelector('.paper img').src = '/images/none/1.png'")
    assert browser.wait(one(driver, "[data-undrawn]").is_displayed)
    assert not one(driver, ".paper").is_displayed()


def say(driver, value):
    """Store a correction and return what the form calls it."""
    choice = one(driver, f"select[name=said] option[value={value}]")
    words = choice.text
    choice.click()
    one(driver, "input[name=who]").send_keys("Ada Probe")
    follow(driver, one(driver, "form[method=post] button"))
    return words


def n_of(point):
    """Return the n that a point of a trend says to those who do not see it."""
    return int(re.search(r"n = (\d+)", point.get_attribute("aria-label"))[1])


@pytest.mark.parametrize("seen", LOOKS)
def test_nothing_keeps_people_out(driver, address, out, root, seen):
    dark, size, language = LOOKS[seen]
    browser.look(driver, dark=dark, size=size)
    found = {}
    for name, path in VIEWS.items():
        path = path.format(**ids(out))
        driver.get(address.split("/?")[0] + path + ("&" if "?" in path else "?") + f"lang={language}")
        browser.picture(driver, root / "build" / "screens" / f"{name}-{seen}.png", height=1600)
        found[name] = browser.barriers(driver)
        if driver.execute_script("return document.documentElement.scrollWidth") > size[0]:
            found[name].append("wider than the screen")
    assert not {name: told for name, told in found.items() if told}


def ids(out):
    sql = """select document_id as document, concept_id as concept, mention_id as mention from mentions
        join concepts using (concept_id) order by n_mentions desc, mention_id limit 1"""
    return rows(out, sql)[0]


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_report_keeps_nobody_out_and_prints_whole(driver, out, root, tmp_path, language):
    (path,) = report_again(out, language=language)
    for seen, (dark, size, _) in LOOKS.items():
        browser.look(driver, dark=dark, size=size)
        driver.get(path.resolve().as_uri())
        browser.picture(driver, root / "build" / "screens" / f"report-{language}-{seen}.png", height=1600)
        assert not browser.barriers(driver)
        edge = driver.execute_script("return document.documentElement.clientWidth")
        captions = driver.find_elements("css selector", "section > .wide > table > caption")
        assert captions and all(at.rect["x"] + at.rect["width"] <= edge for at in captions)
    headings = [heading.text for heading in driver.find_elements("css selector", "main h2")]
    browser.paper(driver)
    driver.get(path.resolve().as_uri())
    rows = driver.find_elements("css selector", ".tops li")
    wide = "return arguments[0].filter(row => row.scrollWidth > row.clientWidth).length"
    assert rows and not driver.execute_script(wide, rows), "the last column of a ranking is cut off"
    with PdfDocument(browser.printed(driver, tmp_path / "report.pdf")) as pdf:
        text = "\n".join(page.get_textpage().get_text_range() for page in pdf)
    assert len(headings) > 8 and not [heading for heading in headings if heading not in text]
