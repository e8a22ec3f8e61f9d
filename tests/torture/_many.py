"""Start many runs of ``precedent`` at one moment: ``python -m tests.torture._many COUNT FOLDER ARGUMENT...``

Each runs in a fork of a process that has everything imported, and waits until all are there. Prints the exit
codes as JSON; what run number i prints is in FOLDER/i.
"""

from __future__ import annotations

import json
import os
import sys

from tests.torture._fault_server import child


def main() -> None:
    """Fork, let all go at once, and wait for them."""
    count, folder, arguments = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
    wait, go = os.pipe()
    processes = []
    for number in range(count):
        process = os.fork()
        if process == 0:
            os.close(go)
            os.read(wait, 1)  # ends when the last writer closes: at the same moment for all
            child(arguments, os.path.join(folder, str(number)))  # noqa: PTH118
        processes.append(process)
    os.close(go)
    print(json.dumps([os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) for process in processes]))


if __name__ == "__main__":
    main()
