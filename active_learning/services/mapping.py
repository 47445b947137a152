"""What a pool's map can be made of: features of its frames, and those of the last scored round."""

from __future__ import annotations

from dataclasses import dataclass

from active_learning.services.offers import Offer, offer_of, stored_as
from datasets.models import Pool
from modeling.errors import UserError
from modeling.registry import propose
from modeling.scorers import SCORERS
from modeling.tasks import Task


@dataclass(frozen=True, slots=True)
class Source:
    """A feature a map is made of, as it is stored, and where it is from in words."""

    feature: str
    version: int
    text: str


def sources_of(offer: Offer) -> list[Source]:
    """Those that are there for this pool and task, in the order a form lists them."""
    found = []
    for name in offer.features:
        if name in offer.own:
            found.append(Source(name, offer.own[name].version, offer.own[name].text))
        elif offer.scored is not None:
            text = f"{SCORERS.get(name).text}, round {offer.scored.number}"
            found.append(Source(stored_as(name), offer.scored.pk, text))
    return found


def source_named(pool: Pool, task: Task, name: str) -> Source:
    """The source of that name.

    Raises:
        UserError: ``unknown_feature``.
    """
    known = {source.feature: source for source in sources_of(offer_of(pool, task))}
    if name not in known:
        message = f"{pool.name} has no feature {name!r}."
        raise UserError(message, code="unknown_feature", remedy=propose(name, known))
    return known[name]
