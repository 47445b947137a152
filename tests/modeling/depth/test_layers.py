"""Depth by layers: the map that layers give, by hand, and the same map as the page's."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeling.depth.layers import layers_document, layers_from, mask_of, rendered, runs_of
from modeling.errors import UserError

ROOT = Path(__file__).parents[3]


def read(*layers: dict, size: tuple[int, int] = (1, 4)):
    return layers_from(json.dumps(layers_document(layers, size)).encode(), size)


def flat(runs: list[int] | None, depth: object) -> dict:
    return {"id": "l", "name": "Layer", "runs": runs, "depth": depth}


@given(st.lists(st.booleans(), min_size=1, max_size=40))
def test_runs_give_the_region_back(inside: list[bool]) -> None:
    mask = np.array([inside])
    np.testing.assert_array_equal(mask_of(runs_of(mask), mask.shape), mask)


def test_the_foremost_layer_shows_and_the_rest_is_unknown() -> None:
    layers = read(flat([1, 1], 1), flat([0, 3], 0.5))
    assert rendered(layers, (1, 4), {}).tolist() == [[32768, 65535, 32768, 0]]
    assert rendered(layers[::-1], (1, 4), {}).tolist() == [[32768, 32768, 32768, 0]]


def test_a_gradient_is_linear_between_its_points_and_stays_beyond() -> None:
    layers = read(flat(None, {"from": [1, 0, 0], "to": [3, 0, 1]}))
    assert rendered(layers, (1, 4), {}).tolist() == [[1, 16384, 49151, 65535]]
    same = read(flat(None, {"from": [2, 0, 0.5], "to": [2, 0, 1]}))
    assert rendered(same, (1, 4), {}).tolist() == [[32768] * 4]


def test_a_map_shows_where_it_is_known() -> None:
    layers = read({"id": "b", "name": "Draft", "runs": None, "map": "ab"}, flat(None, 0))
    found = rendered(layers, (1, 4), {"ab": np.array([[7, 0, 9, 0]], np.uint16)})
    assert found.tolist() == [[7, 1, 9, 1]]
    assert found.dtype == np.uint16


@pytest.mark.parametrize(
    ("layer", "said"),
    [
        (flat([1, 9], 0.5), "does not fit into its frame"),
        (flat([-1], 0.5), "does not fit into its frame"),
        (flat([True], 0.5), "does not fit into its frame"),
        (flat(None, 1.5), "no depth between 0 and 1"),
        (flat(None, float("nan")), "no depth between 0 and 1"),
        (flat(None, None), "no depth between 0 and 1"),
        (flat(None, {"from": [0, 0, 1]}), "without two points"),
        (flat(None, {"from": [0, 0, 1], "to": [0, 1e12, 0]}), "without two points"),
        ({"runs": None, "depth": 1}, "without a name"),
        ({"name": "x", "runs": None, "map": 3}, "names no map"),
    ],
)
def test_what_is_no_layer_is_refused_in_one_sentence(layer: dict, said: str) -> None:
    with pytest.raises(UserError, match=said) as refused:
        read(layer)
    assert refused.value.code == "depth_layers"


def test_what_is_no_document_is_refused() -> None:
    good = layers_document([], (1, 4))
    for body, said in (
        (b"{", "is no JSON"),
        (b"[]", "of version 1"),
        (json.dumps(good | {"version": 2}).encode(), "of version 1"),
        (json.dumps(good | {"width": 5}).encode(), "another size"),
        (json.dumps(good | {"layers": [flat(None, 1)] * 65}).encode(), "at most 64 layers"),
    ):
        with pytest.raises(UserError, match=said):
            layers_from(body, (1, 4))


def test_the_page_works_out_the_same_numbers() -> None:
    rng, size = np.random.default_rng(3), (67, 120)
    layers = []
    for _ in range(12):
        x0, y0, x1, y1 = rng.uniform(-20, 140, 4).round(1).tolist()
        near, far = rng.uniform(0, 1, 2).round(3).tolist()
        depth = {"from": [x0, y0, near], "to": [x1, y1, far]} if rng.random() < 0.7 else near
        layers.append(flat(runs_of(rng.random(size) < 0.2), depth))
    layers.append({"id": "b", "name": "Draft", "runs": None, "map": "ab"})
    draft = rng.integers(0, 65536, size).astype(np.uint16)
    draft[:20] = 0
    expected = rendered(read(*layers, size=size), size, {"ab": draft})
    np.testing.assert_array_equal(_page(layers, size, draft), expected)
    assert (expected == 0).any()


def _page(layers: list[dict], size: tuple[int, int], draft: np.ndarray) -> np.ndarray:
    sys.path.insert(0, str(ROOT / "scripts"))
    from node_tests import node

    code = """
      const { render } = await import(process.argv[1]);
      const { layers, height, width, draft } = JSON.parse(await new Response(process.stdin).text());
      const map = new Uint16Array(Uint8Array.from(Buffer.from(draft, "base64")).buffer);
      const levels = render(layers, { width, height }, new Map([["ab", map]]));
      console.log(Buffer.from(levels.buffer).toString("base64"));
    """
    given = json.dumps(
        {
            "layers": layers,
            "height": size[0],
            "width": size[1],
            "draft": base64.b64encode(draft.astype("<u2").tobytes()).decode(),
        }
    )
    command = [node(), "--input-type=module", "-e", code, str(ROOT / "static/editor/depth/render.js")]
    told = subprocess.run(command, input=given, capture_output=True, text=True, check=True).stdout
    return np.frombuffer(base64.b64decode(told), "<u2").reshape(size)
