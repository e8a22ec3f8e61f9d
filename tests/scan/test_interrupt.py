"""A scan on several processes: Ctrl-C, as a terminal sends it to all of them; and the loss of one."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.projects import copy_project
from tests.scan.markets import walks
from tests.terminal import PROC, interrupted, robbed

ASSETS = 1000


def table_of_many(path: Path) -> None:
    histories = [h for h in walks(20).values() if h]
    copies = [(f"{h.asset}X{copy}", h) for copy in range(ASSETS // 20) for h in histories]
    rows = {
        "Ticker": [asset for asset, h in copies for _ in h.close],
        "Date": pa.array(np.concatenate([h.sessions for _, h in copies]).astype("datetime64[D]")),
        "Close": np.concatenate([h.close for _, h in copies]),
    }
    pq.write_table(pa.table(rows), path, row_group_size=60_000)


def scan_of_many(place: Path) -> list[str]:
    project = copy_project(place / "letter", reports=False)
    table_of_many(place / "many.parquet")
    source = f"files:{place / 'many.parquet'}"
    return ["--project", str(project), "scan", "--format", "json", "--source", source]


@pytest.mark.slow
@pytest.mark.skipif(not PROC.is_dir(), reason="reads /proc")
@pytest.mark.parametrize("later", [0.0, 1.0])
def test_ctrl_c_while_the_processes_begin_and_while_they_work(later: float, tmp_path: Path) -> None:
    code, said, complained = interrupted(scan_of_many(tmp_path), processes=2, later=later)
    assert code == 130, complained
    assert "Traceback" not in complained
    assert "interrupted: " in complained
    answer = json.loads(said)
    assert answer["complete"] is False
    assert answer["assets"]["scanned"] < answer["assets"]["asked"] == ASSETS


@pytest.mark.slow
@pytest.mark.skipif(not PROC.is_dir(), reason="reads /proc")
def test_a_process_of_the_scan_is_killed(tmp_path: Path) -> None:
    code, said, complained = robbed(scan_of_many(tmp_path))
    assert (code, said) == (4, ""), complained
    assert "precedent: a process that reads the signals was ended from outside" in complained
    assert "Traceback" not in complained
