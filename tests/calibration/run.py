"""``make calibrate``: 10,000 histories without an effect a case; how often the rule raises a false alarm.

Prints the table and writes it where the how-to-read page takes it from. Takes up to an hour on
two cores; ``--histories N`` for a quicker look, which writes nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter
from multiprocessing import Pool

from tests.calibration.simulate import cases, simulated_history, verdicts
from tests.projects import ROOT

HISTORIES = 10_000
TABLE = ROOT / "templates" / "site" / "calibration.json"


def one(task: tuple[int, int]) -> dict[str, str]:
    """Verdicts of one history of one case."""
    number, seed = task
    case = cases()[number]
    return verdicts(case.study, simulated_history(case.study.bars, seed))


def main() -> None:
    """Run all cases."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--histories", type=int, default=HISTORIES)
    count = parser.parse_args().histories
    rows = []
    with Pool(os.cpu_count()) as pool:
        for number, case in enumerate(cases()):
            tally: dict[str, Counter[str]] = {horizon.label: Counter() for horizon in case.study.horizons}
            found = pool.imap_unordered(one, ((number, seed) for seed in range(count)), chunksize=20)
            for done, result in enumerate(found, 1):
                for label, key in result.items():
                    tally[label][key] += 1
                if done % 500 == 0:
                    print(f"\r{case.name}: {done} of {count}", end="", file=sys.stderr, flush=True)
            print(file=sys.stderr)
            for label, keys in tally.items():
                alarms = keys["better-hard"] + keys["worse-hard"]
                judged = count - keys["too-few"]
                lucky = keys["better-luck"] + keys["worse-luck"]
                rows.append(
                    {"case": case.name, "horizon": label, "histories": count, "judged": judged,
                     "could_be_luck": lucky / count, "hard_to_explain": alarms / count}
                )  # fmt: skip
                print(f"{case.name:20} {label:>4}  judged {judged:6}  hard to explain {alarms / count:7.2%}")
    if count == HISTORIES:
        TABLE.write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
