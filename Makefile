# Everything a person or the CI asks of this repository. `make help` prints the targets.
# One rule: nothing but a Python is needed first; every target brings its own `.venv/` up to date.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
LOCKED := $(VENV)/.locked
STAMP := $(VENV)/.installed

.PHONY: help setup up test check integration at-doors behind-doors cross-check demo drill bench tampering clean

help: ## print the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 12

setup: $(STAMP) ## install into .venv/ from the hash-pinned requirements.lock

up: setup ## start the whole platform on this machine, and keep it running
	@$(BIN)/holdfast up

# Two at a time: the larger half of the integration tests beside the checks and the other half.
test: setup ## every test: the checks and the integration tests side by side, then e2e
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=line behind-doors check at-doors
	@$(BIN)/pytest tests/e2e

integration: at-doors behind-doors ## the tests on the real parts, started by themselves

at-doors: setup
	@$(BIN)/pytest tests/integration/api

behind-doors: setup
	@$(BIN)/pytest tests/integration --ignore=tests/integration/api

check: setup ## format, lint, types, direction of imports, unit tests
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/pytest tests/unit

cross-check: setup ## let Go's own code verify a log of ours; needs Debian's golang-golang-x-mod-dev
	@test -d /usr/share/gocode/src/golang.org/x/mod || \
	  { echo "cross-check: install Debian's golang-golang-x-mod-dev first" >&2; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check \
	  --require-hashes -r tests/go_cross_check/requirements.lock
	@$(BIN)/pytest -m go tests/integration

demo: setup ## play one incident through HTTP against a running `make up`
	@$(BIN)/holdfast demo

drill: setup ## play a scripted drill against a running `make up`, and print its score
	@$(BIN)/holdfast drill

bench: setup ## measure against a floor in the same run
	@$(BIN)/python -m benchmarks
	@$(BIN)/python -m benchmarks.vendor_clocks
	@$(BIN)/python -m benchmarks.key_figures
	@$(BIN)/python -m benchmarks.deadlines
	@$(BIN)/python -m benchmarks.evidence_log

tampering: setup ## ten thousand single changes of evidence, each to be found and named
	@$(BIN)/pytest -m lengthy tests/integration/test_tampering_game.py

clean: ## remove what was installed and generated; the incidents in .holdfast/ stay
	rm -rf $(VENV) dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A name on PATH is not yet a Python that runs (version managers leave stubs), so each is asked.
$(LOCKED): requirements.lock
	@for python in python3.13 python3.12 python3.11 python3; do \
	  if $$python -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' \
	      >/dev/null 2>&1; then found=$$python; break; fi; \
	done; \
	if [ -z "$${found:-}" ]; then \
	  echo 'setup: no Python 3.11 or newer with venv was found; install one and run this again' >&2; \
	  exit 1; \
	fi; \
	echo "setup: $$($$found --version) -> $(VENV)/"; \
	$$found -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check \
	  --require-hashes -r requirements.lock
	@touch $@

$(STAMP): $(LOCKED) pyproject.toml
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check \
	  --no-deps --no-build-isolation -e .
	@touch $@
