"""What is told of whole pictures and of sets of them: FSIM, NIQE, FID and its stand-in, by hand and beside others."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file
from torch import nn

from modeling.errors import UserError
from modeling.evaluations import EVALUATIONS
from modeling.pictures import naturalness
from modeling.pictures.features import Inception, Lite0
from modeling.pictures.frechet import FEWEST, FeatureSets, frechet_distance
from modeling.pictures.likeness import feature_similarities
from modeling.pictures.subjects import TruePicture

Pixels = NDArray[np.uint8]


def noise(seed: int, height: int = 40, width: int = 60) -> Pixels:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


def truth_of(rgb: Pixels) -> TruePicture:
    return TruePicture(rgb, np.ones(rgb.shape[:2], bool), rgb)


# --- FSIM ---


def test_fsim_of_no_difference_is_one_and_falls_as_a_picture_is_blurred() -> None:
    import cv2

    rgb = cv2.resize(noise(1, 12, 16), (128, 96), interpolation=cv2.INTER_NEAREST)
    soft, softer = (np.asarray(cv2.GaussianBlur(rgb, (0, 0), s), np.uint8) for s in (1, 4))
    same, a_little, much = feature_similarities(truth_of(rgb), [rgb, soft, softer])
    assert same == pytest.approx(1, abs=1e-6)
    assert same is not None
    assert a_little is not None
    assert much is not None
    assert 1 > a_little > much > 0


def test_fsim_sees_luminance_alone_and_only_what_counts() -> None:
    rgb = noise(2)
    truth = truth_of(rgb)
    truth.counted[:, 30:] = False
    made = rgb.copy()
    made[:, 30:] = 0
    assert feature_similarities(truth, [made]) == [pytest.approx(1, abs=1e-6)]
    truth.counted[:] = False
    assert feature_similarities(truth, [made]) == [None]
    assert feature_similarities(truth, []) == []


# --- NIQE ---


def test_niqe_needs_two_blocks_that_are_not_flat() -> None:
    assert naturalness.niqe(noise(3, 96, 191)) is None
    assert naturalness.niqe(np.full((200, 200, 3), 90, np.uint8)) is None


def test_niqe_of_a_photograph_is_least_as_it_was_taken() -> None:
    data = pytest.importorskip("skimage.data")
    pytest.importorskip("mmeval")
    rgb = np.asarray(data.astronaut(), np.uint8)
    rng = np.random.default_rng(0)
    rough = np.clip(rgb + rng.normal(0, 20, rgb.shape), 0, 255).astype(np.uint8)
    taken, noisy = naturalness.niqe(rgb), naturalness.niqe(rough)
    assert taken is not None
    assert noisy is not None
    assert taken == pytest.approx(3.06, abs=0.01)  # what mmeval itself says
    assert noisy > 2 * taken


def test_a_machine_without_mmeval_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mmeval", None)
    naturalness._quality.cache_clear()
    try:
        assert not naturalness.installed()
        assert naturalness.niqe(noise(3, 200, 200)) is None
        report = told("deblur", 1)
    finally:
        naturalness._quality.cache_clear()
    assert report.not_reported["niqe"].startswith("needs mmeval: pip install --no-deps")
    assert report.made["niqe"] is None


def test_what_is_said_to_install_is_what_the_lock_holds() -> None:
    locked = (Path(__file__).parents[3] / "requirements.lock").read_text().split()
    wanted = [word.strip('"') for word in naturalness.MISSING.split() if "==" in word]
    assert len(wanted) == 2
    assert set(wanted) <= set(locked)


# --- the distance ---


def test_the_distance_of_numbers_by_hand() -> None:
    one, other = np.array([[0.0], [2.0]]), np.array([[0.0], [4.0]])
    # Means 1 and 2, variances 2 and 8: 1 + (sqrt 8 - sqrt 2)^2.
    assert frechet_distance(one, other) == pytest.approx(1 + 2)


@pytest.mark.parametrize("count", [5, 200])
def test_the_same_vectors_are_at_no_distance_and_shifted_ones_at_the_square_of_the_shift(count: int) -> None:
    vectors = np.random.default_rng(0).normal(size=(count, 16))
    shift = np.arange(16) / 10
    assert frechet_distance(vectors, vectors) == pytest.approx(0, abs=1e-9)
    assert frechet_distance(vectors, vectors + shift) == pytest.approx(float(shift @ shift))
    assert frechet_distance(vectors, 3 * vectors) == pytest.approx(
        float(4 * vectors.var(0, ddof=1).sum() + 4 * (vectors.mean(0) ** 2).sum())
    )


class _Means(nn.Module):
    """Four means of a picture: its channels', and all of it."""

    num_features = 4

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        means = pixels.float().mean((2, 3)) / 255
        return torch.cat([means, means.std(1, keepdim=True)], 1)


def test_it_is_what_torchmetrics_tells_in_the_same_features() -> None:
    from torchmetrics.image.fid import FrechetInceptionDistance

    real = torch.from_numpy(np.stack([noise(seed, 8, 8) for seed in range(20)])).permute(0, 3, 1, 2)
    fake = (real // 2 + 60).flip(1)
    theirs = FrechetInceptionDistance(feature=_Means(), normalize=False)
    theirs.update(real, real=True)
    theirs.update(fake, real=False)
    ours = frechet_distance(_Means()(real).numpy(), _Means()(fake).numpy())
    assert ours == pytest.approx(float(theirs.compute()), rel=1e-4)


# --- sets of pictures ---


class _Corners:
    """The colour in a corner, and how often it was asked for."""

    figure = "corner"

    def __init__(self) -> None:
        self.asked = 0

    def prepare(self, rgb: Pixels) -> Pixels:
        return rgb[0, 0]

    def vectors(self, prepared: NDArray[np.uint8]) -> NDArray[np.float32]:
        self.asked += 1
        return prepared.astype(np.float32)

    def about(self) -> dict[str, str]:
        return {"network": "none"}


def test_few_frames_have_no_distance_and_need_no_network() -> None:
    corners = _Corners()
    sets = FeatureSets(corners)
    for seed in range(FEWEST):
        assert sets.distance("made", "true", [True] * seed) is None
        assert not corners.asked
        rgb = noise(seed) // 2
        sets.add({"true": rgb, "made": rgb + 10})
    assert sets.distance("made", "true", [True] * FEWEST) == pytest.approx(300, rel=1e-5)
    assert sets.distance("made", "true", [True] * (FEWEST - 1) + [False]) is None


def test_lite0_gives_a_vector_a_picture_and_calls_it_no_fid() -> None:
    lite = Lite0()
    one, other = lite.prepare(noise(1)), lite.prepare(noise(2, 100, 30))
    found = lite.vectors(np.stack([one, other, one]))
    assert found.shape == (3, 1280)
    assert np.array_equal(found[0], found[2])
    assert not np.array_equal(found[0], found[1])
    assert (lite.figure, lite.about()["network"]) == ("frechet_lite0", "tf_efficientnet_lite0")


@pytest.fixture(scope="module")
def inception(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Random weights under the names of FID's, as counters of batches are lacking in old files."""
    from piq.feature_extractors import fid_inception as theirs
    from torchvision.models import inception_v3

    torch.manual_seed(0)
    network = inception_v3(weights=None, num_classes=1008, aux_logits=False, init_weights=False)
    network.Mixed_7c = theirs.FIDInceptionE2(2048)
    path = tmp_path_factory.mktemp("weights") / "inception.pth"
    torch.save({k: v for k, v in network.state_dict().items() if "num_batches" not in k}, path)
    return path


def test_features_of_inception_are_those_of_piq(inception: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from piq.feature_extractors import fid_inception as theirs

    ours, rgb = Inception(str(inception)), noise(4, 120, 200)
    read = torch.load(inception, weights_only=True)
    monkeypatch.setattr(theirs, "load_state_dict_from_url", lambda *args, **more: read)
    network = theirs.InceptionV3().eval()
    with torch.inference_mode():
        expected = network(torch.from_numpy(rgb).permute(2, 0, 1)[None].float() / 255)[0].flatten()
    found = ours.vectors(np.stack([ours.prepare(rgb)]))
    assert found.shape == (1, 2048)
    np.testing.assert_allclose(found[0], expected, rtol=1e-4, atol=1e-5)
    assert ours.figure == "fid"
    assert len(ours.about()["sha256"]) == 64


def test_other_weights_than_those_of_fid_are_refused(tmp_path: Path) -> None:
    from torchvision.models import inception_v3

    usual = inception_v3(weights=None, aux_logits=False, init_weights=False)
    save_file(usual.state_dict(), tmp_path / "usual.safetensors")
    with pytest.raises(UserError, match=r"usual\.safetensors is not the Inception of FID"):
        Inception(str(tmp_path / "usual.safetensors"))
    with pytest.raises(UserError, match="There is no file"):
        Inception(str(tmp_path / "none.pth"))


# --- in a report ---


def told(task: str, frames: int, **params: str) -> SimpleNamespace:
    entry = EVALUATIONS.get(task)
    evaluation = entry.build(entry.parse(params))
    for index in range(frames):
        rgb = noise(index)
        shown = np.asarray(rgb // 2, np.uint8)
        evaluation.add(
            rgb, TruePicture(rgb, np.ones(rgb.shape[:2], bool), shown), rgb, production="p", cut=str(index)
        )
    return SimpleNamespace(**evaluation.report())


def test_a_report_has_fsim_with_its_interval_and_a_stand_in_for_fid(tmp_path: Path) -> None:
    report = told("colorization", FEWEST)
    assert report.made["fsim"] == pytest.approx(1, abs=1e-6)
    assert report.shown["fsim"] < 1
    low, high = report.intervals["shown"]["fsim"]
    assert low <= report.shown["fsim"] <= high
    assert report.made["frechet_lite0"] == pytest.approx(0, abs=1e-6)
    assert report.shown["frechet_lite0"] > 1
    assert report.groups["p"]["shown"] == report.shown
    assert report.features["figure"] == "frechet_lite0"
    assert report.not_reported == {"fid": "needs weights of Inception that no package brings: task.inception"}
    assert "fid" not in report.made
    assert report.made["niqe"] is None


def test_too_few_frames_have_no_frechet_distance() -> None:
    report = told("colorization", FEWEST - 1)
    assert report.made["frechet_lite0"] is None
    assert report.made["fsim"] is not None


def test_fid_is_told_with_inception_alone(inception: Path, tmp_path: Path) -> None:
    report = told("colorization", FEWEST, inception=str(inception))
    assert report.made["fid"] == pytest.approx(0, abs=1e-6)
    assert "frechet_lite0" not in report.made
    assert report.not_reported == {}
    gone = told("colorization", 1, inception=str(tmp_path / "gone.pth"))
    assert "frechet_lite0" in gone.made
    assert "There is no file" in gone.not_reported["fid"]


def test_deblurring_tells_niqe_of_the_true_picture_too() -> None:
    pytest.importorskip("mmeval")
    entry = EVALUATIONS.get("deblur")
    evaluation, rgb = entry.build(entry.parse()), noise(0, 192, 192)
    evaluation.add(rgb, truth_of(rgb), rgb, production="p", cut="c")
    report = evaluation.report()
    assert report["true"] == {
        "entropy": pytest.approx(report["made"]["entropy"]),
        "niqe": report["made"]["niqe"],
    }
    assert report["made"]["niqe"] == pytest.approx(naturalness.niqe(rgb))
    assert "niqe" not in report["not_reported"]
