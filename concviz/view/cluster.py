"""A cluster in words: its machines, their clocks and memory, how data moved, and other people.

What was not told is said to be so: it is never 0. Names of hosts and workers are data.
"""

from __future__ import annotations

from collections.abc import Iterable

from rich.cells import cell_len

from concviz.analysis.wording import count, duration, listed, shortened, size
from concviz.model.entities import Worker
from concviz.model.on_cluster import Held
from concviz.model.run import HERE, Run
from concviz.trace.worker_kind import WorkerKind
from concviz.view.names import lane_name

NS = 1_000_000_000
MOST_HOSTS = 3
MOST_PROCESSES = 12
MOST_FETCHES, MOST_MOVES = 4, 4
BETWEEN = " · "
"""Between the parts of a lane's name."""
LONGEST = 40
"""Characters of a name."""


def on_cluster(run: Run) -> bool:
    """Whether it takes place on one."""
    return run.usual_kind is WorkerKind.CLUSTER or is_watched(run)


def is_watched(run: Run) -> bool:
    """Whether it is what others run there."""
    return run.program is not None and run.program.how == "cluster"


def address(run: Run) -> str:
    """Of the scheduler; "" of a cluster that belongs to the run."""
    if run.program is not None:
        return shortened(next(iter(run.program.argv), ""), LONGEST)
    return shortened(run.plan.scheduler, LONGEST) if run.plan is not None else ""


def machines(run: Run) -> str:
    """For example "3 workers on 2 hosts", "2 workers (8 threads)"; "": none is known yet."""
    lanes = [w for w in run.workers if w.kind is WorkerKind.CLUSTER and w.pid is not None]
    if not run.ended:
        lanes = [lane for lane in lanes if lane.ended < 0] or lanes
    processes = {(lane.host, lane.pid) for lane in lanes}
    if not processes and is_watched(run):  # they have no threads before they have tasks
        known = run.surroundings
        processes = {place for place in known.processes if place not in known.ends}
    if not processes:
        return ""
    hosts = len({host for host, _ in processes})
    threads = f" ({len(lanes):,} threads)" if len(lanes) > len(processes) else ""
    where = f" on {hosts:,} hosts" if hosts > 1 else ""
    return f"{count(len(processes), 'worker')}{threads}{where}"


def of_cluster(run: Run) -> str:
    """For example "cluster tcp://10.0.0.1:8786 · 3 workers on 2 hosts"; "" of no cluster."""
    if not on_cluster(run):
        return ""
    return " · ".join(filter(None, [f"cluster {address(run)}".strip(), machines(run)]))


def clock_notes(run: Run, cell_ns: int) -> list[str]:
    """Of which hosts times may be wrong by more than that, for example "times of b ± 3.0 ms"."""
    found = [
        f"{host_name(told.host)} ± {duration(told.error_ns / NS)}"
        for told in run.surroundings.hosts.values()
        if told.error_ns > cell_ns
    ]
    if not found:
        return []
    more = len(found) - MOST_HOSTS
    said = found[:MOST_HOSTS] + ([count(more, "more host")] if more > 0 else [])
    return [f"times of {', '.join(said)}"]


def host_name(host: str) -> str:
    """What a host is called; "" is the one from which the cluster is used."""
    return shortened(host, LONGEST) or HERE


def lane_forms(run: Run, worker: Worker) -> tuple[str, ...]:
    """What its lane is called, from all of it to what tells it apart on its cluster."""
    whole = run.label(worker)
    host, between, own = whole.partition(BETWEEN)
    if not run.surroundings.several_hosts or not between:
        host, between, own = "", "", whole
    bare = own.removeprefix("worker ")
    return whole, f"{host}{between}{bare}", bare


def form_for(run: Run, workers: Iterable[Worker], room: int) -> int:
    """Which of these forms has room for all of them; the last one, if none has."""
    fits = [True, True, True]
    for worker in workers:
        for at, form in enumerate(lane_forms(run, worker)):
            fits[at] = fits[at] and cell_len(form) <= room
    return fits.index(True) if any(fits) else len(fits) - 1


def lane_names(run: Run, room: int) -> list[str]:
    """What the lane of each worker is called in so many cells, by its index."""
    form = form_for(run, run.workers, room)
    return [lane_name(lane_forms(run, worker)[form], room) for worker in run.workers]


# -- of a run --


def lines(run: Run) -> Iterable[tuple[str, str]]:
    """What is to be said of it: a label, and words; lines without one go with the one before."""
    cluster = run.cluster
    yield from _labelled("memory", _memory(run))
    transfers, sent, lasted = cluster.transfers
    if transfers:
        said = f"{size(sent)} in {count(transfers, 'transfer')}, {duration(lasted / NS)} in all"
        yield "transfers", said
    if thefts := cluster.thefts_in_all:
        yield "stolen", f"{count(thefts, 'task was', 'tasks were')} given to another worker"
    yield from _labelled("clocks", _clocks(run))
    if cluster.others is not None:
        ended, under_way = cluster.others
        said = f"{count(ended, 'task')} of others ended meanwhile, {under_way:,} under way"
        yield "others here", said


def _labelled(label: str, said: Iterable[str]) -> Iterable[tuple[str, str]]:
    return [("" if n else label, each) for n, each in enumerate(said)]


def _memory(run: Run) -> list[str]:
    held = sorted(run.cluster.memory.items())
    said = [f"{run.process_label(*place)}: {memory(known)}" for place, known in held]
    if (more := len(said) - MOST_PROCESSES) > 0:
        said = [*said[:MOST_PROCESSES], f"… {count(more, 'more worker')}"]
    return said


def memory(known: Held) -> str:
    """What a process holds, for example "640 MB of 1.00 GB, managed 300 MB, spilled 0"."""
    whole = "not told" if known.held is None else size(known.held)
    if known.limit:
        whole += f" of {size(known.limit)}"
    parts = {"managed": known.managed, "spilled": known.spilled}
    untold = [name for name, part in parts.items() if part is None]
    told = {name: part for name, part in parts.items() if part is not None}
    said = [whole, *(f"{name} {size(part) if part else 'none'}" for name, part in told.items())]
    if known.peak is not None and known.held is not None and known.peak > known.held:
        said.append(f"at most {size(known.peak)}")
    if untold:
        said.append(f"{listed(untold)} not told")
    return ", ".join(said)


def _clocks(run: Run) -> list[str]:
    """Of other hosts, whose times had to be converted."""
    found = []
    for name, told in sorted(run.surroundings.hosts.items()):
        if not told.offset_ns and not told.error_ns:
            continue
        said = f"{host_name(name)}: times ± {duration(told.error_ns / NS)}"
        if told.offset_ns:
            way = "ahead" if told.offset_ns > 0 else "behind"
            said += f" (its clock is {duration(abs(told.offset_ns) / NS)} {way})"
        found.append(said)
    return found


# -- of a task --


def of_task(run: Run, task: int) -> list[tuple[str, str]]:
    """What a cluster told of it: where it was, data that came, what was lost, who did it again."""
    tasks, cluster = run.tasks, run.cluster
    found: list[tuple[str, str]] = []
    if (lost := tasks.lost.get(task)) is not None:
        found.append(("lost", f"{_at(run, lost.t_ns)}: {shortened(lost.why) or 'not told why'}"))
        again = [f"task {n:,}" for n in tasks.attempts_at(tasks.first_of(task)) if n > task]
        found.append(("", f"run again as {listed(again)}" if again else "not run again"))
    if task in tasks.attempts:
        found.append(("again", f"does anew what was lost of task {tasks.first_of(task):,}"))
    moves = [(move, ("given to", "")) for move in cluster.arrivals(task)]
    moves += [(move, ("stolen", "from ")) for move in cluster.thefts(task)]
    moves.sort(key=lambda each: each[0].t_ns)
    for (t_ns, place), (how, word) in moves[-MOST_MOVES:]:
        found.append((how, f"{word}{run.process_label(*place)} {_at(run, t_ns)}"))
    if (split := waited(run, task)) is not None:
        at_scheduler, in_process = (duration(part / NS) for part in split)
        found.append(("waited", f"{at_scheduler} at the scheduler, {in_process} on its worker"))
    fetches = cluster.fetches(task)
    for fetch in fetches[:MOST_FETCHES]:
        took = duration((fetch.until_ns - fetch.since_ns) / NS)
        who = run.process_label(*fetch.place)
        found.append(("transfer", f"{size(fetch.size_bytes)} from {who}, {took}"))
    if (more := len(fetches) - MOST_FETCHES) > 0:
        found.append(("", count(more, "more transfer")))
    return found


def _at(run: Run, t_ns: int) -> str:
    return f"at {(t_ns - run.started) / NS:.4f} s"


def waited(run: Run, task: int) -> tuple[int, int] | None:
    """For how long it waited at the scheduler, and then in a process, until it began."""
    submitted, started = run.tasks.submitted[task], run.tasks.started[task]
    arrived = run.cluster.arrived_at(task)
    if arrived is None or submitted < 0 or started < 0:
        return None
    return max(0, arrived - submitted), max(0, started - max(arrived, submitted))


def thread(run: Run, worker: Worker) -> str:
    """Where a worker is, in numbers of its system."""
    where = f"{host_name(worker.host)}, " if run.surroundings.several_hosts else ""
    return f"{where}pid {worker.pid}, thread id {worker.tid}"
