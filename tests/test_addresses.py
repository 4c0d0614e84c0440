"""Lists of addresses: names that say where a document is from, and faults that name their line."""

import pytest

from pipeline.errors import InputError
from pipeline.fetching.addresses import listing


def test_every_address_gets_a_name_of_its_own(tmp_path):
    path = tmp_path / "liste.txt"
    path.write_text(
        "\ufeff# Strategien\nhttps://a.example/2021/Bericht%20Klima.pdf\n\n"
        "https://b.example/2022/Bericht%20Klima.pdf\nhttps://a.example/2021/Bericht%20Klima.pdf\n",
        encoding="utf-8",
    )
    found = listing(path)
    names = [one.file for one in found.wanted]
    assert found.total == len(names) == len(set(names)) == 2
    assert all(name.startswith("Bericht-Klima-") and name.endswith(".pdf") for name in names)
    assert found.wanted[0].facts == {"url": "https://a.example/2021/Bericht%20Klima.pdf"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "https://a.example/a.pdf\nhttp://b.example/b.pdf\n",
            "line 2: http://b.example/b.pdf is no",
        ),
        ("ftp://a.example/a.pdf", "line 1"),
        (
            "https://wer:geheim@a.example/a.pdf",
            r"line 1: https://a\.example/a\.pdf holds a name or a password",
        ),
        ("https://geheim@a.example/a.pdf", r"line 1: https://a\.example/a\.pdf holds a name or a password"),
        ("https:///a.pdf", "line 1"),
        ("\n# nichts\n", "holds no address"),
    ],
)
def test_what_is_no_list_is_refused(tmp_path, text, says):
    (tmp_path / "liste.txt").write_text(text)
    with pytest.raises(InputError, match=says):
        listing(tmp_path / "liste.txt")
