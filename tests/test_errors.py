"""Errors are one line that says where, what and what to do."""

import pytest

from pipeline.errors import InputError, PipelineError, shown, why


def test_an_error_says_where_what_and_what_to_do():
    error = InputError("papier.pdf", "is encrypted", "give --password")
    assert str(error) == "papier.pdf: is encrypted; give --password"
    assert (error.where, error.what, error.remedy) == ("papier.pdf", "is encrypted", "give --password")
    assert isinstance(error, PipelineError)


def test_an_error_of_the_system_is_told_without_its_number_and_file():
    assert why(FileNotFoundError(2, "No such file or directory", "a.txt")) == "No such file or directory"
    assert why(ValueError("no number")) == "no number"


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("https://wer:geheim@a.example/b.pdf?key=geheim#geheim", "https://a.example/b.pdf"),
        ("https://geheim@a.example?geheim", "https://a.example"),
        ("s3://key:geheim@bucket", "s3://bucket"),
        ("https://a.example/@b", "https://a.example/@b"),
        ("papiere/2021", "papiere/2021"),
    ],
)
def test_an_address_is_told_without_its_secrets(address, told):
    assert shown(address) == told
