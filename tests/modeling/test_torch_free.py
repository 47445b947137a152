"""What Django imports of modeling loads neither torch nor Django."""

from __future__ import annotations

import subprocess
import sys

MODULES = [
    *("errors", "labels", "registry", "images", "labelio", "matching", "manifests", "splits"),
    *("snapshots", "snapshots.folders", "runs", "tasks", "networks", "losses", "recipes"),
    *(
        "scorers",
        "inference.score_files",
        "embeddings",
        "embeddings.colors",
        "embeddings.weights",
        "inference.embedding",
    ),
    *("studio.steps", "cli.studio"),
    *("cli.learning", "cli.warmup", "estimating.figures"),
    *("paint.models", "paint.palettes", "paint.transfer", "paint.cuts", "paint.measures", "cli.paint"),
    *("counting", "counting.numbers", "counting.classes", "depth.metrics", "depth.report", "depth.blur"),
    *(
        "pictures.metrics",
        "pictures.report",
        "coloring.subject",
        "deblurring.subject",
        "deblurring.classical",
    ),
    *("targets", "tasks.pictures", "losses.of_pictures", "counting.pictures", "evaluations"),
    *("cli", "cli.common", "cli.snapshot", "cli.experiment", "experiments.running", "experiments.tables"),
]


def test_no_torch_and_no_django() -> None:
    imports = "; ".join(f"import modeling.{name}" for name in MODULES)
    code = f"import sys; {imports}; print(sorted({{'torch', 'torchvision', 'django'}} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
