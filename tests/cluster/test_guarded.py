"""Plugins reach workers whatever these have, and keep none from starting."""

from __future__ import annotations

import pickle
import sys

import pytest

pytest.importorskip("distributed", reason="needs the extra: pip install 'concviz[dask]'")

from distributed.diagnostics.plugin import NannyPlugin, WorkerPlugin
from distributed.protocol.pickle import dumps

from concviz.cluster.machine import Machine
from concviz.cluster.nanny_plugin import ObservingPlugin
from concviz.cluster.parent import Watch
from concviz.cluster.watching_plugin import WatchingPlugin

HERE = Machine("boot", "time", "pid", "here")
WATCH = Watch("session", 50.0, (HERE, HERE))


def test_a_plugin_is_what_it_was_where_concviz_is_installed() -> None:
    found = pickle.loads(dumps(WatchingPlugin(WATCH, "topic")))
    assert type(found) is WatchingPlugin
    assert found.__dict__ == WatchingPlugin(WATCH, "topic").__dict__
    assert type(pickle.loads(dumps(ObservingPlugin(WATCH, "topic")))) is ObservingPlugin


def test_elsewhere_it_is_one_that_does_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = dumps(WatchingPlugin(WATCH, "t")), dumps(ObservingPlugin(WATCH, "t"))
    for name in "watching_plugin", "nanny_plugin":
        monkeypatch.setitem(sys.modules, f"concviz.cluster.{name}", None)  # cannot be imported
    assert [type(pickle.loads(each)) for each in packed] == [WorkerPlugin, NannyPlugin]
