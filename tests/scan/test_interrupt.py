"""Ctrl-C on a scan that runs on several processes, as a terminal sends it: to all of them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.projects import copy_project
from tests.scan.markets import walks

ASSETS = 1000
PROC = Path("/proc")


def table_of_many(path: Path) -> None:
    histories = [h for h in walks(20).values() if h]
    copies = [(f"{h.asset}X{copy}", h) for copy in range(ASSETS // 20) for h in histories]
    rows = {
        "Ticker": [asset for asset, h in copies for _ in h.close],
        "Date": pa.array(np.concatenate([h.sessions for _, h in copies]).astype("datetime64[D]")),
        "Close": np.concatenate([h.close for _, h in copies]),
    }
    pq.write_table(pa.table(rows), path, row_group_size=60_000)


def living(group: int) -> list[str]:
    """Command lines of the processes of a group; one that has ended and is not yet collected has none."""
    found = []
    for process in PROC.iterdir():
        try:
            if process.name.isdigit() and os.getpgid(int(process.name)) == group:
                found.append((process / "cmdline").read_text())
        except (FileNotFoundError, ProcessLookupError):
            continue
    return [line for line in found if line]


@pytest.mark.slow
@pytest.mark.skipif(not PROC.is_dir(), reason="reads /proc")
@pytest.mark.parametrize("later", [0.0, 1.0])
def test_ctrl_c_while_the_processes_begin_and_while_they_work(later: float, tmp_path: Path) -> None:
    project = copy_project(tmp_path / "letter", reports=False)
    table_of_many(tmp_path / "many.parquet")
    command = [sys.executable, "-c", "from generator.cli import main; main()", "--project", str(project)]
    command += ["scan", "--source", f"files:{tmp_path / 'many.parquet'}", "--format", "json"]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # Tests that a shell started in the background ignore Ctrl-C, and so would what they start.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as process:
        deadline = time.monotonic() + 60
        while len(living(process.pid)) < 2 and time.monotonic() < deadline:
            time.sleep(0.02)
        time.sleep(later)
        os.killpg(process.pid, signal.SIGINT)
        said, complained = process.communicate(timeout=60)
    assert process.returncode == 130, complained
    assert "Traceback" not in complained
    assert "interrupted: " in complained
    answer = json.loads(said)
    assert answer["complete"] is False
    assert answer["assets"]["scanned"] < answer["assets"]["asked"] == ASSETS
    assert living(process.pid) == []
