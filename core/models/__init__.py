"""Users, membership, audit, jobs, what they used, workers."""

from core.models.audit import AuditEntry
from core.models.device_use import DeviceUse
from core.models.jobs import Job, JobLogLine, JobState
from core.models.users import Membership, Role, User
from core.models.workers import Worker

__all__ = ["AuditEntry", "DeviceUse", "Job", "JobLogLine", "JobState", "Membership", "Role", "User", "Worker"]
