"""What a model proposes, and what is filled in from known truth."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from annotation.labels import label_get
from annotation.models import Assignment, Draft
from annotation.services.assignments import assignment_claim
from annotation.services.drafts import draft_store
from annotation.services.oracle import oracle_fill
from core import blobs
from core.models import Membership, Role, User
from modeling.errors import UserError
from tests.annotation.house import CEL, HEIGHT, WIDTH, House, cel_map, cel_png
from tests.annotation.test_labels_import import write


def entropy_png(folder: Path, mode: str = "L", size: tuple[int, int] = (WIDTH, HEIGHT)) -> bytes:
    path = folder / "entropy.png"
    Image.new(mode, size).save(path)
    return path.read_bytes()


def test_a_draft_is_kept_as_it_came(house: House, tmp_path: Path) -> None:
    entropy = entropy_png(tmp_path)
    draft = draft_store(
        frame_id=house.frames[0].pk,
        kind="cel",
        model_version="pool/cel/1",
        label_png=cel_png(4),
        entropy_png=entropy,
    )
    assert np.array_equal(label_get(draft.label, CEL), cel_map(4))
    assert blobs.blob_path(draft.entropy).read_bytes() == entropy


def test_a_draft_never_changes(house: House) -> None:
    first = house.draft(house.frames[0], 4)
    assert house.draft(house.frames[0], 5) == first
    assert Draft.objects.get().label == first.label
    assert house.draft(house.frames[0], 5, "pool/cel/2") != first


@pytest.mark.parametrize(("mode", "size"), [("RGB", (WIDTH, HEIGHT)), ("L", (3, 3))])
def test_an_entropy_map_must_be_grey_and_fit(house: House, tmp_path: Path, mode: str, size) -> None:
    with pytest.raises(UserError, match="entropy map"):
        draft_store(
            frame_id=house.frames[0].pk,
            kind="cel",
            model_version="v",
            label_png=cel_png(1),
            entropy_png=entropy_png(tmp_path, mode, size),
        )


def test_a_draft_of_another_size_is_refused(house: House) -> None:
    frame = house.frames[0]
    type(frame).objects.filter(pk=frame.pk).update(width=WIDTH + 1)
    with pytest.raises(UserError, match="its frame 33x18"):
        house.draft(frame)


@pytest.fixture
def oracle(house: House) -> User:
    user = User.objects.create_user("oracle", is_oracle=True)
    Membership.objects.create(user=user, production=house.production, role=Role.REVIEWER)
    return user


def test_the_oracle_takes_the_steps_a_person_takes(house: House, oracle: User, tmp_path: Path) -> None:
    rows = house.queue()
    house.draft(house.frames[0], 4)
    truth = {frame.key: write(tmp_path / f"{frame.pk}.png", 4) for frame in house.frames[:2]}
    revisions = oracle_fill(pool=house.pool, kind="cel", truth=truth, user=oracle)
    assert [(r.frame, r.origin, r.author) for r in revisions] == [
        (f, "oracle", oracle) for f in house.frames[:2]
    ]
    assert [r.changed_share for r in revisions] == [0.0, None]
    states = [Assignment.objects.get(pk=row.pk).state for row in rows]
    assert states == ["accepted"] * 2 + ["open"] * 4


def test_the_oracle_leaves_alone_what_a_person_holds(house: House, oracle: User, tmp_path: Path) -> None:
    row = house.queue(house.frames[0])[0]
    assignment_claim(assignment=row, user=house.annotator)
    truth = {house.frames[0].key: write(tmp_path / "0.png", 4)}
    assert oracle_fill(pool=house.pool, kind="cel", truth=truth, user=oracle) == []
