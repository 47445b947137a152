"""What the API of the ground floor says and takes."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.reverse import reverse

from core import selectors
from core.jobs import standing
from core.jobs.services import may_change
from core.models import Job, JobLogLine, Membership, Role, User


class MembershipOut(serializers.ModelSerializer[Membership]):
    """A production and one's role in it."""

    production_name = serializers.CharField(source="production.name", read_only=True)

    class Meta:
        model = Membership
        fields = ("production", "production_name", "role")
        read_only_fields = fields


class MeOut(serializers.ModelSerializer[User]):
    """Who one is."""

    roles = MembershipOut(source="memberships", many=True, read_only=True)

    class Meta:
        model = User
        fields = ("id", "username", "is_superuser", "is_staff", "is_oracle", "roles")
        read_only_fields = fields


class TokenOut(serializers.Serializer[Any]):
    """A key for the API."""

    token = serializers.CharField(read_only=True)


class MemberOut(serializers.ModelSerializer[Membership]):
    """A member of a production."""

    username = serializers.CharField(source="user.username", read_only=True)
    is_oracle = serializers.BooleanField(source="user.is_oracle", read_only=True)

    class Meta:
        model = Membership
        fields = ("user", "username", "is_oracle", "role")
        read_only_fields = fields


class MemberIn(serializers.Serializer[Any]):
    """Who shall have which role."""

    username = serializers.SlugRelatedField(slug_field="username", queryset=User.objects.all())
    role = serializers.ChoiceField(choices=Role.choices)


@extend_schema_field(str)
class StandingField(serializers.Field[Job, Any, str, Any]):
    """What a job is at in words, or what it waits for."""

    def __init__(self) -> None:
        super().__init__(source="*", read_only=True)

    def to_representation(self, job: Job) -> str:
        """Return the words."""
        return standing(job)


class ProgressOut(serializers.Serializer[Job]):
    """How far a job is; ``total`` 0 means unknown."""

    done = serializers.FloatField(source="progress_done")
    total = serializers.FloatField(source="progress_total")
    text = StandingField()


class JobErrorOut(serializers.Serializer[Job]):
    """Why a job failed; ``kind`` is ``theirs`` (mend the input) or ``ours`` (a bug)."""

    kind = serializers.CharField(source="error_kind")
    code = serializers.CharField(source="error_code")
    text = serializers.CharField(source="error_text")


class JobLogLineOut(serializers.ModelSerializer[JobLogLine]):
    """A line of a job's log."""

    class Meta:
        model = JobLogLine
        fields = ("id", "at", "attempt", "text")
        read_only_fields = fields


class JobOut(serializers.ModelSerializer[Job]):
    """A job."""

    state_label = serializers.CharField(source="get_state_display", read_only=True)
    actor = serializers.CharField(source="actor.username", default=None, read_only=True, allow_null=True)
    subject = serializers.SerializerMethodField(help_text="<app>.<model>:<id>, or empty")
    progress = ProgressOut(source="*", read_only=True)
    error = serializers.SerializerMethodField()
    cancel_requested = serializers.SerializerMethodField()
    may_change = serializers.SerializerMethodField(help_text="Whether you may cancel or retry it.")
    url = serializers.SerializerMethodField(help_text="Its page.")

    class Meta:
        model = Job
        fields = (
            "id",
            "name",
            "title",
            "queue",
            "state",
            "state_label",
            "attempt",
            "losses",
            "actor",
            "production",
            "subject",
            "progress",
            "error",
            "result",
            "cancel_requested",
            "may_change",
            "created_at",
            "started_at",
            "finished_at",
            "url",
        )
        read_only_fields = fields

    def get_subject(self, job: Job) -> str:
        """Return what ``?subject=`` finds the job by."""
        return f"{job.subject_type}:{job.subject_id}" if job.subject_id else ""

    @extend_schema_field(JobErrorOut(allow_null=True))
    def get_error(self, job: Job) -> dict[str, Any] | None:
        """Return why it failed."""
        return JobErrorOut(job).data if job.error_kind else None

    def get_cancel_requested(self, job: Job) -> bool:
        """Whether somebody asked for its end."""
        return job.cancel_requested_at is not None

    def get_may_change(self, job: Job) -> bool:
        """Whether the asker may cancel or retry it."""
        return may_change(job, self.context["request"].user)

    def get_url(self, job: Job) -> str:
        """Return the path of its page."""
        return reverse("job", [job.pk])


class JobDetailOut(JobOut):
    """A job with the tail of its log."""

    log = serializers.SerializerMethodField(
        help_text="The last 200 lines, oldest first, after ``?after=<line id>``."
    )

    class Meta(JobOut.Meta):
        fields = read_only_fields = (*JobOut.Meta.fields, "log")  # type: ignore[assignment]

    @extend_schema_field(JobLogLineOut(many=True))
    def get_log(self, job: Job) -> Any:
        """Return the log's tail."""
        after = self.context["request"].query_params.get("after", "")
        lines = selectors.log_of(job, after=int(after) if after.isdigit() else 0)
        return JobLogLineOut(lines, many=True).data
