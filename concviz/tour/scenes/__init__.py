"""The scenes of the tour, in their order; a file each."""

from concviz.tour.scene import Scene
from concviz.tour.scenes import five_in_a_loop

SCENES: tuple[Scene, ...] = (five_in_a_loop.SCENE,)
