"""Tell apps what became of a job, also where its function never ran (cancelled in the queue, worker lost)."""

from django.dispatch import Signal

# Sent inside the transaction that settles the job (done, failed or cancelled), with sender=Job and job=<Job>.
job_settled = Signal()
