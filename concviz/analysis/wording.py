"""How a number, a name and a list are written, the same wherever they stand. Of no run."""

from __future__ import annotations

from collections.abc import Sequence

from concviz.trace.sanitize import sanitize


def duration(seconds: float) -> str:
    """A length of time in a unit that suits it, for example "2.004 s", "12.3 ms", "85 µs"."""
    if seconds >= 100:
        return f"{seconds:,.0f} s"
    if seconds >= 0.9995:
        return f"{seconds:.{3 if seconds < 10 else 2}f} s"
    if seconds >= 0.0009995:
        return f"{seconds * 1e3:.{1 if seconds < 0.1 else 0}f} ms"
    return f"{seconds * 1e6:.0f} µs"


def percent(share: float, digits: int = 0) -> str:
    """For example "71 %"; with one digit "71.3 %"."""
    return f"{share * 100:.{digits}f} %"


def percents(low: float, high: float) -> str:
    """A range, for example "3 to 7 %"."""
    return f"{percent(low).removesuffix(' %')} to {percent(high)}"


def times(factor: float) -> str:
    """For example "1.88×"."""
    return f"{factor:.2f}×"


def size(held: int) -> str:
    """Memory in a unit that suits it, for example "18.1 MB"."""
    if held < 1e6:
        return f"{held / 1e3:.{1 if held < 1e4 else 0}f} kB"
    return f"{held / 1e9:.2f} GB" if held >= 1e9 else f"{held / 1e6:.{1 if held < 1e8 else 0}f} MB"


def roughly(seconds: float) -> str:
    """How long something will take, as far as anybody can tell: "about 40 s"."""
    if seconds < 1:
        return "about a second"
    return f"about {seconds:.0f} s" if seconds < 90 else f"about {seconds / 60:.0f} min"


def left(seconds: float) -> str:
    """What is still to come, as far as anybody can tell: "about 40 s left"."""
    return "nearly done" if seconds < 1 else f"{roughly(seconds)} left"


def capital(text: str) -> str:
    """As a sentence begins."""
    return text[:1].upper() + text[1:]


def shortened(text: str, longest: int = 60) -> str:
    """A name or an error from outside, on one line, cut where it is long."""
    text = sanitize(text)
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def listed(names: Sequence[str]) -> str:
    """For example "a, b and c"."""
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def spoken(strategy: str) -> str:
    """A strategy's id as it is said, for example "process pool"."""
    return sanitize(strategy).replace("-", " ")


def count(number: float, one: str, many: str = "") -> str:
    """For example "1 task", "1,200 tasks", "1.5 cores"; ``many`` is of a word without an s."""
    said = f"{number:,.0f}" if number == int(number) else f"{number:g}"
    return f"{said} {one if number == 1 else many or f'{one}s'}"
