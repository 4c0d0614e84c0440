"""Templates: escaped unless told otherwise, strict about names, numbers in the reader's language."""

from __future__ import annotations

import jinja2
import pytest

from pipeline.reporting import templating


@pytest.fixture
def write(tmp_path):
    def written(text, **options):
        (tmp_path / "page.j2").write_text(text, encoding="utf-8")
        return templating.templates(tmp_path, **options).get_template("page.j2")

    return written


def test_what_documents_say_is_escaped_and_what_we_made_is_not(write):
    page = write("{{ said }}{{ made }}")
    told = page.render(said="<script>", made=templating.as_it_is("<svg>"))
    assert told == "&lt;script&gt;<svg>"
    assert write("{{ said }}", escape=False).render(said="<a>") == "<a>"


def test_a_name_that_nobody_gives_is_an_error(write):
    with pytest.raises(jinja2.UndefinedError, match="missing"):
        write("{{ missing }}").render()


@pytest.mark.parametrize(("language", "wanted"), [("de", "1.234 12,5 % Anteil"), ("en", "1,234 12.5% share")])
def test_words_follow_the_language(write, language, wanted):
    page = write(
        "{{ number(1234) }} {{ percent(0.125) }} {{ t('Anteil', 'share') }}", known=templating.words(language)
    )
    assert page.render().replace("\u00a0", " ").replace("\u202f", " ") == wanted
