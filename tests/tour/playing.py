"""Really runs the parts of scenes, and asks what scenes say of them."""

from __future__ import annotations

from msgspec.structs import replace

from concviz.model.run import Run
from concviz.tour.scene import Scene
from concviz.tour.scenes import SCENES
from tests.running import run_plan


def scene(name: str) -> Scene:
    return next(scene for scene in SCENES if scene.name == name)


def play(name: str, **changes: int) -> list[Run]:
    """A run of each part, all doing the same work: what the first one calibrated counts for all."""
    found: list[Run] = []
    for part in scene(name).parts:
        known = [run.rounds_per_s for run in found if run.rounds_per_s is not None]
        same_work = {"rounds_per_s": known[0] if known else None}
        found.append(run_plan(replace(part.plan, **same_work, **changes)))
    return found


def answer(name: str, runs: list[Run]) -> str | None:
    """The answer that was right."""
    prediction = scene(name).prediction
    right = prediction.right(runs)
    plans = [run.plan for run in runs if run.plan is not None]
    return None if right is None else prediction.ask(plans).answers[right]


def remarks(name: str, runs: list[Run]) -> list[str]:
    """All that is said of those runs."""
    said = [remark.text(runs) for remark in scene(name).remarks]
    return [text for text in said if text is not None]
