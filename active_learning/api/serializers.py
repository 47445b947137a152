"""Input and output of the API of this app."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from active_learning.control.drawing import MOST
from active_learning.models import ModelVersion, Round, Selection, SelectionItem
from active_learning.selectors import as_json, job_of
from active_learning.services.standing import version_stood_on
from core.api.serializers import StandingField
from modeling.headline import headline_of
from modeling.launching import MOST_PROCESSES


class StrategySerializer(serializers.Serializer[Any]):
    """A strategy: what it requires with its default parameters, whose JSON schema is ``params``."""

    name = serializers.CharField()
    text = serializers.CharField()
    group = serializers.CharField()
    features = serializers.ListField(child=serializers.CharField())
    scores = serializers.ListField(child=serializers.CharField())
    classes = serializers.ListField(child=serializers.CharField())
    params = serializers.JSONField()
    is_default = serializers.BooleanField()
    is_first_default = serializers.BooleanField()


class TaskSerializer(serializers.Serializer[Any]):
    """A model task with its parameters' JSON schema and the entries that fit it, the default first.

    ``stands_on`` names the task whose model version a round may stand on.
    """

    name = serializers.CharField()
    text = serializers.CharField()
    kind = serializers.CharField()
    headline = serializers.CharField()
    params = serializers.JSONField()
    stands_on = serializers.CharField(allow_null=True)
    networks = serializers.JSONField()
    losses = serializers.JSONField()
    recipes = serializers.JSONField()


class ProposeSerializer(serializers.Serializer[Any]):
    """What to pick."""

    task = serializers.CharField(default="cel")
    strategy = serializers.CharField(default="default")
    budget = serializers.IntegerField(min_value=1)
    seed = serializers.IntegerField(default=0)
    cap_per_cut = serializers.IntegerField(min_value=1, allow_null=True, default=None)
    params = serializers.DictField(default=dict)
    control_share = serializers.FloatField(
        min_value=0,
        max_value=MOST,
        allow_null=True,
        default=None,
        help_text="Share drawn by plain chance; the pool's plan where left out.",
    )


class SelectionSerializer(serializers.ModelSerializer[Selection]):
    """A selection without its picks."""

    picks = serializers.IntegerField(read_only=True)

    class Meta:
        model = Selection
        fields = (
            "id",
            "pool",
            "task",
            "strategy",
            "params",
            "budget",
            "cap_per_cut",
            "seed",
            "control_share",
            "candidates",
            "scores_seen",
            "state",
            "round",
            "scores_from",
            "note",
            "picks",
            "created_at",
        )
        read_only_fields = fields


class PickSerializer(serializers.ModelSerializer[SelectionItem]):
    """One pick with its utility and reason."""

    key = serializers.CharField(source="frame.key")
    cut = serializers.CharField(source="frame.cut.name")
    thumb_url = serializers.SerializerMethodField()

    class Meta:
        model = SelectionItem
        fields = (
            "id",
            "rank",
            "frame",
            "key",
            "cut",
            "utility",
            "reason",
            "inclusion_probability",
            "weight",
            "control_arm",
            "score",
            "score_rank",
            "cluster_size",
            "cluster_centre",
            "held_out",
            "assignment",
            "thumb_url",
        )
        read_only_fields = fields

    def get_thumb_url(self, item: SelectionItem) -> str:
        """Where the thumbnail is."""
        return f"/media/frames/{item.frame_id}/thumb"


class StartSerializer(serializers.Serializer[Any]):
    """How to train a round; what is left out is the task's default."""

    task = serializers.CharField(default="cel")
    network = serializers.CharField(required=False)
    loss = serializers.CharField(required=False)
    recipe = serializers.CharField(required=False)
    settings = serializers.ListField(child=serializers.CharField(), required=False)
    seconds = serializers.FloatField(required=False, min_value=1)
    steps = serializers.IntegerField(required=False, min_value=1)
    seed = serializers.IntegerField(required=False)
    processes = serializers.IntegerField(
        required=False,
        min_value=1,
        max_value=MOST_PROCESSES,
        allow_null=True,
        help_text="Train in so many processes, on GPUs one each; as the site does where left out.",
    )
    from_version = serializers.IntegerField(required=False, allow_null=True)
    hard_by = serializers.IntegerField(
        required=False,
        allow_null=True,
        help_text="Model version whose errors tell the frames that recipe.hard keeps.",
    )
    stands_on = serializers.IntegerField(required=False, allow_null=True)
    score_seconds = serializers.FloatField(required=False, min_value=1)
    scorers = serializers.ListField(
        child=serializers.CharField(),
        required=False,
        help_text="By what the pool is scored beside the entropy; those without a further pass by default.",
    )


class RoundJobSerializer(serializers.Serializer[Any]):
    """How far the round's job is."""

    id = serializers.UUIDField()
    state = serializers.CharField()
    progress_done = serializers.FloatField()
    progress_total = serializers.FloatField()
    progress_text = serializers.CharField()
    standing = StandingField()
    cancel_requested = serializers.SerializerMethodField()

    def get_cancel_requested(self, job: Any) -> bool:
        """Whether somebody asked it to stop."""
        return job.cancel_requested_at is not None


class HeadlineSerializer(serializers.Serializer[Any]):
    """The metric that judges a task, on held-out frames: ``title`` is its name for people, all figures are in 0..1."""

    name = serializers.CharField()
    title = serializers.CharField()
    value = serializers.FloatField()
    interval = serializers.ListField(child=serializers.FloatField(), allow_null=True)
    frame_mean = serializers.FloatField(allow_null=True)


class StandsOnSerializer(serializers.ModelSerializer[ModelVersion]):
    """The model version whose predictions a round sees, and the round it came from."""

    class Meta:
        model = ModelVersion
        fields = ("id", "task", "number", "name", "round")
        read_only_fields = fields


class RoundSerializer(serializers.ModelSerializer[Round]):
    """A round, its settings, its headline figures and its job."""

    headline = serializers.SerializerMethodField()
    stands_on = serializers.SerializerMethodField()
    job = serializers.SerializerMethodField()
    run_started = serializers.SerializerMethodField()

    class Meta:
        model = Round
        fields = (
            "id",
            "pool",
            "task",
            "number",
            "state",
            "snapshot",
            "config",
            "failure_code",
            "failure_text",
            "retry_from",
            "stands_on",
            "headline",
            "report",
            "scored_count",
            "unscored_count",
            "created_at",
            "started_at",
            "finished_at",
            "run_started",
            "job",
        )
        read_only_fields = fields

    @extend_schema_field(HeadlineSerializer(allow_null=True))
    def get_headline(self, round_: Round) -> dict[str, Any] | None:
        """Its figure, once it is evaluated."""
        return as_json(headline_of(round_.report))

    @extend_schema_field(StandsOnSerializer(allow_null=True))
    def get_stands_on(self, round_: Round) -> dict[str, Any] | None:
        """The version it stands on, if it sees one's predictions."""
        return _standing(round_)

    def get_run_started(self, round_: Round) -> bool:
        """Whether it has a run folder by now."""
        return bool(round_.run_folder)

    @extend_schema_field(RoundJobSerializer(allow_null=True))
    def get_job(self, round_: Round) -> dict[str, Any] | None:
        """The round's job, once it is started."""
        job = job_of(round_)
        return RoundJobSerializer(job).data if job else None


def _standing(round_: Round) -> dict[str, Any] | None:
    beneath = version_stood_on(round_)
    return StandsOnSerializer(beneath).data if beneath else None


class MetricsSerializer(serializers.Serializer[Any]):
    """Rows of the training log from line ``after`` on; pass ``next`` as the next ``after``."""

    rows = serializers.ListField(child=serializers.DictField())
    next = serializers.IntegerField()


class ModelVersionSerializer(serializers.ModelSerializer[ModelVersion]):
    """A model version; ``name`` is what drafts and revisions record."""

    name = serializers.CharField(read_only=True)
    headline = serializers.SerializerMethodField()
    stands_on = serializers.SerializerMethodField()

    class Meta:
        model = ModelVersion
        fields = (
            "id",
            "pool",
            "task",
            "number",
            "name",
            "round",
            "network",
            "stands_on",
            "headline",
            "metrics",
            "promoted_at",
            "created_at",
        )
        read_only_fields = fields

    @extend_schema_field(HeadlineSerializer(allow_null=True))
    def get_headline(self, version: ModelVersion) -> dict[str, Any] | None:
        """Its figure, None where it was not evaluated."""
        return as_json(headline_of(version.metrics))

    @extend_schema_field(StandsOnSerializer(allow_null=True))
    def get_stands_on(self, version: ModelVersion) -> dict[str, Any] | None:
        """The version it stands on, if it sees one's predictions."""
        return _standing(version.round)


class PromoteSerializer(serializers.Serializer[Any]):
    """How to promote: ``confirm`` where it may be worse than the version in use, or was never compared with it."""

    confirm = serializers.BooleanField(default=False)


class CurvePointSerializer(serializers.Serializer[Any]):
    """A round on the learning curve; ``headline`` is null where it was not evaluated.

    ``hours`` is the active work that was logged for the pool's labels until the round started.
    """

    round = serializers.IntegerField()
    labels = serializers.IntegerField(allow_null=True)
    hours = serializers.FloatField()
    headline = HeadlineSerializer(allow_null=True)


class StageSerializer(serializers.Serializer[Any]):
    """A stage of the round: ``mark`` is done, now, failed or empty."""

    label = serializers.CharField()  # type: ignore[assignment]
    mark = serializers.CharField(allow_blank=True)


class LoopSerializer(serializers.Serializer[Any]):
    """Where a pool's loop stands."""

    next_action = serializers.CharField()
    next_text = serializers.CharField()
    stages = StageSerializer(many=True)
    round = RoundSerializer(allow_null=True)
    learning_curve = CurvePointSerializer(many=True)
