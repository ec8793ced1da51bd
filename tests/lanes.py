"""Run the suite as two pytest processes side by side, with the arguments given here; a marker expression behind -m narrows both.

One has all that takes the Spark session of the tests, of which there is so one; the other has the rest, with the Ray instance: about half
of the time each. The second one's output follows the first one's. The exit code is that of the first that failed.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile

LANES = ("spark", "not spark")
#: What pytest returns where no test of the lane is among those asked for.
NONE = 5


def main(arguments: list[str]) -> int:
    lanes = LANES
    if arguments[:1] == ["-m"]:
        lanes = tuple(f"{lane} and ({arguments[1]})" for lane in LANES)
        arguments = arguments[2:]
    with tempfile.TemporaryFile("w+", encoding="utf-8") as told:
        command = [sys.executable, "-m", "pytest"]
        beside = subprocess.Popen([*command, "-m", lanes[1], *arguments], stdout=told, stderr=subprocess.STDOUT)
        try:
            print(f"tests: {lanes[0]}", flush=True)
            codes = [subprocess.run([*command, "-m", lanes[0], *arguments], check=False).returncode, beside.wait()]
        finally:
            beside.terminate()
        told.seek(0)
        print(f"\ntests: {lanes[1]}\n{told.read()}", flush=True)
    if set(codes) == {NONE}:
        return NONE
    return next((code for code in codes if code not in (0, NONE)), 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
