"""What tasks are called, and doing something around calls without being on the stack."""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concviz.hooks import calls
from concviz.hooks.around import (
    NotingCall,
    NotingMethod,
    locals_of,
    looking_up,
    noting_items,
    noting_result,
)


@pytest.fixture(scope="module", autouse=True)
def known() -> None:
    calls.install()


def fetch(*args: object, **kwargs: object) -> None:
    pass


def _chunk(function: object, batch: tuple[int, ...]) -> None:
    pass


class Batch:
    def __init__(self, *numbers: int) -> None:
        self.numbers = numbers

    def __call__(self) -> None:
        pass


def test_the_function_within_is_shown() -> None:
    assert calls.call_told(fetch, (3, "a"), {}) == ("fetch(3, 'a')", 1)
    partial = functools.partial(fetch, 1, word="x")
    assert calls.call_told(partial, (), {"more": None}) == ("fetch(1, word='x', more=None)", 1)
    nested = functools.partial(functools.partial(fetch, 1), 2)
    assert calls.call_told(nested, (), None) == ("fetch(1, 2)", 1)
    assert calls.call_told(len, ([1],), {}) == ("len([1])", 1)


def test_calls_through_a_context_are_those_of_asyncio() -> None:
    import contextvars

    run = contextvars.copy_context().run
    assert calls.call_told(functools.partial(run, fetch, 7), (), {}) == ("fetch(7)", 1)


def test_chunks_are_called_by_their_first_and_last() -> None:
    calls.in_chunks(
        _chunk,
        lambda _, args: (
            (args[0], args[1][:1], None),
            (args[0], args[1][-1:], None),
            len(args[1]),
        ),
    )
    assert calls.call_told(_chunk, (fetch, (1, 2, 3)), {}) == ("fetch(1) … fetch(3)", 3)
    assert calls.call_told(_chunk, (fetch, (1,)), {}) == ("fetch(1)", 1)
    calls.in_chunks(
        Batch,
        lambda batch, _: (
            (fetch, batch.numbers[:1], None),
            (fetch, batch.numbers[-1:], None),
            len(batch.numbers),
        ),
    )
    assert calls.call_told(functools.partial(Batch(4, 5)), (), {}) == ("fetch(4) … fetch(5)", 2)


@given(st.none() | st.integers(0, 1 << 63))
def test_a_call_that_is_told_by_its_number_is_named_as_others(argument: int | None) -> None:
    args = () if argument is None else (argument,)
    told = "" if argument is None else argument
    assert calls.call_told(fetch, args, {}) == (f"{calls.name_of_call(fetch)}({told})", 1)


def test_what_a_number_does_not_say_is_told_in_words() -> None:
    calls.in_chunks(_chunk, lambda _, args: ((args[0], (), None), (args[0], (), None), 2))
    for function in (_chunk, len, Batch(1, 2), functools.partial(fetch, 1), lambda: None):
        named = calls.name_of_call(function)
        assert not named or named == "<lambda>", function


def _stack() -> list[str]:
    frame = sys._getframe(1)
    names = []
    while frame is not None and frame.f_code.co_name != "observed":
        names.append(frame.f_code.co_name)
        frame = frame.f_back  # type: ignore[assignment]
    return names


def test_nothing_of_ours_is_on_the_stack_of_what_is_noted() -> None:
    noted: list[object] = []

    def note(what: object = "called") -> object:
        noted.append(what)
        return what

    def call() -> list[str]:
        return _stack()

    def generate() -> Iterator[list[str]]:
        yield _stack()

    class Owner:
        def method(self, number: int) -> tuple[int, list[str]]:
            return number, _stack()

    Owner.method = NotingMethod(Owner.method, note)  # type: ignore[method-assign, assignment, arg-type]

    def observed() -> None:
        get = noting_result(call, note)
        assert get() == ["call"]
        assert get() == ["call"]
        assert list(noting_items(generate(), note)) == [["generate"]]
        assert NotingCall(lambda x: (x, _stack()), note)(3) == (3, ["<lambda>"])  # type: ignore[arg-type]
        assert Owner().method(4) == (4, ["method"])

    observed()
    assert noted == [["call"], ["call"], ["generate"], "called", "called"]


def test_what_is_raised_passes_through_none_of_our_frames() -> None:
    def failing(*_: object) -> None:
        raise KeyError(1)

    for call in (noting_result(failing, print), NotingCall(failing, lambda: None)):
        with pytest.raises(KeyError) as caught:
            call()
        assert [entry.name for entry in caught.traceback][1:] == ["failing"]
        # and it can be called again
        with pytest.raises(KeyError):
            call()


def test_a_frame_that_was_asked_keeps_nothing() -> None:
    class Big:
        pass

    import weakref

    def worker() -> object:
        big: Big | None = Big()
        seen = weakref.ref(big)
        assert locals_of(sys._getframe(), "big", "nothing") == [big, None]
        big = None
        return seen()

    assert worker() is None


def test_a_method_finds_what_is_given_where_it_looks_up_an_attribute() -> None:
    class Door:
        def __init__(self) -> None:
            self.key = "key"

        def opens(self) -> str:
            return self.key

        def is_shut(self) -> str:
            return self.key

    seen: list[str] = []

    def given_to(door: Door) -> str:
        seen.extend(_stack())
        return door.key + " of ours"

    opens = Door.opens
    looking_up(Door, "opens", "key", given_to)
    observed = Door().opens
    assert (observed(), Door().is_shut()) == ("key of ours", "key")
    assert Door.opens is opens
    assert seen[:2] == ["given_to", "opens"]
    with pytest.raises(LookupError):
        looking_up(Door, "opens", "key", given_to)
