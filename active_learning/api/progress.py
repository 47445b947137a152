"""What the control picks tell, whether to go on, the plan, and why a frame was picked."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from active_learning import selectors
from active_learning.api.lookups import pool_for
from active_learning.api.rounds import TASK, asked_task
from active_learning.api.serializers import CurvePointSerializer, HeadlineSerializer, PickSerializer
from active_learning.control.drawing import MOST
from active_learning.control_arm import ControlArm, control_arm_of
from active_learning.curve import history_of, points_of, proposals_of
from active_learning.services.plans import Planned, plan_of, plan_save
from active_learning.why import Why, item_visible, why_picked
from core.http import signed_in
from modeling.headline import Headline
from modeling.tasks import TASKS


class ArmSerializer(serializers.Serializer[Any]):
    """Where the picks of one arm stand."""

    picked = serializers.IntegerField()
    accepted = serializers.IntegerField()
    skipped = serializers.IntegerField()
    waiting = serializers.IntegerField()


class EstimateSerializer(serializers.Serializer[Any]):
    """A figure of both arms; ``interval`` is of their difference, the strategy's less the control's, at 95 %."""

    name = serializers.CharField()
    title = serializers.CharField()
    unit = serializers.ChoiceField(choices=["figure", "percent", "seconds", "frames"])
    strategy = serializers.FloatField(source="estimate.strategy", allow_null=True)
    control = serializers.FloatField(source="estimate.control", allow_null=True)
    difference = serializers.FloatField(source="estimate.difference", allow_null=True)
    interval = serializers.ListField(
        source="estimate.interval", child=serializers.FloatField(), allow_null=True
    )
    verdict = serializers.ChoiceField(source="estimate.verdict", choices=["more", "less", "undecided"])
    picks = serializers.IntegerField(source="estimate.picks")
    controls = serializers.IntegerField(source="estimate.controls")


class PoolQualitySerializer(serializers.Serializer[Any]):
    """Headline of the drafts of one round's control picks: unbiased for the frames they were drawn from."""

    round = serializers.IntegerField(source="round.number")
    value = serializers.FloatField(source="level.value", allow_null=True)
    interval = serializers.ListField(source="level.interval", child=serializers.FloatField(), allow_null=True)
    frames = serializers.IntegerField(source="level.frames")
    cuts = serializers.IntegerField(source="level.cuts")
    held_out = serializers.SerializerMethodField()

    @extend_schema_field(HeadlineSerializer(allow_null=True))
    def get_held_out(self, row: Any) -> dict[str, Any] | None:
        """What the model that drafted had on held-out frames."""
        found: Headline | None = row.held_out
        return selectors.as_json(found)


class ControlArmSerializer(serializers.Serializer[ControlArm]):
    """What the control picks of a pool tell of its selections and of its drafts."""

    verdict = serializers.ChoiceField(choices=["more", "less", "undecided", "unknown"])
    sentence = serializers.CharField()
    caution = serializers.CharField(allow_blank=True)
    strategy = ArmSerializer()
    control = ArmSerializer()
    estimates = EstimateSerializer(source="rows", many=True)
    pool_quality = PoolQualitySerializer(source="quality", many=True)


class ProposalSerializer(serializers.Serializer[Any]):
    """What a stopping rule says: ``stop`` proposes to; ``known`` is false where there is not enough to judge by."""

    rule = serializers.CharField()
    text = serializers.CharField()
    stop = serializers.BooleanField()
    known = serializers.BooleanField()
    why = serializers.CharField()


class StandingSerializer(serializers.Serializer[Any]):
    """The learning curve over labels and hours, and what the stopping rules that are on say of it."""

    learning_curve = CurvePointSerializer(many=True)
    labels_now = serializers.IntegerField()
    hours_now = serializers.FloatField()
    stop = serializers.BooleanField(help_text="Whether any rule proposes to stop; nothing is ever stopped.")
    proposals = ProposalSerializer(many=True)


class PlanSerializer(serializers.Serializer[Any]):
    """What the leads of a pool decided: the share of control picks, and the parameters of each rule that is on."""

    control_share = serializers.FloatField(min_value=0, max_value=MOST)
    stopping = serializers.DictField(child=serializers.DictField())


class NearestSerializer(serializers.Serializer[Any]):
    """The labelled frame most like a pick when it was picked, and how far it lies in a feature."""

    frame = serializers.IntegerField(source="frame.pk")
    key = serializers.CharField(source="frame.key")
    distance = serializers.FloatField()
    feature = serializers.CharField()
    among = serializers.IntegerField()


class WhySerializer(serializers.Serializer[Why]):
    """Why a frame was picked."""

    pick = PickSerializer(source="item")
    strategy = serializers.CharField(source="selection.strategy")
    strategy_text = serializers.CharField(source="strategy.text", default="")
    candidates = serializers.IntegerField(source="selection.candidates", allow_null=True)
    scores_seen = serializers.JSONField(source="selection.scores_seen")
    nearest = NearestSerializer(allow_null=True)
    draft = serializers.IntegerField(source="draft.pk", allow_null=True, default=None)


class PoolControl(APIView):
    """The control arm."""

    @extend_schema(parameters=[TASK], responses=ControlArmSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """Say how the strategy's picks differ from random ones, and how good drafts are in the pool."""
        task = TASKS.get(asked_task(request))
        return Response(ControlArmSerializer(control_arm_of(pool_for(request.user, pk), task)).data)


class PoolStanding(APIView):
    """Whether to go on."""

    @extend_schema(parameters=[TASK], responses=StandingSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """The learning curve over labels and hours, and what stopping rules propose."""
        pool, task = pool_for(request.user, pk), TASKS.get(asked_task(request))
        points = points_of(pool, task.name)
        history = history_of(pool, task, points)
        rows = [
            {
                "rule": rule.name,
                "text": rule.text,
                "stop": found.stop,
                "known": found.known,
                "why": found.text,
            }
            for rule, found in proposals_of(pool, task, history)
        ]
        standing = {
            "learning_curve": selectors.curve_of(points),
            "labels_now": history.labels_now,
            "hours_now": history.hours_now,
            "stop": any(row["stop"] for row in rows),
            "proposals": rows,
        }
        return Response(StandingSerializer(standing).data)


class PoolPlan(APIView):
    """The plan."""

    @extend_schema(parameters=[TASK], responses=PlanSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """What holds now: what was saved, else the site's."""
        return Response(_plan(plan_of(pool_for(request.user, pk), asked_task(request))))

    @extend_schema(parameters=[TASK], request=PlanSerializer, responses=PlanSerializer)
    def put(self, request: Request, pk: int) -> Response:
        """Keep a plan; parameters that are left out take their defaults."""
        wanted = PlanSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        pool, user = pool_for(request.user, pk), signed_in(request)
        return Response(
            _plan(plan_save(pool=pool, task=asked_task(request), user=user, **wanted.validated_data))
        )


def _plan(plan: Planned) -> Any:
    stopping = {name: params.model_dump(mode="json") for name, params in plan.stopping.items()}
    return PlanSerializer({"control_share": plan.control_share, "stopping": stopping}).data


class PickWhy(APIView):
    """Why a frame was picked."""

    @extend_schema(responses=WhySerializer)
    def get(self, request: Request, pk: int) -> Response:
        """Its place among the candidates, its group, and the labelled frame most like it."""
        user = signed_in(request)
        return Response(WhySerializer(why_picked(item_visible(user, pk), user)).data)
