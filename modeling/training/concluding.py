"""The end of a training: what its weights are worth on held-out frames, as the run's report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from modeling.inference.predictor import NOTHING, Drawn, Predictor
from modeling.judgements import Judgement
from modeling.runs import RunFolder
from modeling.snapshots import FrameRow
from modeling.targets import target_of
from modeling.training.calibrating import calibrate
from modeling.training.checkpoints import drop_surplus
from modeling.training.config import TrainConfig
from modeling.training.evaluation import Labels, class_figures, evaluation_of, judge, report_of
from modeling.training.judging import judged_frames, kept, labeller
from modeling.training.masks import Masks
from modeling.training.previews import write_previews
from modeling.training.splits import Splits
from modeling.training.work import Work


def conclude(work: Work) -> Path:
    """Judge the run's weights and write its report, whose path is returned.

    Raises:
        UserError: What reading frames raises.
        Stopped: Asked to stop.
    """
    config, snapshot, splits, run, spec = work.config, work.snapshot, work.splits, work.run, work.task
    predictor, target = Predictor.open(run, work.device), target_of(spec, config.task_params)
    masks, asked = Masks(snapshot, spec.cut_by, config.way), labeller(predictor, snapshot, config)

    def drawn(row: FrameRow) -> Drawn:
        work.stop.check()
        return masks.drawn(row) if config.way.drawn else NOTHING

    def label(row: FrameRow, rgb: Any) -> Labels:
        work.stop.check()
        return asked(row, rgb)

    evaluation, judgement = evaluation_of(spec, config.task_params), Judgement.of(run, snapshot.id)
    remembered = kept(judgement, target, label)
    judged = judge(snapshot, splits.held_out, spec, remembered, evaluation, target)
    write_previews(run, snapshot, judged, spec, remembered, target)
    report = report_of(judged, spec, _counts(config, splits, run), config.seed, evaluation)
    report["validation"] = class_figures(judge(snapshot, splits.validation, spec, label, target=target), spec)
    report["calibration"] = calibrate(
        predictor, snapshot, splits.validation, splits.held_out, run, drawn, config.seed
    )
    report["notes"] = [*snapshot.header.notes, *_drift(run)]
    judgement.publish(judged_frames(judged, spec), {**report, "judged_on": snapshot.id})
    drop_surplus(run)
    return run.publish_json("report.json", report)


def _drift(run: RunFolder) -> list[str]:
    together = run.processes()
    if together is None or together["alike"]:
        return []
    return ["The processes that trained together ended with different weights; the first one's are kept."]


def _counts(config: TrainConfig, splits: Splits, run: RunFolder) -> dict[str, Any]:
    rows = run.metrics()
    return {
        "train_frames": len(splits.train),
        "validation_frames": len(splits.validation),
        "held_out_frames": len(splits.held_out),
        "train_cuts": len({row.cut or row.key for row in splits.train}),
        "held_out_cuts": len({row.cut or row.key for row in splits.held_out}),
        "steps": rows[-1]["step"] if rows else 0,
        "seconds": rows[-1]["seconds"] if rows else 0.0,
        "snapshot": config.snapshot,
        "stands_on": config.stands_on,
        "hard_by": config.hard_by,
    }
