"""A run happens in the Python in which the lab runs: the same program, with the same flags."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.running import PATIENCE_S

CODE = """
import sys
sys.path[:] = {path!r}
from concviz.sources.local_run import LocalRun
from concviz.trace.plan import Plan
from concviz.model.run import Run

session = LocalRun(Plan(strategy="sequential", workload="flags", tasks=1))
session.wait({patience})
run = Run(session.plan)
run.apply(session.drain())
print(run.tasks.results.get(0) or run.error)
"""


@pytest.mark.usefixtures("hostile", "nothing_left")
@pytest.mark.parametrize(
    ("options", "flags", "xoptions", "warnoptions"),
    [
        ([], {}, {}, []),
        (["-I"], {"isolated": 1, "ignore_environment": 1}, {}, []),
        (["-X", "dev"], {"dev_mode": 1}, {"dev": True}, ["default"]),
        (["-W", "error::SyntaxWarning"], {}, {}, ["error::SyntaxWarning"]),
        (["-O"], {"optimize": 1}, {}, []),
        (["-X", "utf8=0"], {"utf8_mode": 0}, {"utf8": "0"}, []),
        (["-X", "anything=1", "-X", "else"], {}, {"anything": "1", "else": True}, []),
    ],
    ids=str,
)
def test_it_has_the_same_flags(
    options: list[str],
    flags: dict[str, int],
    xoptions: dict[str, object],
    warnoptions: list[str],
) -> None:
    code = CODE.format(path=sys.path, patience=PATIENCE_S)
    done = subprocess.run(
        [sys.executable, *options, "-c", code],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=True,
    )
    told = json.loads(done.stdout)
    assert told["executable"] == sys.executable
    assert {name: told["flags"][name] for name in flags} == flags
    assert told["xoptions"] == xoptions
    assert told["warnoptions"] == warnoptions
