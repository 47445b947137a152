"""``python tests/with_postgres.py -- COMMAND``: run it with DATABASE_URL on a private PostgreSQL cluster."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.postgres import PostgresMissing, cluster


def main() -> int:
    """Start the cluster, run the command, stop the cluster; return the command's status.

    Without PostgreSQL this says why the command was not run: status 0, but 1 where CI=true.
    """
    command = sys.argv[1:]
    if command[:1] == ["--"]:
        command = command[1:]
    try:
        with cluster() as url:
            return subprocess.run(command, env={**os.environ, "DATABASE_URL": url}, check=False).returncode
    except PostgresMissing as reason:
        print(f"not run on PostgreSQL: {' '.join(command)}: {reason}", file=sys.stderr)
        return 1 if os.environ.get("CI") else 0


if __name__ == "__main__":
    sys.exit(main())
