"""From the lines of rings to the events of a stream. Pure: it reads no clock and no file.

Rings are read one after the other, so that what one process tells comes before or after what
another one tells of the same task: any order makes the same run.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from concviz.sources import ring_lines as lines
from concviz.sources.lanes import Lane, Lanes
from concviz.sources.slots import Slots
from concviz.sources.task_numbers import Numbers
from concviz.trace import events
from concviz.trace.message import Message

LOOP = "loop"
"""The kind of a group whose tasks take turns in one thread."""
MOST_SENTENCES = 50
"""What cannot be seen is said in so many sentences at most."""
MOST_CHILDREN = 10_000
"""Of so many that have not begun to tell it is kept what they were started for."""
MOST_CALLS = 100_000
"""Calls of which many tasks are told by a number: by thread, executor and function, the latest."""
_CHILD = re.compile(r"p\d+", re.ASCII)
"""The task of a child process."""
LABEL = 120
"""Characters of a label that are kept."""


@dataclass
class _Named:
    """What is known of a task until all that is to be known has come."""

    group: int | None = None
    label: str = ""
    by: int | None = None
    items: int = 1


class Translation:
    """Of all rings of a program, into events; the lanes are shared with the observer."""

    def __init__(self, lanes: Lanes, begun_ns: int, *, meanwhile: bool = False) -> None:
        """``begun_ns``: no line can be of an earlier time; ``meanwhile``: the program ran already.

        Then how something goes on says nothing, of which the beginning was not told.
        """
        self._meanwhile = meanwhile
        self._told_groups: set[int | None] = set()
        self._of_children: dict[int | str, tuple[str, int, lines.SubmittedLine]] = {}
        self._lanes = lanes
        self._begun = begun_ns
        self._tasks, self._groups = Numbers(), Numbers()
        self._calls: dict[tuple[str, int], lines.CallLine] = {}
        self._named: dict[int, _Named] = {}
        """Of tasks of which something is still to come."""
        self._loops: set[int] = set()
        """Groups whose tasks take turns."""
        self._of_loops: dict[int, int] = {}
        """Such tasks that have not ended, and their group."""
        self._slots = Slots()
        self._under_way: dict[int, Lane] = {}
        """Tasks by the lane in whose thread they are."""
        self._said: set[str] = set()
        self._events: list[Message] = []

    def translate(self, ring: str, pid: int, text: bytes, now: int) -> list[Message]:
        """The events of what that process has told by now; what is no line comes as bytes."""
        for line in lines.lines_of(text):
            if isinstance(line, lines.CalledLine):
                line = self._submitted(ring, line)
            if isinstance(line, bytes) or not self._begun <= line.t <= now:
                self._flush()
                self._events.append(line if isinstance(line, bytes) else b"a line of another time")
                continue
            if self._meanwhile and self._is_of_before(ring, pid, line):
                continue
            _HANDLERS[type(line)](self, ring, pid, line)
        self._flush()
        told, self._events = self._events, []
        return told

    def _submitted(self, ring: str, line: lines.CalledLine) -> lines.SubmittedLine | bytes:
        """What a call of which there are many says of a task."""
        call = self._calls.get((ring, line.call))
        if call is None:
            return b"a call that nobody has told of"
        label = call.name
        if line.argument != lines.ALONE:
            label += f"({line.argument - 1})" if line.argument else "()"
        return lines.SubmittedLine(line.t, line.task, call.group, label, 1, call.tid)

    def _is_of_before(self, ring: str, pid: int, line: lines.Line) -> bool:
        """Whether it tells of what was under way before anybody was told anything.

        That is a task that has begun, or one of a pool that was there. And a child that was not
        started to tell is known to tell only when it does: until then its task waits here.
        """
        if isinstance(line, _GO_ON):
            return not self._tasks.knows(ring, line.task)
        if isinstance(line, lines.StartedLine) and line.task in self._of_children:
            self._on_submitted(*self._of_children.pop(line.task))
        if not isinstance(line, lines.SubmittedLine):
            return False
        if line.group is not None and self._group(ring, line.group) not in self._told_groups:
            return True
        if isinstance(line.task, str) and _CHILD.fullmatch(line.task):
            if len(self._of_children) < MOST_CHILDREN:
                self._of_children[line.task] = ring, pid, line
            return True
        return False

    def left_out(self, number: int, now: int) -> list[Message]:
        """So many events found no room in a ring."""
        return [events.NotTold(now, number)] if number else []

    def not_seen(self, t_ns: int, what: str) -> list[Message]:
        """Something cannot be seen: it is said once, and not too much of it."""
        what = what[: lines.LONGEST]
        if what in self._said or len(self._said) > MOST_SENTENCES:
            return []
        self._said.add(what)
        if len(self._said) > MOST_SENTENCES:
            what = "There is more that cannot be seen than can be said here."
        return [events.NotSeen(t_ns, what)]

    # -- small things --

    def _tell(self, *told: events.AnyEvent) -> None:
        self._flush()
        self._events += told

    def _flush(self) -> None:
        """What the lanes have to tell comes first: a task begins on a lane that is known."""
        self._events += self._lanes.take()

    def _task(self, ring: str, key: int | str) -> int:
        return self._tasks.number(ring, key)[0]

    def _group(self, ring: str, key: int | str | None) -> int | None:
        return None if key is None else self._groups.number(ring, key)[0]

    def _name(
        self, t_ns: int, task: int, *, complete: bool = False, **known: int | str | None
    ) -> None:
        """Something more of a task is known: tell all that is."""
        named = self._named.pop(task, None) or _Named()
        for what, value in known.items():
            setattr(named, what, value)
        if not complete:
            self._named[task] = named
        told = events.TaskTold(t_ns, task, named.group, named.label, named.by, named.items)
        self._tell(told)

    # -- processes and threads --

    def _on_process(self, ring: str, pid: int, line: lines.ProcessLine) -> None:
        name = line.name[:LABEL]
        made = line.made[:LABEL]
        self._lanes.process_told(events.Process(line.t, pid, line.parent, "", made, name))

    def _on_spawned(self, ring: str, pid: int, line: lines.SpawnedLine) -> None:
        if line.since <= line.t:
            since = max(line.since, self._begun)
            self._lanes.spawned(line.t, line.pid, since, line.name[:LABEL])

    def _on_asked(self, ring: str, pid: int, line: lines.AskedLine) -> None:
        self._lanes.asked(line.pid)

    def _on_ended(self, ring: str, pid: int, line: lines.EndedLine) -> None:
        self._lanes.exited(line.pid, line.exitcode, by=line.t)

    def _on_exiting(self, ring: str, pid: int, line: lines.ExitingLine) -> None:
        self._lanes.exiting(line.t, pid)

    def _on_thread(self, ring: str, pid: int, line: lines.ThreadLine) -> None:
        self._lanes.thread_told(
            line.t,
            pid,
            line.tid,
            line.name[:LABEL],
            self._group(ring, line.group),
            daemon=line.daemon,
            helper=line.helper,
        )

    def _on_thread_ended(self, ring: str, pid: int, line: lines.ThreadEndedLine) -> None:
        self._lanes.thread_ended(line.t, pid, line.tid)

    def _on_group(self, ring: str, pid: int, line: lines.GroupLine) -> None:
        number = self._groups.number(ring, line.key)[0]
        if self._meanwhile:
            self._told_groups.add(number)
        kind = line.kind[:LABEL]
        if kind == LOOP:
            self._loops.add(number)
        label = line.label[:LABEL]
        told = events.Group(line.t, number, kind, label, line.tasks, line.workers, pid)
        self._tell(told)

    # -- tasks --

    def _on_submitted(self, ring: str, pid: int, line: lines.SubmittedLine) -> None:
        task = self._task(ring, line.task)
        group = self._group(ring, line.group)
        lane = self._lanes.lane(pid, line.tid, line.t)
        by = next((each for each in reversed(lane.doing) if each not in self._of_loops), None)
        if group is not None and group in self._loops:
            self._of_loops[task] = group
        known = self._named.get(task)
        if line.label or known is None:
            label, items = line.label[:LABEL], line.items
        else:
            label, items = known.label, known.items
        complete = bool(label)
        self._name(line.t, task, complete=complete, group=group, label=label, by=by, items=items)
        self._tell(events.TaskSubmitted(line.t, task))

    def _on_call(self, ring: str, pid: int, line: lines.CallLine) -> None:
        self._calls[ring, line.call] = line
        if len(self._calls) > MOST_CALLS:
            del self._calls[next(iter(self._calls))]

    def _on_label(self, ring: str, pid: int, line: lines.LabelLine) -> None:
        task = self._task(ring, line.task)
        known = self._named.get(task)
        complete = known is not None and known.group is not None
        self._name(line.t, task, complete=complete, label=line.label[:LABEL], items=line.items)

    def _on_started(self, ring: str, pid: int, line: lines.StartedLine) -> None:
        task = self._task(ring, line.task)
        lane = self._lanes.lane(pid, line.tid, line.t)
        if task not in self._under_way:
            lane.doing.append(task)
            lane.worked = True
            self._under_way[task] = lane
        key = lane.key
        if (group := self._of_loops.get(task)) is not None:
            key, told = self._slots.begin(line.t, lane, group, task)
            self._tell(*told)
        self._tell(events.TaskStarted(line.t, task, key))
        if line.then:  # from its first nanosecond on
            self._tell(events.Awaited(line.t + 1, task, line.t, {}, line.then[:LABEL]))

    def _on_finished(self, ring: str, pid: int, line: lines.FinishedLine) -> None:
        task = self._ended(ring, line.task)
        self._tell(events.TaskFinished(line.t, task, line.cpu, None))

    def _on_failed(self, ring: str, pid: int, line: lines.FailedLine) -> None:
        task = self._ended(ring, line.task)
        error = line.error[: lines.LONGEST]
        self._tell(events.TaskFailed(line.t, task, line.cpu, error, ""))

    def _on_cancelled(self, ring: str, pid: int, line: lines.CancelledLine) -> None:
        self._tell(events.TaskCancelled(line.t, self._ended(ring, line.task)))

    def _ended(self, ring: str, key: int | str) -> int:
        task = self._task(ring, key)
        lane = self._under_way.pop(task, None)
        if lane is not None:
            lane.doing.remove(task)
        if self._of_loops.pop(task, None) is not None:
            self._slots.end(task)
        named = self._named.get(task)
        if named is not None and named.group is not None:  # then no label will come
            del self._named[task]
        return task

    def _on_collected(self, ring: str, pid: int, line: lines.CollectedLine) -> None:
        self._tell(events.TaskCollected(line.t, self._task(ring, line.task)))

    def _on_awaited(self, ring: str, pid: int, line: lines.AwaitedLine) -> None:
        if line.since <= line.t:
            task = self._task(ring, line.task)
            then = line.then[:LABEL]
            self._tell(events.Awaited(line.t, task, line.since, line.shares, then))

    def _on_loop_blocked(self, ring: str, pid: int, line: lines.LoopBlockedLine) -> None:
        if line.lasted <= line.t:
            task = self._task(ring, line.task)
            self._tell(events.LoopBlocked(line.t, task, line.lasted))

    # -- the rest --

    def _on_mark(self, ring: str, pid: int, line: lines.MarkLine) -> None:
        key = self._lanes.key(pid, line.tid, line.t)
        self._tell(events.Marked(line.t, key, line.label[:LABEL]))

    def _on_lost(self, ring: str, pid: int, line: lines.LostLine) -> None:
        self._flush()
        self._events += self.not_seen(line.t, line.what)


_GO_ON = (
    lines.FinishedLine,
    lines.FailedLine,
    lines.CancelledLine,
    lines.CollectedLine,
    lines.AwaitedLine,
    lines.LoopBlockedLine,
)
"""What tasks do that have begun."""

_HANDLERS: dict[type, Callable[[Translation, str, int, Any], None]] = {
    lines.ProcessLine: Translation._on_process,
    lines.SpawnedLine: Translation._on_spawned,
    lines.AskedLine: Translation._on_asked,
    lines.EndedLine: Translation._on_ended,
    lines.ExitingLine: Translation._on_exiting,
    lines.ThreadLine: Translation._on_thread,
    lines.ThreadEndedLine: Translation._on_thread_ended,
    lines.GroupLine: Translation._on_group,
    lines.SubmittedLine: Translation._on_submitted,
    lines.CallLine: Translation._on_call,
    lines.LabelLine: Translation._on_label,
    lines.StartedLine: Translation._on_started,
    lines.FinishedLine: Translation._on_finished,
    lines.FailedLine: Translation._on_failed,
    lines.CancelledLine: Translation._on_cancelled,
    lines.CollectedLine: Translation._on_collected,
    lines.AwaitedLine: Translation._on_awaited,
    lines.LoopBlockedLine: Translation._on_loop_blocked,
    lines.MarkLine: Translation._on_mark,
    lines.LostLine: Translation._on_lost,
}
