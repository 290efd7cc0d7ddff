"""A command line that ends in another one: all from the program on is the program's."""

from __future__ import annotations

import click

MODULE = "-m"


class ProgramCommand(click.Command):
    """A command whose last argument, ``program``, is a script or -m and a module, and all after."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Leave what is the program's alone, whatever it looks like."""
        at = self._begin(ctx, args)
        return super().parse_args(ctx, [*args[:at], "--", *args[at:]])

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """In the words of ``python --help``."""
        formatter.write_usage(ctx.command_path, "[OPTIONS] (SCRIPT | -m MODULE) [ARGUMENTS]...")

    def _begin(self, ctx: click.Context, args: list[str]) -> int:
        """Where the program begins."""
        with_value = {
            name
            for option in self.get_params(ctx)
            if isinstance(option, click.Option) and not option.is_flag and not option.count
            for name in option.opts
        }
        at = 0
        while at < len(args):
            word = args[at]
            if word == "--":
                del args[at]
                return at
            if word == MODULE or not word.startswith("-") or word == "-":
                return at
            if word.startswith(MODULE):
                args[at : at + 1] = [MODULE, word.removeprefix(MODULE)]
                return at
            at += 2 if word in with_value else 1
        return len(args)
