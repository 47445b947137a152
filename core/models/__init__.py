"""Users, membership, audit, jobs."""

from core.models.audit import AuditEntry
from core.models.jobs import Job, JobLogLine, JobState
from core.models.users import Membership, Role, User

__all__ = ["AuditEntry", "Job", "JobLogLine", "JobState", "Membership", "Role", "User"]
