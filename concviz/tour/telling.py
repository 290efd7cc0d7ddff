"""What the tour says of a scene: what came of a guess, what there is to notice, and the account."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from concviz.analysis.statistics import makespan
from concviz.analysis.wording import count, duration, listed
from concviz.model.entities import Phase
from concviz.model.run import Run
from concviz.tour.scene import Runs, Scene, Spot
from concviz.tour.walk import Number, Stage, Walk
from concviz.view.phrases import LASTED


class Noticed(NamedTuple):
    """Something to notice, with its number in the picture if it can be seen there."""

    text: str
    spot: Spot | None
    number: int | None


def noticed(scene: Scene, runs: Runs) -> list[Noticed]:
    """What there is to notice of these runs."""
    found: list[Noticed] = []
    number = 0
    for remark in scene.remarks:
        if (text := remark.text(runs)) is not None:
            spot = remark.points_at(runs)
            number += spot is not None
            found.append(Noticed(text, spot, number if spot is not None else None))
    return found


def took(run: Run) -> str:
    """For example "took 2.004 s"; "" before it has begun."""
    seconds = makespan(run)
    return f"{LASTED.get(run.phase, 'took')} {duration(seconds)}" if seconds is not None else ""


def answered(scene: Scene, runs: Runs, guess: int | None) -> str:
    """What came of the guess, or else what would have been right."""
    right = scene.prediction.right(runs)
    answers = scene.prediction.answers
    if right is None:
        return "Which answer is right, this run does not tell."
    if guess is None:
        return f"The answer: {answers[right]}."
    if guess == right:
        return f"You guessed it: {answers[right]}."
    return f"You guessed {answers[guess]}. The answer: {answers[right]}."


def outcome(walk: Walk) -> str:
    """What came of the runs of the scene at hand."""
    if walk.trouble:
        return walk.trouble
    if not walk.runs:
        return ""
    if walk.runs[-1].phase is Phase.STOPPED:
        return "Stopped, so nothing follows from it: run it again."
    if ran_with := changes(walk, walk.runs):
        return f"With {ran_with}: {'; '.join(lasted(walk.scene, walk.runs))}."
    return answered(walk.scene, walk.runs, walk.guess)


def changes(walk: Walk, runs: Runs) -> str:
    """Which numbers of these runs are others than those of the scene: "8 tasks and 2 workers"."""
    own, ran = walk.scene.parts[0].plan, runs[0].plan
    if ran is None:
        return ""
    names: tuple[Number, ...] = ("tasks", "workers")
    return listed(
        [
            count(getattr(ran, name), name.removesuffix("s"))
            for name in names
            if getattr(ran, name) != getattr(own, name)
        ]
    )


def lasted(scene: Scene, runs: Runs) -> list[str]:
    """What each part took, with its caption where there are several."""
    several = len(scene.parts) > 1
    parts = zip(scene.parts, runs, strict=False)
    return [f"{part.caption} {took(run)}" if several else took(run) for part, run in parts]


def said(walk: Walk) -> str:
    """All that there is to read where somebody is."""
    match walk.stage:
        case Stage.READING:
            return f"{walk.scene.title} {walk.scene.text}"
        case Stage.PREDICTING:
            return " ".join([walk.scene.prediction.question, *walk.answers])
        case Stage.NOTICING:
            texts = [each.text for each in noticed(walk.scene, walk.runs)]
            return " ".join([outcome(walk), *texts])
        case Stage.OVER:
            return "\n".join(account(walk))
    return ""


def score(walk: Walk) -> str:
    """How many guesses were right; "" where nobody guessed."""
    guessed = right = 0
    for at, visit in walk.visits.items():
        answer = walk.scenes[at].prediction.right(visit.runs)
        if visit.guess is not None and answer is not None:
            guessed += 1
            right += visit.guess == answer
    return f"You guessed {right} of {guessed} right." if guessed else ""


def account(walk: Walk) -> Iterator[str]:
    """What happened in each scene that was seen to its end, in lines."""
    for at, visit in sorted(walk.visits.items()):
        yield from _of_scene(at + 1, walk.scenes[at], visit.runs, visit.guess)
    if guessed := score(walk):
        yield guessed


def _of_scene(number: int, scene: Scene, runs: Sequence[Run], guess: int | None) -> Iterator[str]:
    yield f"{number:>2}. {scene.title}: {'; '.join(lasted(scene, runs))}."
    yield f"    {scene.prediction.question} {answered(scene, runs, guess)}"
    for each in noticed(scene, runs):
        yield f"    - {each.text}"
