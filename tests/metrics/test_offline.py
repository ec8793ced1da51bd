"""No network and no data download: the words of six languages come from installed packages, loaded only where a task needs them."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

CHILD = """
import json, socket, sys

def refuse(*_, **__):
    raise OSError("no network here")

socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
from medslake import registry
from medslake.metrics.base import Pair

def loaded():
    return sorted({name for name in ("jieba", "janome", "nltk") if name in sys.modules})

seen = {"mcqa": None}
registry.get("metric", "mcqa").paper([Pair("A", "A")])
seen["mcqa"] = loaded()
rationale = registry.get("metric", "rationale")
for language, text in {"en": "Dr. Smith left. He's well.", "zh": "患者发烧", "ja": "患者は発熱した"}.items():
    values = [side([Pair(text, text, language=language)]).values for side in (rationale.paper, rationale.strict)]
    assert values[0]["bleu1"] == 100 and round(values[1]["rougeL"], 6) == 100, values
    seen[language] = loaded()
print(json.dumps(seen))
"""


@pytest.mark.process
def test_words_need_no_network_and_no_download() -> None:
    # An empty home: whatever a package kept there before does not help.
    environment = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "NLTK_DATA": "/nonexistent"}
    told = subprocess.run([sys.executable, "-c", CHILD], capture_output=True, text=True, env=environment, timeout=300, check=False)
    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout) == {
        "mcqa": [],
        "en": ["nltk"],
        "zh": ["jieba", "nltk"],
        "ja": ["janome", "jieba", "nltk"],
    }
