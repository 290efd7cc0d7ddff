"""What widgets tell the screen above them: the whole vocabulary."""

from __future__ import annotations

from textual.message import Message


class StrategyChosen(Message):
    """The strategy of that id was chosen."""

    def __init__(self, strategy: str) -> None:
        super().__init__()
        self.strategy = strategy


class WorkloadChosen(Message):
    """The workload of that id was chosen."""

    def __init__(self, workload: str) -> None:
        super().__init__()
        self.workload = workload


class FunctionWanted(Message):
    """The person wants to say which function of their own is to be called."""


class CodeChanged(Message):
    """Something else is chosen, or more is known of it: its source is another."""


class OptionChanged(Message):
    """A field of the plan was changed: ``text`` is what now stands there, sensible or not."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__()
        self.field = field
        self.text = text


class RunRequested(Message):
    """The person wants the plan to run."""


class StopRequested(Message):
    """The person wants the run to end."""


class TimePicked(Message):
    """Somebody points at that time of the run (nanoseconds of its clock)."""

    def __init__(self, t_ns: int) -> None:
        super().__init__()
        self.t_ns = t_ns


class TaskSelected(Message):
    """The cursor of the timeline is on that task (None: on none)."""

    def __init__(self, task: int | None) -> None:
        super().__init__()
        self.task = task


class ChoiceChanged(Message):
    """Something else is chosen to be measured, or guessed."""


class TabChosen(Message):
    """Of the panes that share a place, the person wants to see that one."""

    def __init__(self, pane: str) -> None:
        super().__init__()
        self.pane = pane


class Invited(Message):
    """The person wants to try what is offered at that place."""

    def __init__(self, offer: int) -> None:
        super().__init__()
        self.offer = offer


class RowsChanged(Message):
    """The timeline has more rows than before, or fewer; or the code has."""


class CaseSelected(Message):
    """A line of an experiment's result is selected in its picture."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self.key = key


class CaseOpened(Message):
    """The person wants to see the selected run in full."""
