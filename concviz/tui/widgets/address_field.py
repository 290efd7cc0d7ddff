"""The field for the address of a cluster's scheduler."""

from __future__ import annotations

from textual.widgets import Input

from concviz.trace.scheduler_address import LOCAL, LONGEST
from concviz.tui.widgets.fields import ToldInput, TypedField

ASKING = "asking …"


class AddressInput(ToldInput):
    """Takes any text, also what are keys elsewhere: Enter runs."""

    def __init__(self, value: str) -> None:
        with self.prevent(Input.Changed):  # what it begins with is what the plan says
            super().__init__(value, id="input-scheduler", max_length=LONGEST)


class AddressField(TypedField):
    """Where the scheduler is; "local": there is none, a cluster is started for each run."""

    DEFAULT_CSS = """
    AddressField > AddressInput { width: 1fr; margin-left: 12; background: $surface; padding: 0; }
    AddressInput.-wrong { background: $error 40%; color: $text; }
    AddressInput:nocolor:focus { text-style: underline; }
    AddressInput:nocolor:ansi.-wrong { text-style: reverse; }
    """

    def __init__(self, address: str) -> None:
        super().__init__("cluster", "scheduler", AddressInput(address or LOCAL))

    def put(self, address: str) -> None:
        """Let another address stand there."""
        with self.prevent(Input.Changed):
            self.typed.value = address or LOCAL

    def tell_shown(self, value: str | None) -> None:
        """What the run on the screen has here, where that is another one; None: nothing else."""
        super().tell_shown(LOCAL if value == "" else value)

    def ask(self, asking: bool) -> None:
        """Whether the cluster is being asked what it has."""
        self.words = ASKING if asking else "cluster"
        self.refresh()
