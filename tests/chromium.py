"""Headless Chromium, spoken to through two pipes in its own protocol: no driver, no port, no package."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

__all__ = ["AXE", "BROWSER", "MISSING", "READY", "Tab", "browsing"]

#: MEDSLAKE_CHROMIUM names one that is not on the path.
_NAMES = (os.environ.get("MEDSLAKE_CHROMIUM", ""), "chromium", "chromium-browser", "chromium-headless-shell", "google-chrome")
BROWSER = next(filter(None, map(shutil.which, filter(None, _NAMES))), None)
MISSING = "no Chromium is installed: apt-get install chromium, or name one in MEDSLAKE_CHROMIUM"
#: What is true of a report once its samples can be asked.
READY = "document.documentElement.dataset.samples === 'there'"
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)
#: Signs that are no letters: key code and, where it has one, the text that it types.
_KEYS: dict[str, tuple[int, str]] = {"Tab": (9, ""), "Enter": (13, "\r"), " ": (32, " "), "ArrowRight": (39, ""), "ArrowLeft": (37, "")}


def _axe() -> Path | None:
    """The accessibility checker that MEDSLAKE_AXE names, else that of the package axe-core-python."""
    if named := os.environ.get("MEDSLAKE_AXE"):
        return Path(named)
    spec = find_spec("axe_core_python")
    folders = list(spec.submodule_search_locations or ()) if spec else []
    return next((path for folder in folders for path in Path(folder).rglob("axe.min.js")), None)


AXE = _axe()


class Tab:
    """One page. All calls raise RuntimeError with what the browser says."""

    def __init__(self, read: int, write: int) -> None:
        self._read, self._write, self._rest, self._number = read, write, b"", 0
        self._session, self._loads = "", 0
        self.requests: list[str] = []
        self.errors: list[str] = []
        target = self._ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self._ask(f"{domain}.enable")

    def _ask(self, method: str, **params: Any) -> dict[str, Any]:
        self._number += 1
        asked = {"id": self._number, "method": method, "params": params} | ({"sessionId": self._session} if self._session else {})
        said = json.dumps(asked).encode() + b"\0"
        while said:
            said = said[os.write(self._write, said) :]
        while True:
            told = self._next()
            if told.get("id") == self._number:
                if "error" in told:
                    raise RuntimeError(f"{method}: {told['error']['message']}")
                result: dict[str, Any] = told["result"]
                return result

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            part = os.read(self._read, 1 << 20)
            if not part:
                raise RuntimeError("the browser ended")
            self._rest += part
        message, _, self._rest = self._rest.partition(b"\0")
        told: dict[str, Any] = json.loads(message)
        event, params = told.get("method"), told.get("params", {})
        if event == "Network.requestWillBeSent" and not params["request"]["url"].startswith("blob:"):
            self.requests.append(params["request"]["url"])
        elif event == "Page.loadEventFired":
            self._loads += 1
        elif event == "Runtime.exceptionThrown":
            self.errors.append(params["exceptionDetails"].get("exception", {}).get("description", params["exceptionDetails"]["text"]))
        elif event == "Log.entryAdded" and params["entry"]["level"] == "error":
            self.errors.append(params["entry"]["text"])
        return told

    def window(self, width: int, height: int = 900, *, dark: bool = False) -> None:
        self._ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self._ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])

    def media(self, kind: str) -> None:
        """print, screen, or "" for what it is."""
        self._ask("Emulation.setEmulatedMedia", media=kind)

    def script(self, on: bool) -> None:
        self._ask("Emulation.setScriptExecutionDisabled", value=not on)

    def open(self, url: str) -> None:
        """Load it and wait for the end of loading."""
        self.requests.clear()
        # From an empty page, as a change of the fragment alone loads nothing.
        for there in ("about:blank", url):
            before = self._loads
            self._ask("Page.navigate", url=there)
            while self._loads == before:
                self._next()

    def run(self, script: str) -> Any:
        """The value of an expression, a promise's when it is kept."""
        told = self._ask("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in told:
            raise RuntimeError(told["exceptionDetails"].get("exception", {}).get("description", "the script failed"))
        return told["result"].get("value")

    def until(self, condition: str, seconds: float = 20) -> None:
        """Wait until an expression is true."""
        kept = self.run(
            f"new Promise(done => {{ const end = performance.now() + {seconds * 1000}; const look = () => {{"
            f" if ({condition}) done(true); else if (performance.now() > end) done(false); else setTimeout(look, 20); }}; look(); }})"
        )
        assert kept, condition

    def press(self, key: str, *, shift: bool = False) -> None:
        code, text = _KEYS.get(key) or (ord(key.upper()), key)
        about = {"key": key, "windowsVirtualKeyCode": code, "modifiers": 8 if shift else 0}
        self._ask("Input.dispatchKeyEvent", type="keyDown", **about, **({"text": text} if text else {}))
        self._ask("Input.dispatchKeyEvent", type="keyUp", **about)

    def write(self, text: str) -> None:
        self._ask("Input.insertText", text=text)

    def picture(self, path: Path, *, whole: bool = False, quality: int = 60) -> Path:
        """What the window shows, or the whole page, as WebP or PNG by the name's ending."""
        kind = path.suffix[1:]
        more = {"quality": quality} if kind == "webp" else {}
        told = self._ask("Page.captureScreenshot", format=kind, captureBeyondViewport=whole, **more)
        path.write_bytes(base64.b64decode(told["data"]))
        return path


@contextmanager
def browsing(folder: Path) -> Iterator[Tab]:
    """A browser with its profile in that folder, ended with the block."""
    assert BROWSER is not None
    there, back = os.pipe(), os.pipe()
    # It reads from 3 and writes to 4: both ends are moved out of the way first.
    given, taken = (fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 20) for fd in (there[0], back[1]))
    nothing = os.open(os.devnull, os.O_RDWR)
    # What it writes to 3 and 4 is no one else's: the copies are the only ones that it inherits.
    actions = [(os.POSIX_SPAWN_DUP2, nothing, 0), (os.POSIX_SPAWN_DUP2, nothing, 1), (os.POSIX_SPAWN_DUP2, nothing, 2)]
    actions += [(os.POSIX_SPAWN_DUP2, given, 3), (os.POSIX_SPAWN_DUP2, taken, 4)]
    command = [BROWSER, *_FLAGS, f"--user-data-dir={folder / 'profile'}"]
    process = os.posix_spawn(BROWSER, command, dict(os.environ), file_actions=actions, setpgroup=0)
    for fd in (there[0], back[1], given, taken, nothing):
        os.close(fd)
    try:
        yield Tab(back[0], there[1])
    finally:
        os.killpg(process, signal.SIGKILL)
        os.waitpid(process, 0)
        os.close(there[1])
        os.close(back[0])
