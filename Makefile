# Precedent. `make report` makes the reports and the site, `make test` runs all tests;
# both install what they need into .venv on their first run and nothing on later ones.

PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
RUNTIME := .venv/.runtime-installed
DEVELOPMENT := .venv/.development-installed
# Scripts in .venv/bin name the folder they were made in, so what is run is run by python itself.
PRECEDENT := $(BIN)/python -P -m generator.cli.start
# None is compiled ahead: most modules of the packages are never imported, and the others are on first use.
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --no-compile
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" --group build pyproject.toml

# A .venv works only in the folder it was made in, and with the Python it was made with: then it finds the program
# of this folder. Where it does not, all that stands for an installation counts as not there.
FITS := $(shell $(BIN)/python -I -c 'import os, generator; print(os.path.samefile(generator.__path__[0], "generator"))' 2>/dev/null)
ifneq ($(FITS),True)
.PHONY: $(RUNTIME) .venv/bin/python
endif

# Compiled once, not in each of the hundreds of processes of the tests.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help report serve test browser lint types types-linux types-darwin golden pins mutants calendar sample calibrate bench torture audit lock clean

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' Makefile

report: $(RUNTIME)  ## make the reports and the site (ARGS="--source files:PATH" for your own prices)
	@$(PRECEDENT) report $(ARGS)

serve: $(RUNTIME)  ## show the site at http://localhost:8000 and make it again after every change (PORT=..., ARGS=...)
	@$(PRECEDENT) serve --port $(PORT) $(ARGS)

test: $(DEVELOPMENT)  ## run all tests (MARKET_DATA=PATH runs those on real prices too)
	@$(BIN)/python -m pytest -n auto --dist loadfile $(ARGS)

browser: $(DEVELOPMENT)  ## look at the pages in headless Chromium (part of make test too)
	@command -v chromium >/dev/null || { echo "These tests look at the pages in Chromium, which is not here: install it (Debian, Ubuntu: apt install chromium)."; exit 1; }
	@$(BIN)/python -m pytest tests/browser $(ARGS)

lint: $(DEVELOPMENT)  ## check style (ruff), and which room may import which (import-linter)
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/lint-imports --no-logo --no-cache

types: types-linux types-darwin  ## check types (mypy --strict), as they are on Linux and on macOS

# Each with a cache of its own: a shared one is good for the platform that was checked last.
types-linux types-darwin: types-%: $(DEVELOPMENT)
	@$(BIN)/python -m mypy --platform $* --cache-dir .mypy_cache/$*

golden: $(DEVELOPMENT)  ## write the golden edition of the sample market anew, to be read in the diff
	@$(BIN)/python -m tests.golden.refresh

pins: $(DEVELOPMENT)  ## write everything that comes out of the sample market anew, to be read in the diff
	@$(BIN)/python -m tests.pins.make

mutants: $(DEVELOPMENT)  ## plant small bugs and list those that no test notices (up to two hours)
	@$(BIN)/python -m tests.mutants.run $(ARGS)

calendar: $(DEVELOPMENT)  ## write the sessions and closing times of every exchange anew, from exchange_calendars
	@$(BIN)/python -m tests.market.exchange_tables

sample: $(DEVELOPMENT)  ## simulate the sample market anew
	@$(BIN)/python -m tools.sample_market.make

calibrate: $(DEVELOPMENT)  ## measure how often the verdict rule is wrong (an hour; MARKET_DATA=PATH for real prices)
	@$(BIN)/python -m tests.calibration.run $(ARGS)

bench: $(DEVELOPMENT)  ## measure the times and the memory that the project promises (ARGS="--part serve"; ARGS=--short)
	@$(BIN)/python -m tests.benchmarks.run $(ARGS)

torture: $(DEVELOPMENT)  ## break everything that can break, and count what survives (long; results in RELIABILITY.md)
	@$(BIN)/python -m tests.torture.run $(ARGS)

audit: $(DEVELOPMENT)  ## ask the advisory database about the locked requirements (needs the internet)
	@$(BIN)/uv tool run pip-audit --strict --require-hashes --disable-pip --requirement requirements.lock

lock: $(DEVELOPMENT)  ## bring requirements.lock and requirements-dev.lock up to date with pyproject.toml
	@$(COMPILE) --upgrade --output-file requirements.lock
	@$(COMPILE) --upgrade --group dev --constraints requirements.lock --output-file requirements-dev.lock

clean:  ## remove what the machine made: build/, site/, caches (prices/ and .venv/ stay)
	@rm -rf build site .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -not -path './.venv/*' -type d -prune -exec rm -rf {} +

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
		|| { echo "Precedent needs Python 3.11 or newer as '$(PYTHON)': install it, or run 'make PYTHON=python3.12 ...'."; exit 1; }
	@test ! -e .venv || echo "The .venv here is of another folder or another Python, or is not whole: it is made anew."
	@rm -rf .venv
	@$(PYTHON) -m venv .venv >/dev/null 2>&1 \
		|| { rm -rf .venv; echo "'$(PYTHON) -m venv' does not work here: install it (Debian, Ubuntu: apt install python3-venv)."; exit 1; }

$(RUNTIME): requirements.lock pyproject.toml | .venv/bin/python
	@echo "Installing into .venv (once) ..."
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(DEVELOPMENT): requirements-dev.lock $(RUNTIME)
	@echo "Installing the tools for tests into .venv (once) ..."
	@$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@
