"""The ``concviz`` command and ``python -m concviz``."""

import sys


def main() -> None:
    """Answer ``--version`` and start what is watched at once; the rest is the command line's."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        from concviz.version import __version__

        print(f"concviz {__version__}")
        return
    if sys.argv[1:2] == ["watch"]:
        from concviz.cli.quick_start import begin

        begun = begin(sys.argv[2:])
        if begun is not None:
            from concviz.cli.headless import go_on

            go_on(begun)
    try:
        from concviz.cli.command_line import main as command_line
    except KeyboardInterrupt:  # early, while it is being imported
        sys.exit(130)
    command_line()


if __name__ == "__main__":
    main()
