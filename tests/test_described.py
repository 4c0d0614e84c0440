"""The codebook as a file."""

from pipeline.exports.described import codebook_page
from pipeline.publishing.codebook import codebook


def test_the_page_is_written(tmp_path):
    (path,) = codebook_page(tmp_path, tmp_path)
    assert (path.name, path.read_text(encoding="utf-8")) == ("codebook.html", codebook())
