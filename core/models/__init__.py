"""Users, membership, audit, jobs, workers."""

from core.models.audit import AuditEntry
from core.models.jobs import Job, JobLogLine, JobState
from core.models.users import Membership, Role, User
from core.models.workers import Worker

__all__ = ["AuditEntry", "Job", "JobLogLine", "JobState", "Membership", "Role", "User", "Worker"]
