"""A headless Chromium, driven over a pipe by its own protocol: real mouse, wheel and keys."""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"),
    *("--remote-debugging-pipe", "--hide-scrollbars", "--mute-audio", "--no-first-run"),
    *("--disable-extensions", "--disable-background-networking", "--disable-component-update"),
)


PATIENCE_S = 60
"""On a machine that has other things to do."""


def found() -> str | None:
    """The browser that is installed here."""
    named = os.environ.get("CONCVIZ_CHROMIUM")
    return named or next(filter(None, map(shutil.which, NAMES)), None)


class Browser:
    """One page in a browser of its own. Use it as a context manager."""

    def __init__(self, program: str, profile: Path, size: tuple[int, int] = (1200, 900)) -> None:
        self._from, theirs_out = os.pipe()
        theirs_in, self._to = os.pipe()
        self._read = bytearray()
        flags = [*FLAGS, f"--user-data-dir={profile}", f"--window-size={size[0]},{size[1]}"]
        # The protocol is read from descriptor 3 and written to 4.
        script = 'exec "$0" "$@" 3<&"$IN" 4>&"$OUT"'
        self._process = subprocess.Popen(
            ["/bin/bash", "-c", script, program, *flags, "about:blank"],
            env=os.environ | {"IN": str(theirs_in), "OUT": str(theirs_out)},
            pass_fds=(theirs_in, theirs_out),
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs_in)
        os.close(theirs_out)
        self._number = 0
        self._session: str | None = None
        self.told: list[Mapping[str, Any]] = []
        """Events of the protocol, as they came."""
        targets = self.ask("Target.getTargets")["targetInfos"]
        page = next(each for each in targets if each["type"] == "page")
        attach = {"targetId": page["targetId"], "flatten": True}
        self._session = self.ask("Target.attachToTarget", **attach)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.ask(f"{domain}.enable")

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, *error: object) -> None:
        self._session = None
        try:
            self.ask("Browser.close")
            self._process.wait(PATIENCE_S)
        except (RuntimeError, OSError, subprocess.TimeoutExpired):
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        os.close(self._to)
        os.close(self._from)

    def ask(self, method: str, /, **params: Any) -> Any:
        """The answer to a command. Raises RuntimeError where it is refused."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": params}
        if self._session is not None:
            message["sessionId"] = self._session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        while (answer := self._next()).get("id") != self._number:
            self.told.append(answer)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']}")
        return answer["result"]

    def _next(self) -> Mapping[str, Any]:
        while (end := self._read.find(b"\0")) < 0:
            if not select.select([self._from], [], [], PATIENCE_S)[0]:
                raise TimeoutError("the browser says nothing")
            if not (more := os.read(self._from, 1 << 16)):
                raise RuntimeError("the browser has ended")
            self._read += more
        answer: Mapping[str, Any] = json.loads(self._read[:end])
        del self._read[: end + 1]
        return answer

    def open(self, path: Path) -> None:
        """Show a file, and wait until it has been loaded."""
        self.told.clear()
        self.ask("Page.navigate", url=path.as_uri())
        while not any(each.get("method") == "Page.loadEventFired" for each in self.told):
            self.told.append(self._next())

    def run(self, script: str) -> Any:
        """The value of an expression in the page."""
        asked = {"returnByValue": True, "awaitPromise": True, "expression": script}
        answer = self.ask("Runtime.evaluate", **asked)
        if "exceptionDetails" in answer:
            raise RuntimeError(json.dumps(answer["exceptionDetails"]))
        return answer["result"].get("value")

    def drawn(self) -> None:
        """Wait until what has changed is on the screen."""
        turn = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
        self.run(turn)

    def mouse(self, kind: str, x: float, y: float, **more: Any) -> None:
        """What a person does with the mouse: "mouseMoved", "mousePressed", "mouseWheel", …"""
        self.ask("Input.dispatchMouseEvent", type=kind, x=x, y=y, **more)
        self.drawn()

    def press(self, key: str) -> None:
        """A key, down and up."""
        text = {"text": key} if len(key) == 1 else {}
        for kind in ("keyDown", "keyUp"):
            self.ask("Input.dispatchKeyEvent", type=kind, key=key, **text)
        self.drawn()

    def media(self, scheme: str) -> None:
        """Prefer "dark" or "light" from now on."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.ask("Emulation.setEmulatedMedia", features=features)
        self.drawn()

    def picture(self, whole: bool = False) -> bytes:
        """The page as PNG."""
        answer = self.ask("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        return base64.b64decode(answer["data"])

    @property
    def complaints(self) -> list[str]:
        """Errors in the console, and what the page tried to load but itself."""
        said = []
        for each in self.told:
            params = each.get("params", {})
            match each.get("method"):
                case "Runtime.exceptionThrown":
                    said.append(json.dumps(params["exceptionDetails"])[:500])
                case "Log.entryAdded":
                    said.append(params["entry"]["text"])
                case "Network.requestWillBeSent":
                    url = params["request"]["url"]
                    if not url.startswith("file:"):
                        said.append(f"asked for {url}")
        return said
