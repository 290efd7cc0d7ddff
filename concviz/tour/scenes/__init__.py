"""The scenes of the tour, in their order; a file each."""

from concviz.tour.scene import Scene
from concviz.tour.scenes import (
    choice,
    coroutines,
    crash,
    gil,
    lock,
    loop,
    memory,
    process_pool,
    processes,
    program,
    thread_pool,
    threads,
)

SCENES: tuple[Scene, ...] = (
    program.SCENE,
    loop.SCENE,
    threads.SCENE,
    thread_pool.SCENE,
    processes.SCENE,
    process_pool.SCENE,
    memory.SCENE,
    crash.SCENE,
    gil.SCENE,
    lock.SCENE,
    coroutines.SCENE,
    choice.SCENE,
)
