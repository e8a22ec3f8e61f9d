"""The part of ``precedent scan`` that the pandas way does too: the statistics, without what is near.

python -m tests.benchmarks.statistics_way UNIVERSE.parquet SIGNAL,SIGNAL
"""

from __future__ import annotations

import sys
from pathlib import Path


def main() -> None:
    """Scan every asset of the table for these signals; print how many were looked at and how many fired."""
    from generator.market.providers.registry import open_source
    from generator.scan.run import scan_assets
    from generator.scan.values import AssetScan, ScanQuestion, scan_signals

    source = open_source(f"files:{sys.argv[1]}", Path.cwd())
    question = ScanQuestion(scan_signals(tuple(sys.argv[2].split(","))), near=False)
    scans = [each for each in scan_assets(question, source.assets(), source) if isinstance(each, AssetScan)]
    print(len(scans), sum(len(scan.firings) for scan in scans))


if __name__ == "__main__":
    main()
