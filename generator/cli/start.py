"""Where ``precedent`` begins: Ctrl-C is answered in one line while Python still reads the program, too."""

from __future__ import annotations

import sys


def main() -> None:
    """Read the command line, and run it."""
    try:
        from generator.cli.main import main as run

        run(prog_name="precedent")  # also when it is begun as a module
    except KeyboardInterrupt:
        sys.stderr.write("precedent: interrupted.\n")
        sys.exit(130)  # as in cli/options.py, which cannot be read any more


if __name__ == "__main__":
    main()
