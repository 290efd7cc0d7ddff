"""The ``concviz`` command and ``python -m concviz``."""

import sys


def main() -> None:
    """Answer ``--version`` at once; hand everything else to the command line."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        from concviz import __version__

        print(f"concviz {__version__}")
        return
    from concviz.cli import main as command_line

    command_line()


if __name__ == "__main__":
    main()
