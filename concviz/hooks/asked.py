"""What a program executes that was asked to tell while it runs (PEP 768), or to tell no more.

Python opens this file when the main thread of the program gets to it, perhaps long after it was
asked. So what is wanted then stands in another file, and nothing is wanted when that is gone.
"""


def _request() -> list[str]:
    """The folder to tell into, and that of the hooks; empty where nothing is wanted."""
    import os

    for place in ("/dev/shm", "/tmp"):
        try:
            descriptor = os.open(
                f"{place}/concviz-asked-{os.getpid()}", os.O_RDONLY | os.O_NOFOLLOW
            )
        except OSError:
            continue
        try:
            if os.fstat(descriptor).st_uid in (0, os.geteuid()):
                return os.read(descriptor, 8192).decode(errors="surrogateescape").split("\n")
        finally:
            os.close(descriptor)
    return []


def _answer() -> None:
    import sys

    request = _request()
    if not request:
        if "_concviz" in sys.modules:
            from _concviz.tell import end  # type: ignore[import-not-found]

            end()
        return
    folder, hooks = request
    if "_concviz" not in sys.modules:
        from _frozen_importlib import module_from_spec
        from _frozen_importlib_external import spec_from_file_location

        spec = spec_from_file_location(
            "_concviz", f"{hooks}/__init__.py", submodule_search_locations=[hooks]
        )
        assert spec is not None
        assert spec.loader is not None
        module = sys.modules["_concviz"] = module_from_spec(spec)
        spec.loader.exec_module(module)
    from _concviz.install import install_meanwhile  # type: ignore[import-not-found]

    install_meanwhile(folder)


try:  # noqa: SIM105 - contextlib is perhaps not imported here
    _answer()
except Exception:
    pass
