"""What the tour says of a scene: what came of a guess, what there is to notice, and the account."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from concviz.analysis.statistics import makespan
from concviz.analysis.wording import duration
from concviz.model.run import Run
from concviz.tour.scene import Question, Runs, Scene, Spot
from concviz.tour.walk import Stage, Visit, Walk
from concviz.view.phrases import LASTED

END = "That was the tour."


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


def answered(scene: Scene, question: Question, runs: Runs, guess: int | None) -> str:
    """What came of the guess, or else what would have been right."""
    right = scene.prediction.right(runs)
    if right is None:
        return "Which answer is right, this run does not tell."
    answer = question.answers[right]
    if guess is None:
        return f"The answer: {answer}."
    if guess == right:
        return f"You guessed it: {answer}."
    return f"You guessed {question.answers[guess]}. The answer: {answer}."


def outcome(walk: Walk) -> str:
    """What came of the runs of the scene at hand."""
    if walk.trouble:
        return walk.trouble
    if not walk.runs:
        return ""
    if walk.stopped:
        return "Stopped, so nothing follows from it: run it again."
    return answered(walk.scene, asked(walk), walk.runs, walk.guess)


def asked(walk: Walk) -> Question:
    """The question that was asked of the runs of the scene at hand: of their numbers."""
    ran = [run.plan for run in walk.runs]
    ran += [None] * (len(walk.scene.parts) - len(ran))
    return walk.scene.prediction.ask([plan or walk.plan(at) for at, plan in enumerate(ran)])


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
            return " ".join([walk.question.text, *walk.answers])
        case Stage.NOTICING:
            texts = [each.text for each in noticed(walk.scene, walk.runs)]
            return " ".join([outcome(walk), *texts])
        case Stage.OVER:
            return " ".join([END, *(told.text for told in account(walk))])
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


class Told(NamedTuple):
    """A line of the account."""

    mark: str
    """What it begins with, below which its further lines are indented."""
    text: str


def account(walk: Walk) -> Iterator[Told]:
    """What happened in each scene that was seen to its end."""
    for at, visit in sorted(walk.visits.items()):
        yield from _of_scene(at + 1, walk.scenes[at], visit)
    if guessed := score(walk):
        yield Told("", guessed)


def _of_scene(number: int, scene: Scene, visit: Visit) -> Iterator[Told]:
    runs, question = visit.runs, visit.question
    yield Told(f"{number:>2}. ", f"{scene.title}: {'; '.join(lasted(scene, runs))}.")
    yield Told("    ", f"{question.text} {answered(scene, question, runs, visit.guess)}")
    for each in noticed(scene, runs):
        yield Told("    - ", each.text)
