"""Scorers that ask more than once: under dropout, of the mirrored frame, of other runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from modeling.errors import UserError
from modeling.inference.decisions import bernoulli_entropy, spread
from modeling.inference.predictor import Predictor
from modeling.losses.pictures import pictures_of
from modeling.registry import Params
from modeling.scorers import DropoutParams, EnsembleParams
from modeling.scorers.base import Piece, probabilities
from modeling.scorers.uncertainty import PixelMean

DROPOUTS = (nn.Dropout, nn.Dropout1d, nn.Dropout2d, nn.Dropout3d)


def flip(params: Params, predictor: Predictor) -> PixelMean:
    """Mean Jensen-Shannon divergence in nats, 0..ln 2, between a prediction and the mirrored frame's, mirrored back.

    EquAL's inconsistency under a flip (Golestaneh and Kitani 2020). Of numbers it is half their mean difference.
    """
    apart = apart_of(predictor)
    return PixelMean(lambda piece: apart([piece.logits, piece.logits_of(predictor, mirrored=True)]))


def bald(params: DropoutParams, predictor: Predictor) -> PixelMean:
    """Mean mutual information in nats between a pixel's class and the dropped channels (Gal et al. 2017).

    Of numbers it is their mean standard deviation.

    The channels dropped in a pass are the same for all frames and tiles (Kirsch et al. 2019), so that a
    score depends neither on what is scored beside it nor on the order.

    Raises:
        UserError: ``no_dropout``.
    """
    layers = [part for part in predictor.network.modules() if isinstance(part, DROPOUTS) and part.p > 0]
    if not layers:
        raise UserError(
            "The run's network has no dropout, so that bald would be 0 everywhere.",
            code="no_dropout",
            remedy="Train it with network.dropout above 0, or score by flip or ensemble.",
        )

    apart = apart_of(predictor)

    def information(piece: Piece) -> Tensor:
        return apart(_passes(piece, layers, predictor, params))

    return PixelMean(information)


def _passes(
    piece: Piece, layers: Sequence[nn.Module], predictor: Predictor, params: DropoutParams
) -> Iterator[Tensor]:
    for number in range(params.passes):
        with dropped(layers, params.seed * 1_000_003 + number):
            logits = piece.logits_of(predictor)
        yield logits


@contextmanager
def dropped(layers: Sequence[nn.Module], seed: int) -> Iterator[None]:
    """Have dropout layers drop as in training, by ``seed`` alone; every other layer, and their own mode, stays.

    All pictures of a batch lose the same channels (or numbers, where the layer drops single ones).
    """
    hooks = [
        layer.register_forward_hook(_dropping(seed * 1009 + number)) for number, layer in enumerate(layers)
    ]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()


def _dropping(seed: int) -> Callable[..., Tensor]:
    def hook(layer: Any, inputs: tuple[Tensor, ...], output: Tensor) -> Tensor:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            kept = type(layer)(layer.p)(torch.ones(1, *output.shape[1:]))
        return output * kept.to(output)

    return hook


def ensemble(params: EnsembleParams, predictor: Predictor) -> PixelMean:
    """Mean mutual information in nats between a pixel's class and which run is asked (Beluch et al. 2018).

    Of numbers it is their mean standard deviation.

    Raises:
        UserError: ``no_ensemble`` or ``ensemble_differs``.
    """
    if not params.runs:
        raise UserError(
            "ensemble needs further run folders.",
            code="no_ensemble",
            remedy="Name them: ensemble.runs=RUN,RUN.",
        )
    others = [_member(run, predictor) for run in params.runs]

    apart = apart_of(predictor)

    def information(piece: Piece) -> Tensor:
        return apart([piece.logits, *(piece.logits_of(other) for other in others)])

    return PixelMean(information)


def _member(run: str, predictor: Predictor) -> Predictor:
    other = Predictor.open(run, predictor.device)
    ours, theirs = ((p.task.name, p.side, p.way) for p in (predictor, other))
    if ours != theirs:
        message = f"{run} cannot vote: it is of another task or working size, or sees frames another way."
        raise UserError(message, code="ensemble_differs")
    return other


def apart_of(predictor: Predictor) -> Callable[[Iterable[Tensor]], Tensor]:
    """How far several (N, C, h, w) logits are apart, (N, h, w): by `disagreement` where there are classes."""
    if predictor.task.picture:
        return picture_spread
    return number_spread if predictor.task.scalar else disagreement


def number_spread(predictions: Iterable[Tensor]) -> Tensor:
    """(N, h, w) standard deviation of the numbers in 0..1 whose (N, 1, h, w) logits these are."""
    return spread(torch.sigmoid(logits[:, 0]) for logits in predictions)


def picture_spread(predictions: Iterable[Tensor]) -> Tensor:
    """(N, h, w) standard deviation of values in 0..1 whose (N, 3 P, h, w) logits these are, mean of channels."""
    return spread(logits / 2 for logits in predictions).mean(1)


def proposals(params: Params, predictor: Predictor) -> PixelMean:
    """Mean standard deviation of the proposals of a picture, values in 0..1, mean of channels."""
    return PixelMean(lambda piece: spread(pictures_of(piece.logits).unbind(1)).mean(1))


def disagreement(predictions: Iterable[Tensor]) -> Tensor:
    """(N, h, w) nats, H(mean p) - mean H(p), of several (N, C, h, w) logits.

    Of two it is the Jensen-Shannon divergence.
    """
    chances, entropies, count = None, None, 0
    for logits in predictions:
        chance, entropy = _chances_and_entropy(logits)
        chances = chance if chances is None else chances.add_(chance)
        entropies = entropy if entropies is None else entropies.add_(entropy)
        count += 1
    assert chances is not None
    assert entropies is not None
    mean = chances.div_(count).clamp_(min=torch.finfo(chances.dtype).tiny)
    return (mean.log().mul_(mean).sum(1).neg_() - entropies.div_(count)).clamp_(min=0)


def _chances_and_entropy(logits: Tensor) -> tuple[Tensor, Tensor]:
    """(N, max(C, 2), h, w) probabilities of (N, C, h, w) logits and their (N, h, w) entropy, by one exponential."""
    if logits.shape[1] == 1:
        return probabilities(logits), bernoulli_entropy(logits[:, 0])
    log_p = F.log_softmax(logits, 1)
    chances = log_p.exp()
    return chances, log_p.mul_(chances).sum(1).neg_()
