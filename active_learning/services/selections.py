"""Propose a selection, look at it, confirm or discard it."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from active_learning.control.batches import Batch, Wish, batch_of
from active_learning.models import ModelVersion, Round, Selection, SelectionItem, SelectionState
from active_learning.resolving import DEFAULT, strategy_called
from active_learning.services.candidates import candidates_of, taken_frame_ids
from active_learning.services.config import ranked_by
from active_learning.services.fitting import params_for, preset_of
from active_learning.services.held_out import held_out_to_queue, interleave
from active_learning.services.offers import offer_of
from active_learning.services.opening import next_number, round_label, round_open
from active_learning.services.plans import checked_share, plan_of
from active_learning.strategies import STRATEGIES, PoolView, Strategy
from annotation.models import Assignment
from annotation.permissions import require_in_pool
from annotation.services.assignments import Wanted, assignment_create_many
from core import audit
from core.errors import ConflictError
from core.jobs import enqueue
from core.models import Role, User
from datasets.models import Pool
from modeling.errors import UserError
from modeling.labels import require_drawable
from modeling.registry import validated
from modeling.tasks import TASKS, Task

MAX_BUDGET = 10_000


def strategy_named(name: str, *, pool: Pool, task: str) -> Strategy:
    """Resolve a strategy; ``default`` is the site's setting, another before a pool's first scores.

    A pool whose last model did not give what the site's default needs is picked from by the score that every round of
    the task has: entropy of classes, flips of depth, proposals of colours.

    Raises:
        UserError: ``unknown_strategy``.
    """
    scored = name == DEFAULT and Round.objects.of(pool, task).scored().exists()
    strategy, spec = strategy_called(name, scored=scored), TASKS.get(task)
    needs = strategy.needs(params_for(strategy, spec))
    if scored and offer_of(pool, spec).refusal(strategy.name, needs):
        return STRATEGIES[ranked_by(task)]
    return strategy


def selection_propose(
    *,
    pool: Pool,
    task: str,
    budget: int,
    strategy: str = "default",
    seed: int = 0,
    cap_per_cut: int | None = None,
    params: dict[str, Any] | None = None,
    control_share: float | None = None,
    user: User | None = None,
) -> Selection:
    """Pick frames and store them with utilities and reasons, to be looked at before anything happens.

    The first round's selection also carries held-out frames, evenly over their cuts, beside the budget.

    Args:
        pool: Where to pick.
        task: Name of the model task the labels are for.
        budget: How many frames, 1 to 10,000.
        strategy: Name, or ``default``.
        seed: The same seed on the same pool gives the same picks.
        cap_per_cut: At most so many frames of one cut.
        params: The strategy's own parameters.
        control_share: Share of the budget drawn by plain chance (`active_learning.control`), 0 to 0.5; None for the
            pool's plan, else the site's.
        user: Lead of the pool, or None for the command line.

    Raises:
        UserError: ``kind_not_drawn``, ``unknown_strategy``, ``bad_parameter``, ``bad_budget``, ``bad_control_share``,
            ``no_scores``, ``not_scored``, ``no_quality``, ``feature_missing`` or ``nothing_to_pick``.
        PermissionDenied: The user is no lead of every production in the pool.
    """
    if user is not None:
        require_in_pool(user, pool, Role.LEAD)
    require_drawable(TASKS.get(task).kind)
    spec, chosen = TASKS.get(task), strategy_named(strategy, pool=pool, task=task)
    _check_numbers(budget, cap_per_cut)
    parsed = validated(chosen.params, {**preset_of(chosen, spec), **(params or {})}, chosen.name)
    found = candidates_of(pool=pool, task=spec, strategy=chosen, params=parsed)
    _check_work(chosen, found.view, budget)
    share = plan_of(pool, task).control_share if control_share is None else checked_share(control_share)
    wish = Wish(budget, cap_per_cut, seed, share)
    batch = batch_of(found.view, chosen, parsed, wish)
    if not batch.by_strategy:
        raise _nothing_left(pool, len(found.view), chosen, scored=found.scores_from is not None)
    made = Selection(
        pool=pool, task=task, strategy=chosen.name, params=parsed.model_dump(mode="json"), user=user
    )
    return _proposed(made, wish, batch, found.scores_from, spec.kind)


def _proposed(
    selection: Selection, wish: Wish, batch: Batch, scores_from: Round | None, kind: str
) -> Selection:
    """Store a selection of which only who picked by what is set, its picks and an audit row."""
    first = next_number(selection.pool, selection.task) == 1
    held_out = held_out_to_queue(pool=selection.pool, kind=kind) if first else []
    selection.budget, selection.cap_per_cut, selection.seed = wish.budget, wish.cap_per_cut, wish.seed
    selection.control_share, selection.candidates = wish.control_share, batch.candidates
    selection.scores_seen, selection.scores_from = batch.seen.histogram if batch.seen else {}, scores_from
    selection.note = _note(len(batch.picks), wish.budget, scores_from)
    with transaction.atomic():
        selection.save(force_insert=True)
        _store(selection, batch, held_out)
        audit.record(
            "selection.propose",
            subject=selection,
            actor=selection.user,
            strategy=selection.strategy,
            picks=len(batch.picks),
            control=len(batch.picks) - batch.by_strategy,
        )
    return selection


def _check_numbers(budget: int, cap_per_cut: int | None) -> None:
    if not 1 <= budget <= MAX_BUDGET:
        raise UserError(
            f"The budget lies between 1 and {MAX_BUDGET:,}, not at {budget:,}.", code="bad_budget"
        )
    if cap_per_cut is not None and cap_per_cut < 1:
        raise UserError("The cap per cut is at least 1.", code="bad_budget", remedy="Leave it out for none.")


def _check_work(strategy: Strategy, view: PoolView, budget: int) -> None:
    """Refuse what the strategy would take hours for."""
    if sentence := strategy.too_much(len(view) - int(view.labelled.sum()), budget):
        raise UserError(f"{sentence}.", code="bad_budget", remedy="Pick fewer, or by another strategy.")


def _nothing_left(pool: Pool, frames: int, strategy: Strategy, *, scored: bool) -> UserError:
    if not frames:
        message = f"{pool.name} has no training frames."
        return UserError(message, code="nothing_to_pick", remedy="Ingest a clip or a folder first.")
    left = f"{strategy.name} finds no frame to pick" if scored else "No frame is left"
    return UserError(
        f"{left} in {pool.name}: all {frames:,} are labelled, queued{', unscored' if scored else ''} or skipped.",
        code="nothing_to_pick",
        remedy="Ingest more frames, or pick with kmeans." if scored else "Ingest more frames.",
    )


def _note(picks: int, budget: int, scores_from: Round | None) -> str:
    notes = []
    if picks < budget:
        notes.append(f"Only {picks:,} of {budget:,}: pool, cap and scores give no more.")
    if scores_from is not None and scores_from.unscored_count:
        notes.append(f"{scores_from.unscored_count:,} frames are unscored and were not considered.")
    return " ".join(notes)


def _store(selection: Selection, batch: Batch, held_out: list[int]) -> None:
    items = [
        SelectionItem(
            selection=selection,
            frame_id=pick.frame_id,
            rank=rank,
            utility=pick.utility,
            reason=pick.reason,
            inclusion_probability=pick.probability,
            weight=pick.weight,
            control_arm=control,
            score=batch.scores.get(pick.frame_id),
            score_rank=batch.rank_of(pick),
            cluster_size=pick.cluster and pick.cluster.size,
            cluster_centre_id=pick.cluster and pick.cluster.centre,
        )
        for rank, (pick, control) in enumerate(batch.picks, 1)
    ]
    reason = "Held-out: rounds are judged on it, it never trains"
    items += [
        SelectionItem(selection=selection, frame_id=frame_id, rank=rank, reason=reason, held_out=True)
        for rank, frame_id in enumerate(held_out, len(items) + 1)
    ]
    SelectionItem.objects.bulk_create(items, batch_size=1000)


@transaction.atomic
def selection_confirm(*, selection: Selection, user: User | None) -> Selection:
    """Queue the frames for drawing, in the pool's open round or the next one.

    Frames labelled or queued since are left out. Where there is a model, a job makes drafts.

    Raises:
        ConflictError: ``selection_decided``, or ``round_busy`` while a round trains.
        PermissionDenied: The user is no lead of every production in the pool.
    """
    _decide(selection, SelectionState.CONFIRMED, user)
    task = TASKS.get(selection.task)
    round_ = round_open(pool=selection.pool, task=selection.task, user=user)
    items = _still_free(selection, task)
    if not items:
        message = "All of its frames have been labelled or queued meanwhile."
        raise ConflictError(message, code="selection_stale", remedy="Select again.")
    assignments = assignment_create_many(
        pool=selection.pool, kind=task.kind, frames=_wanted(items, round_.number), user=user
    )
    _link(items, assignments)
    round_label(round_)
    selection.round = round_
    selection.save(update_fields=["round"])
    audit.record("selection.confirm", subject=selection, actor=user, round=round_.number, frames=len(items))
    if ModelVersion.objects.of(selection.pool, selection.task).exists():
        _enqueue_drafts(selection, user)
    return selection


@transaction.atomic
def selection_discard(*, selection: Selection, user: User | None) -> Selection:
    """Forget a proposal; its row stays as a record.

    Raises:
        ConflictError: ``selection_decided``.
    """
    _decide(selection, SelectionState.DISCARDED, user)
    audit.record("selection.discard", subject=selection, actor=user)
    return selection


def _decide(selection: Selection, state: SelectionState, user: User | None) -> None:
    if user is not None:
        require_in_pool(user, selection.pool, Role.LEAD)
    proposed = Selection.objects.filter(pk=selection.pk, state=SelectionState.PROPOSED)
    if not proposed.update(state=state):
        selection.refresh_from_db()
        message = f"This selection is {selection.get_state_display().lower()} already."
        raise ConflictError(message, code="selection_decided", remedy="Select again.")
    selection.state = state


def _still_free(selection: Selection, task: Task) -> list[SelectionItem]:
    taken = taken_frame_ids(selection.pool, task.kind)
    return [item for item in selection.items.all() if item.frame_id not in taken]


def _wanted(items: list[SelectionItem], round_number: int) -> list[Wanted]:
    """Picks and held-out frames in even turns; what an earlier round left in the queue stays before them."""
    held_out = sum(item.held_out for item in items)
    turns = interleave(len(items) - held_out, held_out)
    top = -round_number * MAX_BUDGET * 2
    return [
        Wanted(item.frame_id, top - turn, item.reason, not item.held_out)
        for item, turn in zip(items, turns, strict=True)
    ]


def _link(items: list[SelectionItem], assignments: list[Assignment]) -> None:
    for item, assignment in zip(items, assignments, strict=True):
        item.assignment = assignment
    SelectionItem.objects.bulk_update(items, ["assignment"], batch_size=500)


def _enqueue_drafts(selection: Selection, user: User | None) -> None:
    from active_learning.jobs import drafts_make

    enqueue(
        drafts_make,
        title=f"Drafts for {selection.pool.name}, round {selection.round.number}",  # type: ignore[union-attr]
        actor=user,
        production=selection.pool.productions.first(),
        subject=selection,
        selection_id=selection.pk,
    )
