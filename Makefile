# Needs Python 3.11 or newer, git and make; nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help setup demo lint test test-deep demo-backtest bench bench-scale bench-peers docs clean

help:
	@echo "make demo       set up, clean the shipped sample claims, show the report and the files"
	@echo "make demo-backtest  measure the rules against simulated remittances"
	@echo "make test       set up, lint, types, layers, tests (under five minutes)"
	@echo "make test-deep  the long tests; needs PostgreSQL, Chromium and Java 17"
	@echo "make bench      speed and memory against pyx12, and a planted defect for every rule"
	@echo "make bench-scale  how cost grows with size, processes and faults; OPTIONS=--large: up to 1 GB"
	@echo "make bench-peers  speed and detection against other programs that read 837 files (installs them)"
	@echo "make docs       the documentation site, with a page for every rule, in build/site"
	@echo "make clean      remove what these commands made"

setup: $(STAMP)

$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "edi-guard needs Python 3.11 or newer: make PYTHON=python3.12 ..."; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $(STAMP)

demo: setup
	@rm -rf demo-out
	@$(BIN)/edi-guard clean fixtures/demo --out demo-out --today 2026-11-23; \
	status=$$?; \
	echo; echo "The files are in demo-out/:"; find demo-out -type f | sort; \
	test $$status -le 1

demo-backtest: setup
	@rm -rf demo-backtest-out
	@$(BIN)/python -m edi_guard.simulation demo-backtest-out --claims 4000
	@$(BIN)/edi-guard backtest --claims demo-backtest-out/claims --remits demo-backtest-out/remits
	@$(BIN)/edi-guard backtest --claims demo-backtest-out/claims --remits demo-backtest-out/remits \
		--format html -o demo-backtest-out/backtest.html
	@echo; echo "The same with charts: demo-backtest-out/backtest.html"

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Bytecode is kept whatever the environment says: the tests start the command some thousand times.
test test-deep: export PYTHONDONTWRITEBYTECODE :=

test: lint
	$(BIN)/python -m pytest -q -n auto -m "not deep"

test-deep: setup
	$(BIN)/python -m pytest -q -n auto -m deep

bench: setup
	$(BIN)/python -m benchmarks

bench-scale: setup
	$(BIN)/python -m benchmarks.scale $(OPTIONS)

bench-peers: setup
	$(BIN)/python -m benchmarks.peers $(OPTIONS)

docs: setup
	$(BIN)/python docs/site.py

clean:
	rm -rf $(VENV) demo-out demo-backtest-out build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
