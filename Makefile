# Two commands for everyone:  make demo   make test
# For working on the project: make lint types client

# The Python that .venv is made with: any of 3.10 to 3.13, looked for unless PYTHON= names one.
PYTHON ?=
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help demo test lint types client

help:
	@echo "make demo    set up, check examples/ and convert one of them"
	@echo "make test    set up and run the tests"
	@echo
	@echo "make PYTHON=/path/to/python3.12 demo    with a Python of your choice (3.10 to 3.13)"

demo: .venv/.converter
	@scripts/demo

test: .venv/.developer
	@echo "== Running the tests (those marked 'convert' run torch and coremltools for real)"
	@$(BIN)/python -m pytest -m "not editor"

lint: .venv/.developer
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/.developer
	$(BIN)/mypy

client:
	@if command -v node >/dev/null && command -v npm >/dev/null; then \
		cd vscode-client && set -x && npm ci && npm run lint && npm run check && npm run build && npm test && npm run package; \
	else \
		echo "make client: SKIPPED, there is no Node.js here (node and npm, version 20 or newer)"; \
	fi

# Stamps: what is installed is installed again only when the pins or the metadata change.
.venv/.python:
	@python=$$(scripts/find-python $(PYTHON)) && \
	echo "== Creating .venv with $$($$python --version) ($$python)" && \
	$$python -m venv --clear .venv && \
	echo "== Upgrading pip in .venv (2 MB)" && \
	$(PIP) install --quiet --upgrade "pip>=25.1" && \
	touch $@

.venv/.converter: .venv/.python pyproject.toml constraints.txt
	@echo "== Installing coreml-preflight with torch and coremltools, as constraints.txt pins them."
	@echo "   About 220 MB to download with a CPU build of torch; a CUDA build, where pip picks one, is a few GB."
	$(PIP) install --constraint constraints.txt --editable ".[convert]"
	@# pip compiles what it copies; an editable install is left to the first run, which may not be allowed to.
	@$(BIN)/python -m compileall -q analyzers server
	@touch $@

.venv/.developer: .venv/.converter
	@echo "== Installing the test runner, the linter and the type checker (30 MB)"
	$(PIP) install --constraint constraints.txt --group dev
	@touch $@
