"""The ``concviz`` command and ``python -m concviz``."""

import sys


def main() -> None:
    """Answer ``--version`` at once; hand everything else to the command line."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        from concviz.version import __version__

        print(f"concviz {__version__}")
        return
    try:
        from concviz.cli.command_line import main as command_line
    except KeyboardInterrupt:  # early, while it is being imported
        sys.exit(130)
    command_line()


if __name__ == "__main__":
    main()
