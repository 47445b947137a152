"""Questions other apps and the pages ask."""

from annotation.selectors.assignments import assignment_detail, next_hint
from annotation.selectors.kinds import kinds
from annotation.selectors.labels import (
    AcceptedRow,
    accepted_labels,
    label_states,
    labelled_frame_ids,
    live_assignment_frame_ids,
    skipped_frame_ids,
)
from annotation.selectors.queue import QueueCount, held_now, my_assignments, queue_counts
from annotation.selectors.reviews import ReviewCount, review_counts, review_queue

__all__ = [
    "AcceptedRow",
    "QueueCount",
    "ReviewCount",
    "accepted_labels",
    "assignment_detail",
    "held_now",
    "kinds",
    "label_states",
    "labelled_frame_ids",
    "live_assignment_frame_ids",
    "my_assignments",
    "next_hint",
    "queue_counts",
    "review_counts",
    "review_queue",
    "skipped_frame_ids",
]
