"""The scenes of the tour, in their order; a file each."""

from concviz.tour.scene import Scene
from concviz.tour.scenes import loop, thread_pool, threads

SCENES: tuple[Scene, ...] = (loop.SCENE, threads.SCENE, thread_pool.SCENE)
