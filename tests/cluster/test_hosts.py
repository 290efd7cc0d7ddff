"""What the machines of a cluster are called."""

from __future__ import annotations

import pytest

from concviz.cluster.hosts import Hosts, reached_at
from concviz.cluster.machine import Machine, this_machine

HERE = Machine("boot-a", "time:[1]", "pid:[1]", "alpha")


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("tcp://10.0.0.7:8786", "10.0.0.7"),
        ("tls://node-3.example:41003", "node-3.example"),
        ("tcp://[fe80::1]:99", "fe80::1"),
        ("10.0.0.7:8786", "10.0.0.7"),
        ("", ""),
        ("tcp://[nonsense", ""),
        ("tcp://a\x1bb:1", "a␛b"),
    ],
)
def test_a_host_is_called_as_the_cluster_reaches_it(address: str, host: str) -> None:
    assert reached_at(address) == host


def test_this_machine_has_no_name_and_is_the_same_for_all_its_processes() -> None:
    assert this_machine() == this_machine()
    assert Hosts(this_machine()).name(this_machine(), "tcp://192.168.0.5:1") == ""


def test_every_machine_has_one_name_of_its_own() -> None:
    hosts = Hosts(HERE)
    others = [
        HERE._replace(boot="boot-b", name="beta"),
        HERE._replace(boot="boot-c", name="gamma"),
        HERE._replace(boot="boot-d", name="gamma"),
        HERE._replace(pid_space="pid:[2]"),
    ]
    address = "tcp://gate.example:1"
    names = [hosts.name(machine, address) for machine in others]
    assert names[0] == "gate.example"
    assert len(set(names)) == len(names)
    assert "" not in names
    assert names == [hosts.name(machine, "tcp://elsewhere:2") for machine in others]
    assert hosts.name(HERE, address) == ""
