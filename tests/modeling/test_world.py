"""Several processes train as one: under torchrun, stopped and resumed, and refused when they are not what was asked."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import torch
import torch.distributed as dist
from timm.layers import BatchNormAct2d
from torch import Tensor, nn

from modeling.errors import UserError
from modeling.runs import RunFolder
from modeling.snapshots import Snapshot
from modeling.training.norms import share_norms
from modeling.training.optimization import freeze_norms
from modeling.training.signals import EXIT_STOPPED
from modeling.training.world import ALONE, World, joined, require_world
from tests.modeling.toys import QUICK

STEPS = 40
SETTINGS = ["recipe.batch=4", "network.dropout=0"]  # each process draws dropout's masks for itself
TORCHRUN = [
    "-m",
    "torch.distributed.run",
    "--standalone",
    "--local-addr",
    "localhost",
    "--nproc-per-node",
    "2",
]


def words(snapshot: Snapshot, run: RunFolder, *more: str) -> list[str]:
    settings = [part for pair in [*QUICK, *SETTINGS] for part in ("--set", pair)]
    train = [
        "train",
        str(snapshot.folder),
        str(run.path),
        "--network",
        "tiny",
        "--steps",
        str(STEPS),
        *settings,
    ]
    return ["-m", "modeling", *train, "--threads", "1", "--json", *more]


def losses(run: RunFolder) -> list[float]:
    return [row["loss"] for row in run.metrics()]


@pytest.fixture(scope="module")
def two(snapshot: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """A run of two processes that our launcher started, stopped on the way, and that torchrun ended."""
    run = RunFolder(tmp_path_factory.mktemp("two") / "run")
    stop_on_the_way(run, words(snapshot, run, "--processes", "2", "--watch-stdin"))
    command = [sys.executable, *TORCHRUN, *words(snapshot, run, "--processes", "2")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    said = [json.loads(line)["event"] for line in done.stdout.splitlines() if line.startswith("{")]
    assert said.count("done") == 1  # the first process speaks for both
    return run


def stop_on_the_way(run: RunFolder, command: list[str]) -> None:
    """Start it, and tell it to stop after a step or two; each process's chance is kept."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen([sys.executable, *command], text=True, **pipes) as process:
        for line in process.stdout:
            if json.loads(line).get("step", 0) >= 2:
                break
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate()
    assert process.returncode == EXIT_STOPPED, errors
    (state,) = run.checkpoints.glob("*.state.pt")
    chances = torch.load(state, weights_only=True)
    assert len(chances["others"]) == 1
    assert not torch.equal(chances["rng"]["cpu"], chances["others"][0]["cpu"])


@pytest.mark.slow
def test_two_processes_end_with_one_set_of_weights(two) -> None:
    together = two.processes()
    assert len(together["weights"]) == 2
    assert together["alike"]
    assert two.config()["environment"]["processes"] == 2
    assert [row["step"] for row in two.metrics()] == list(range(1, STEPS + 1))
    assert [path.name for path in two.checkpoints.iterdir()] == ["final.safetensors"]
    assert two.report()["notes"] == []


@pytest.mark.slow
def test_two_processes_take_the_steps_that_one_would(two, train_tiny) -> None:
    one = train_tiny(steps=STEPS, settings=SETTINGS)
    # The order of sums differs; what Adam makes of that grows with the steps.
    assert losses(two)[0] == pytest.approx(losses(one)[0], abs=2e-6)
    assert losses(two)[:4] == pytest.approx(losses(one)[:4], abs=2e-3)
    assert sum(losses(two)[-5:]) == pytest.approx(sum(losses(one)[-5:]), rel=0.1)


# --- what is refused ---


@pytest.mark.parametrize(("asked", "started", "told"), [(4, "2", "4 processes"), (2, "1", "2 processes")])
def test_another_number_than_asked_for_is_refused(monkeypatch, asked, started, told) -> None:
    monkeypatch.setenv("WORLD_SIZE", started)
    with (
        pytest.raises(
            UserError, match=f"{told} were asked for, but the launcher started {started}"
        ) as caught,
        joined(asked, "cpu"),
    ):
        pass
    assert caught.value.code == "world_differs"


def test_accelerate_that_finds_itself_alone_is_told() -> None:
    """``accelerate launch --cpu --num_processes 2`` ran one process without a word."""
    with pytest.raises(UserError, match="2 processes were asked for, but Accelerate found 1"):
        require_world(2, 1, "Accelerate found")
    require_world(None, 1, "nobody asked, and found")


def test_one_gpu_by_name_is_not_for_several(monkeypatch) -> None:
    monkeypatch.setenv("WORLD_SIZE", "2")
    with pytest.raises(UserError, match="CUDA_VISIBLE_DEVICES"), joined(2, "cuda:1"):
        pass


def test_a_batch_is_shared_evenly_or_refused() -> None:
    World(size=4).require_even(8)
    with pytest.raises(UserError, match="batch=9"):
        World(size=3).require_even(8)


def test_a_training_alone_asks_nobody() -> None:
    part = torch.ones(2, 3)
    assert ALONE.whole(part) is part
    assert (ALONE.largest(2.0, 1.0), ALONE.collected("a"), ALONE.from_first(lambda: 7)) == (
        (2.0, 1.0),
        ["a"],
        7,
    )


# --- batch norm over all processes ---


@pytest.fixture
def group(tmp_path: Path) -> Iterator[None]:
    """A process group of one."""
    dist.init_process_group("gloo", init_method=f"file://{tmp_path / 'group'}", rank=0, world_size=1)
    yield
    dist.destroy_process_group()


def _through(network: nn.Module, x: Tensor) -> Sequence[Tensor]:
    x = x.clone().requires_grad_()
    y = network(x)
    (y * torch.arange(y.numel()).view_as(y)).sum().backward()
    return [y, x.grad, *(p.grad for p in network.parameters()), *network.buffers()]


@pytest.mark.parametrize("layer", [nn.BatchNorm2d, BatchNormAct2d])
def test_a_shared_norm_of_one_process_is_the_norm_it_was(group, layer) -> None:
    torch.manual_seed(0)
    plain, shared = nn.Sequential(layer(3)), nn.Sequential(layer(3))
    share_norms(shared, torch.device("cpu"))
    x = torch.randn(4, 3, 5, 6) * 2 + 1
    for ours, theirs in zip(_through(shared, x), _through(plain, x), strict=True):
        assert torch.allclose(ours, theirs, rtol=1e-4, atol=1e-3)
    assert shared.state_dict().keys() == plain.state_dict().keys()
    freeze_norms(shared)
    assert not shared[0].training
