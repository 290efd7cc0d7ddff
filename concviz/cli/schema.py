"""``concviz schema``: the published descriptions of what the commands print as JSON."""

from __future__ import annotations

import click

from concviz.cli.options import HELP


@click.command(context_settings=HELP)
@click.argument("command", type=click.Choice(["run", "compare", "sweep"]))
def schema(command: str) -> None:
    """Print the JSON Schema of what COMMAND prints with --json.

    It is a schema of draft 2020-12, with the meaning and the unit of every key.

    \b
    Examples:
      concviz schema run | jq '."$defs".TaskReport.properties'
      concviz schema compare > compare.schema.json
    """
    from concviz.cli.printing import print_json
    from concviz.exporters.schema import published

    print_json(published(command))
