"""A take in a real worker while a real training has its queue and its device."""

from __future__ import annotations

from pathlib import Path

import pytest

from modeling.images import encode_png
from modeling.runs import RunFolder
from tests.core.sites import Site
from tests.core.test_training_jobs import Training
from tests.modeling.made_pictures.conftest import box, boxes, color_run, train_pictures

__all__ = ["boxes", "color_run", "train_pictures"]

_START = """
from pathlib import Path
from active_learning.ordering import Wish
from active_learning.services.takes import take_create
from modeling.runs import RunFolder
from tests.active_learning.ordered import image, order, version_of
from tests.annotation.house import make_house
house = make_house()
version_of(house.pool, 1, RunFolder(Path({run!r})), task="colorization")
data = Path({picture!r}).read_bytes()
made = order(house.annotator, {{"a.png": data}}, [Wish("colours", {{}})])
source = made.folder / "pictures" / "a.png"
source.parent.mkdir(parents=True)
source.write_bytes(data)
row = made.pictures.create(position=0, key="a", source="a.png", file="pictures/a.png", width=48, height=48)
out = str(take_create(picture=row, user=house.annotator, step="colours").job_id)
"""

_END = """
from active_learning.models import OrderTake
take = OrderTake.objects.get()
out = [take.state, take.path.is_file(), take.picture.order.state]
"""


@pytest.mark.slow
def test_a_take_is_served_while_a_training_runs(
    sqlite_site: Site, tmp_path: Path, color_run: RunFolder
) -> None:
    site, training = sqlite_site, Training(sqlite_site, tmp_path, steps=20_000)
    site.worker("--device", "cpu")
    training.until_learning()
    picture = tmp_path / "a.png"
    picture.write_bytes(encode_png(box(0)[0]))
    take = site.python(_START.format(run=str(color_run.path), picture=str(picture)))
    site.until_state(take, "done", seconds=120)
    assert site.python(_END) == ["done", True, "queued"]  # the order itself waits for the training
    assert site.job(training.job)["state"] == "running"
    assert training.trainers()
