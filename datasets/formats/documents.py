"""What lies beside the data of every export, for people: a README with what is in it and how it is read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from datasets.formats.base import ExportFormat
from datasets.formats.content import Content

_README = """\
# Snapshot {short}, as {format}

{text}. {frames} rows of snapshot `{id}`; labels: {kind}.

`sha256sum -c SHA256SUMS` checks every file.

## Loading one pair

{needs}
```python
{loader}```
"""


def documents(content: Content, format: ExportFormat, report: Mapping[str, Any]) -> dict[str, str]:
    """Texts by file: the same for the same content, format and report."""
    needs = f"`pip install {' '.join(format.needs)}`, then, in this folder:\n" if format.needs else ""
    readme = _README.format(
        short=content.snapshot.id[:12],
        id=content.snapshot.id,
        format=format.name,
        text=format.text,
        frames=report["frames"],
        kind=content.kind.name,
        needs=needs,
        loader=format.loader.replace("{kind}", content.kind.name),
    )
    return {"README.md": format.front(content) + readme}
