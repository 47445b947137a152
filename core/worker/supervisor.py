"""Keeps one lane a queue alive, and gives jobs of dead or hung workers back to the queue."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress

from django.conf import settings
from django.db import DatabaseError, close_old_connections

from core.jobs import lease, presence
from core.models import Job, JobState
from core.worker.lane import lane_name
from core.worker.stop import Stop

logger = logging.getLogger("core.worker")
_LOOK_SECONDS = 0.5
_STOP_SECONDS = 100.0
_MAX_PAUSE = 30.0


class Lane:
    """A lane's process as its supervisor sees it; restarted when it dies, more slowly each time in a row."""

    def __init__(self, queue: str, device: str, once: bool) -> None:
        self.queue = queue
        self._options = ["--device", device, *(["--once"] if once else [])]
        self._pause = 0.0
        self.start()

    def start(self) -> None:
        """Start it in a session of its own: it hears of Ctrl-C from us alone, of our death by its stdin."""
        command = [sys.executable, "-m", "django", "worker", "--lane", self.queue, *self._options]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, cwd=settings.BASE_DIR, start_new_session=True
        )
        self.name = lane_name(self.process.pid, self.queue)
        self._started = time.monotonic()

    def ended(self) -> bool:
        """Whether the process is gone."""
        return self.process.poll() is not None

    def ready_to_restart(self) -> bool:
        """Whether the pause since its last start is over."""
        return time.monotonic() - self._started >= self._pause

    def slow_down(self) -> None:
        """Double the pause before the next start, unless this one lasted."""
        lasted = time.monotonic() - self._started > 2 * _MAX_PAUSE
        self._pause = 0.0 if lasted else min(_MAX_PAUSE, max(1.0, 2 * self._pause))

    def kill(self) -> None:
        """End the process now; what it runs ends by its closed stdin."""
        with suppress(ProcessLookupError):
            self.process.kill()


class Supervisor:
    """Runs the lanes until stopped, or with ``once`` until no job of their queues is waiting."""

    def __init__(self, queues: Sequence[str], *, device: str = "auto", once: bool = False) -> None:
        self._stop = Stop(on_force=self._kill)
        self._queues, self._device, self._once = queues, device, once
        self._lanes: list[Lane] = []
        self._looked = 0.0
        self._names = {lane_name(os.getpid(), queue): queue for queue in queues}

    def run(self) -> None:
        """Start the lanes and look after them."""
        self._stop.install()
        self._lanes = [Lane(queue, self._device, self._once) for queue in self._queues]
        while not self._stop.event.wait(_LOOK_SECONDS):
            close_old_connections()
            self._look_after_lanes()
            self._look_after_leases()
            if self._once and not self._lanes:
                break
        self._shut_down()

    def _look_after_lanes(self) -> None:
        for lane in list(self._lanes):
            if lane.ended():
                self._replace(lane)

    def _replace(self, lane: Lane) -> None:
        """Take over from a lane that ended: its jobs go back now, since it is certainly gone."""
        try:
            lease.expire(lane.name)
            if self._once and lane.process.returncode == 0 and not self._waiting(lane.queue):
                self._lanes.remove(lane)
                return
        except DatabaseError:
            logger.warning("could not put back the jobs of %s; trying again", lane.name, exc_info=True)
            return
        if lane.ready_to_restart():
            logger.warning(
                "lane %s ended with status %s; starting another", lane.name, lane.process.returncode
            )
            lane.slow_down()
            lane.start()

    def _waiting(self, queue: str) -> bool:
        return Job.objects.filter(queue=queue, state=JobState.QUEUED).exists()

    def _look_after_leases(self) -> None:
        if time.monotonic() - self._looked < settings.SAKKAN_JOB_LEASE_SECONDS / 4:
            return
        self._looked = time.monotonic()
        try:
            presence.say_present(self._names)
            lost = {job.worker for job in lease.put_back_expired()}
        except DatabaseError:
            logger.warning("could not look for lost jobs; trying again", exc_info=True)
            return
        for lane in self._lanes:
            if lane.name in lost and not lane.ended():
                logger.error("lane %s gave no sign of life; killing it", lane.name)
                lane.kill()

    def _shut_down(self) -> None:
        for lane in self._lanes:
            if not lane.ended():
                lane.process.terminate()
        for lane in self._lanes:
            with suppress(subprocess.TimeoutExpired):
                lane.process.wait(_STOP_SECONDS)
        self._kill()
        with suppress(DatabaseError):
            presence.say_gone(self._names)

    def _kill(self) -> None:
        for lane in self._lanes:
            lane.kill()
