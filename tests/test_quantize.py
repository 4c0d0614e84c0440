"""Quantised encoders stay close to their floats and keep out of 8 bits what they are told to."""

from __future__ import annotations

import numpy as np
import pytest

onnx = pytest.importorskip("onnx")

import onnxruntime  # noqa: E402
from onnx import helper, numpy_helper  # noqa: E402

from pipeline.learning.encoder import PROBE, PROBE_SIZE  # noqa: E402
from pipeline.learning.quantize import quantize, restore, write_probe  # noqa: E402

WIDTH = 64


@pytest.fixture
def source(tmp_path):
    """A table of 500 pieces and one linear layer."""
    rng = np.random.default_rng(0)
    table = rng.normal(size=(500, WIDTH)).astype(np.float32)
    weight = rng.normal(size=(WIDTH, WIDTH)).astype(np.float32) / 8
    graph = helper.make_graph(
        [
            helper.make_node("Gather", ["table", "input_ids"], ["rows"], name="/look/up"),
            helper.make_node("MatMul", ["rows", "weight"], ["hidden"], name="/layer/few/MatMul"),
        ],
        "toy",
        [helper.make_tensor_value_info("input_ids", onnx.TensorProto.INT64, [1, "n"])],
        [helper.make_tensor_value_info("hidden", onnx.TensorProto.FLOAT, [1, "n", WIDTH])],
        [numpy_helper.from_array(table, "table"), numpy_helper.from_array(weight, "weight")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, str(tmp_path / "float.onnx"))
    return tmp_path / "float.onnx"


def hidden(path):
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return session.run(None, {"input_ids": np.arange(40, dtype=np.int64)[None]})[0]


@pytest.mark.parametrize(("keep", "bits"), [((), 8), (("/few/",), 8), ((), 7)])
def test_few_bits_are_close(source, tmp_path, keep, bits):
    quantize(source, tmp_path / "small.onnx", way="dynamic", keep=keep, bits=bits)
    assert np.abs(hidden(tmp_path / "small.onnx") - hidden(source)).max() < 0.1
    kinds = {node.op_type for node in onnx.load(str(tmp_path / "small.onnx")).graph.node}
    assert ("MatMul" in kinds) == bool(keep)


@pytest.mark.parametrize(("bits", "off"), [(4, 0.5), (8, 0.05)])
def test_blocks_are_close_and_a_row_does_not_depend_on_the_others(source, tmp_path, bits, off):
    pytest.importorskip("onnx_ir")
    quantize(source, tmp_path / "small.onnx", way="blocks", bits=bits)
    session = onnxruntime.InferenceSession(str(tmp_path / "small.onnx"), providers=["CPUExecutionProvider"])
    every = session.run(None, {"input_ids": np.arange(40, dtype=np.int64)[None]})[0]
    assert np.abs(every - hidden(source)).max() < off
    few = session.run(None, {"input_ids": np.arange(4, dtype=np.int64)[None]})[0]
    assert np.allclose(few[0], every[0, :4], atol=1e-5)


def test_weights_of_seven_bits_never_overflow_sums_of_two_products(source, tmp_path):
    quantize(source, tmp_path / "small.onnx", way="dynamic", keep=(), bits=7)
    held = {
        one.name: numpy_helper.to_array(one)
        for one in onnx.load(str(tmp_path / "small.onnx")).graph.initializer
    }
    weight = held["weight_quantized"].astype(int)
    assert held["weight_quantized"].dtype == np.int8
    assert 2 * 255 * np.abs(weight).max() < 2**15


def test_weights_read_back_to_floats_are_closer_than_eight_bits_of_activations(source, tmp_path):
    quantize(source, tmp_path / "small.onnx", way="dynamic", keep=())
    restore(tmp_path / "small.onnx", tmp_path / "back.onnx")
    small, back = (
        np.abs(hidden(tmp_path / f"{name}.onnx") - hidden(source)).max() for name in ("small", "back")
    )
    assert 0 < back < small
    kinds = {node.op_type for node in onnx.load(str(tmp_path / "back.onnx")).graph.node}
    assert "MatMul" in kinds and "MatMulInteger" not in kinds


def test_the_table_of_pieces_shrinks_to_a_third(source, tmp_path):
    quantize(source, tmp_path / "small.onnx", way="dynamic")
    assert (tmp_path / "small.onnx").stat().st_size < source.stat().st_size / 2


def test_a_table_of_odd_width_stays(tmp_path):
    table = np.ones((9, 5), dtype=np.float32)
    graph = helper.make_graph(
        [helper.make_node("Gather", ["table", "input_ids"], ["hidden"], name="up")],
        "toy",
        [helper.make_tensor_value_info("input_ids", onnx.TensorProto.INT64, [1, "n"])],
        [helper.make_tensor_value_info("hidden", onnx.TensorProto.FLOAT, [1, "n", 5])],
        [numpy_helper.from_array(table, "table")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, str(tmp_path / "float.onnx"))
    quantize(tmp_path / "float.onnx", tmp_path / "small.onnx", way="dynamic")
    assert [one.name for one in onnx.load(str(tmp_path / "small.onnx")).graph.initializer] == ["table"]


def test_eight_bits_are_signed_and_mean_the_same_numbers(source, tmp_path):
    quantize(source, tmp_path / "small.onnx", way="dynamic", keep=())
    graph = onnx.load(str(tmp_path / "small.onnx")).graph
    held = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
    weight, zero, scale = (held[f"weight_{name}"] for name in ("quantized", "zero_point", "scale"))
    assert weight.dtype == zero.dtype == np.int8
    floats = numpy_helper.to_array(
        next(one for one in onnx.load(str(source)).graph.initializer if one.name == "weight")
    )
    back = (weight.astype(np.float32) - zero.astype(np.float32)) * scale
    assert np.abs(back - floats).max() <= scale.max()


def test_the_probe_is_what_the_function_writes(tmp_path):
    write_probe(tmp_path / "probe.onnx", size=PROBE_SIZE)
    assert (tmp_path / "probe.onnx").read_bytes() == PROBE.read_bytes()
