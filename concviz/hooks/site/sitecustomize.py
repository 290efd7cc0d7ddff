"""Found by ``site`` at the start of every Python that has this folder on PYTHONPATH."""


def _begin() -> None:
    import os
    import sys

    here = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120
    sys.path[:] = [folder for folder in sys.path if folder != here]
    folder = os.environ.get("CONCVIZ_WATCH")
    if folder is None or not os.path.isdir(folder):  # noqa: PTH112
        return
    from _frozen_importlib import module_from_spec
    from _frozen_importlib_external import spec_from_file_location

    hooks = os.path.dirname(here)  # noqa: PTH120
    spec = spec_from_file_location(
        "_concviz",
        f"{hooks}/__init__.py",
        submodule_search_locations=[hooks],
    )
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules["_concviz"] = module_from_spec(spec)
    spec.loader.exec_module(module)
    from _concviz.install import install  # type: ignore[import-not-found]

    install(folder, "program")


try:  # noqa: SIM105 - contextlib is perhaps not imported here
    _begin()
except Exception:
    pass
del _begin
