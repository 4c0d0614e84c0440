"""Quantise an exported encoder to make it small and fast; the only door to onnx.

There are two ways, both for one core: `dynamic` (7- or 8-bit weights, 8-bit activations, one scale per
tensor: fast, for the tagger) and `blocks` (4- or 8-bit weights in blocks of 32, activations scaled by row:
a text's vector does not depend on its batch; 4 bits lose nothing of a checkpoint stored in such blocks).
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any, Literal

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper

Way = Literal["dynamic", "blocks"]
Bits = Literal[4, 7, 8]  # of a weight: 7 or 8 in the dynamic way, 4 or 8 in blocks
BLOCK = 32


def quantize(
    source: Path, target: Path, *, way: Way, keep: tuple[str, ...] = ("/few/",), bits: Bits = 8
) -> None:
    """Write a quantised copy of an ONNX encoder; nodes whose name contains one of `keep` stay float.

    On a processor without VNNI, weights of 7 bits are a sixth faster than those of 8 and a little less
    accurate, because those of 8 have to be made unsigned there (`encoder.multiplies_exactly`).
    """
    model = onnx.load(str(source))
    small = _blocks(model, bits) if way == "blocks" else _dynamic(source, target, model, keep, bits)
    _shrink_table(small)
    onnx.save(small, str(target))


def restore(source: Path, target: Path) -> None:
    """Write a copy of a `dynamic` encoder with weights converted back to floats and float activations.

    Its output differs from that of `source` only by the error of 8-bit activations.
    """
    model = onnx.load(str(source))
    graph = model.graph
    constants = {one.name: one for one in graph.initializer}
    maker = {name: node for node in graph.node for name in node.output}
    user = {name: node for node in graph.node for name in node.input}
    for product in [node for node in graph.node if node.op_type == "MatMulInteger"]:
        cast = user[product.output[0]]
        scaled = user[cast.output[0]]
        scales = maker[next(name for name in scaled.input if name != cast.output[0])]
        weight, zero, scale = (
            numpy_helper.to_array(constants[name])
            for name in (*product.input[1::2], next(name for name in scales.input if name in constants))
        )
        name = f"{product.input[1]}.floats"
        floats = (weight.astype(np.float32) - zero.astype(np.float32)) * scale
        graph.initializer.append(numpy_helper.from_array(floats.astype(np.float32), name))
        given = maker[product.input[0]].input[0]
        at = list(graph.node).index(product)
        graph.node.insert(at, helper.make_node("MatMul", [given, name], [scaled.output[0]], name=name))
        for node in (product, cast, scaled):
            graph.node.remove(node)
        graph.initializer.remove(constants[product.input[1]])
    onnx.save(model, str(target))


def weights(path: Path) -> dict[str, NDArray[np.float32]]:
    """Return the weights of a `dynamic` encoder as floats, by their names in torch.

    The table of piece vectors is named `pieces`. Of a linear layer's weights, those that were kept in floats
    (`split_large` in nets/rounding.py) are exact, the others are quantised.
    """
    graph = onnx.load(str(path)).graph
    known = _constants(graph)
    found = {
        name.removeprefix("network.").replace(".layer.bias", ".bias"): array
        for name, array in known.items()
        if name.startswith("network.") and not name.endswith(".rest")
    }
    for node in graph.node:
        if node.op_type == "MatMulInteger":
            scale = known[node.input[1].removesuffix("_quantized") + "_scale"]
            whole = (known[node.input[1]].astype(np.float32) - known[node.input[3]]) * scale
            found[_weight(node.name)] = whole.T.copy()
    maker = {name: node for node in graph.node for name in node.output}
    for node in graph.node:
        if node.name.endswith("/few/MatMul"):
            places = known[maker[node.input[0]].input[1]]
            found[_weight(node.name)][:, places] = known[node.input[1]].T
    if "pieces.values" in known:
        table = known["pieces.values"] * known["pieces.scales"]
        found["pieces"] = table.reshape(len(table), -1)
    return {name: array.astype(np.float32) for name, array in found.items()}


def _constants(graph: onnx.GraphProto) -> dict[str, NDArray[Any]]:
    """Return the arrays in a graph, also under the names by which the exporter repeats them."""
    known = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
    for node in graph.node:
        if node.op_type == "Constant":
            known[node.output[0]] = numpy_helper.to_array(node.attribute[0].t)
        elif node.op_type == "Identity" and node.input[0] in known:
            known[node.output[0]] = known[node.input[0]]
    return known


def _weight(node: str) -> str:
    """Return torch's name of the weights in a product made by `split_large`."""
    layer = node.removeprefix("/network/").split("/layer/MatMul")[0].split("/few/MatMul")[0]
    return f"{layer.replace('/', '.')}.weight"


def _blocks(model: onnx.ModelProto, bits: Bits) -> onnx.ModelProto:
    from onnxruntime.quantization import matmul_nbits_quantizer as blocks

    blocks.logger.setLevel(logging.WARNING)  # it tells of every node
    quantizer = blocks.MatMulNBitsQuantizer(
        model, block_size=BLOCK, is_symmetric=True, accuracy_level=4, bits=bits
    )
    quantizer.process()
    return quantizer.model.model


def _dynamic(
    source: Path, target: Path, model: onnx.ModelProto, keep: tuple[str, ...], bits: Bits
) -> onnx.ModelProto:
    from onnxruntime.quantization import QuantType, quantize_dynamic

    names = [node.name for node in model.graph.node]
    quantize_dynamic(
        str(source),
        str(target),
        per_channel=True,
        # Unsigned weights have a zero point for each channel, which uses all 256 steps.
        weight_type=QuantType.QInt8 if bits == 7 else QuantType.QUInt8,
        reduce_range=bits == 7,
        op_types_to_quantize=["MatMul"],
        nodes_to_exclude=[name for name in names if any(part in name for part in keep)],
    )
    small = onnx.load(str(target))
    _sign(small)
    return small


def _sign(model: onnx.ModelProto) -> None:
    """Make unsigned 8-bit weights and zero points signed: the same numbers, and faster with VNNI."""
    products = [node for node in model.graph.node if node.op_type == "MatMulInteger"]
    used = {name for node in products for name in (node.input[1], *node.input[3:])}
    for one in model.graph.initializer:
        array = numpy_helper.to_array(one)
        if one.name in used and array.dtype == np.uint8:
            signed = (array.astype(np.int16) - 128).astype(np.int8)
            one.CopyFrom(numpy_helper.from_array(signed, one.name))


def write_probe(path: Path, *, size: int) -> None:
    """Write the network with which `encoder.multiplies_exactly` looks for overflow."""
    largest = numpy_helper.from_array(np.full((size, size), 127, dtype=np.int8), "largest")
    graph = helper.make_graph(
        [helper.make_node("MatMulInteger", ["rows", "largest"], ["sums"])],
        "products",
        [helper.make_tensor_value_info("rows", onnx.TensorProto.UINT8, [size, size])],
        [helper.make_tensor_value_info("sums", onnx.TensorProto.INT32, [size, size])],
        [largest],
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), str(path))


def _shrink_table(model: onnx.ModelProto) -> None:
    """Replace the table of piece vectors by 8-bit blocks that are scaled after the look-up.

    A table whose width is not a multiple of the block stays unchanged.
    """
    graph = model.graph
    looked_up = {node.input[0]: node for node in graph.node if node.op_type == "Gather"}
    tables = [one for one in graph.initializer if one.name in looked_up and len(one.dims) == 2]
    table = max(tables, key=lambda one: one.dims[0])
    if table.dims[1] % BLOCK:
        return
    node = looked_up[table.name]
    values, scales = _eight_bits(numpy_helper.to_array(table))
    at = list(graph.node).index(node)
    graph.initializer.remove(table)
    graph.node.remove(node)
    width = np.array([0, 0, values.shape[1] * BLOCK], dtype=np.int64)
    for name, array in (("values", values), ("scales", scales), ("shape", width)):
        graph.initializer.append(numpy_helper.from_array(array, f"pieces.{name}"))
    for offset, new in enumerate(_look_up(node.input[1], node.output[0])):
        graph.node.insert(at + offset, new)


def _eight_bits(table: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    blocks = table.reshape(len(table), -1, BLOCK)
    scales = np.maximum(np.abs(blocks).max(axis=2, keepdims=True) / 127, 1e-12).astype(np.float32)
    return np.rint(blocks / scales).astype(np.int8), scales


def _look_up(ids: str, output: str) -> list[Any]:
    node = helper.make_node
    return [
        node("Gather", ["pieces.values", ids], ["pieces.found"], name="pieces/values"),
        node("Cast", ["pieces.found"], ["pieces.float"], name="pieces/cast", to=onnx.TensorProto.FLOAT),
        node("Gather", ["pieces.scales", ids], ["pieces.scale"], name="pieces/scales"),
        node("Mul", ["pieces.float", "pieces.scale"], ["pieces.scaled"], name="pieces/scale"),
        node("Reshape", ["pieces.scaled", "pieces.shape"], [output], name="pieces/flat"),
    ]
