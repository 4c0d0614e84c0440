import msgspec
import numpy as np
import pytest

from pipeline.learning.distribution import Distribution, Roots

KEPT = Roots.of(["ruder", "club", "fibel"], np.array([2.0, 0.5, 4.0]), np.eye(3))


@pytest.fixture
def rowing(tmp_path):
    path = tmp_path / "roots"
    path.write_bytes(msgspec.msgpack.encode(KEPT))
    return Distribution(path)


def test_a_name_has_the_vector_of_its_roots_the_rarer_the_more(rowing):
    assert np.allclose(rowing.vectors(["Ruderfibel", "Club"]), [[1 / 5**0.5, 0, 2 / 5**0.5], [0, 1, 0]])


def test_forms_and_order_of_words_do_not_matter(rowing):
    one, other = rowing.vectors(["Fibel des Ruderclubs", "Ruderclub-Fibeln"])
    assert np.allclose(one, other)


def test_unknown_roots_say_nothing(rowing):
    assert np.allclose(*rowing.vectors(["Fibel", "Fibel der Schneckenpost"]))
    assert not rowing.vectors(["Schneckenpost", ""]).any()


def test_a_damaged_file_is_noticed(tmp_path):
    path = tmp_path / "roots"
    path.write_bytes(msgspec.msgpack.encode(KEPT)[:-1])
    with pytest.raises(msgspec.MsgspecError):
        Distribution(path)
