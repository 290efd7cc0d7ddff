"""Found by ``site`` at the start of every Python that has this folder on PYTHONPATH."""


def _begin() -> None:
    """Put the hooks in place if somebody watches, and go out of the way."""
    import os
    import sys

    here = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120
    sys.path[:] = [folder for folder in sys.path if folder != here]
    sys.path_importer_cache.pop(here, None)
    folder = os.environ.get("CONCVIZ_WATCH")
    if folder is None or not os.path.isdir(folder):  # noqa: PTH112
        return
    hooks = os.path.dirname(here)  # noqa: PTH120
    from _frozen_importlib import module_from_spec
    from _frozen_importlib_external import spec_from_file_location

    spec = spec_from_file_location(
        "_concviz",
        f"{hooks}/__init__.py",
        submodule_search_locations=[hooks],
    )
    assert spec is not None
    assert spec.loader is not None
    before = sys.pycache_prefix, sys.dont_write_bytecode
    kept = f"{folder}/bytecode"
    if before == (None, True) and os.path.isdir(kept):  # noqa: PTH112
        sys.pycache_prefix, sys.dont_write_bytecode = kept, False
    try:
        module = sys.modules["_concviz"] = module_from_spec(spec)
        spec.loader.exec_module(module)
        from _concviz.install import install_at_start  # type: ignore[import-not-found]
    finally:
        sys.pycache_prefix, sys.dont_write_bytecode = before
    install_at_start(folder)


def _go_on() -> None:
    """Run the ``sitecustomize`` that would have been found without this one, as that would be."""
    import sys
    from _frozen_importlib import module_from_spec
    from _frozen_importlib_external import PathFinder

    spec = PathFinder.find_spec("sitecustomize")
    if spec is not None and spec.loader is not None:
        # the import system takes the module that stands here at the end
        module = sys.modules["sitecustomize"] = module_from_spec(spec)
        spec.loader.exec_module(module)


try:  # noqa: SIM105 - contextlib is perhaps not imported here
    _begin()
except Exception:
    pass
_go_on()
