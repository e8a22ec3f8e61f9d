"""Run a sending again and again, killed at one step further each time, then once more to its end.

Arguments: folder of the letter, folder to work in, host, port. Prints the exit codes of the killed runs.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from generator.core.errors import DeliveryError
from generator.mail.server import Server
from tests.post.letters import deliver, people

KILLED = 9


def dying(call: Callable[..., Any], steps: list[int], last: int) -> Callable[..., Any]:
    """The call, dead before or after it at the given step."""

    def stepwise(*arguments: Any) -> Any:
        for moment in ("before", "after"):
            steps[0] += 1
            if steps[0] == last:
                os._exit(KILLED)
            if moment == "before":
                result = call(*arguments)
        return result

    return stepwise


def run(root: Path, server: Server, number: int, last: int) -> int:
    """One run in a process of its own, killed at step ``last``."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    steps = [0]
    os.fsync = dying(os.fsync, steps, last)
    os.replace = dying(os.replace, steps, last)
    socket.socket.sendall = dying(socket.socket.sendall, steps, last)  # type: ignore[method-assign]
    with contextlib.suppress(DeliveryError):
        deliver(root, server, *people(3, f"step{number}.example"))
        os._exit(0)
    os._exit(3)


def main() -> None:
    letter, place, host, port = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
    server = Server(host, port, "none", patience=5, last_patience=5)
    codes = []
    for number in range(1, 200):
        root = place / str(number)
        shutil.copytree(letter, root)
        first = run(root, server, number, number)
        codes.append([first, run(root, server, number, 0)])
        if first != KILLED:
            break
    print(json.dumps(codes))


if __name__ == "__main__":
    main()
