# Everything a newcomer types. Needs Python >= 3.11 and make; the rest is installed into .venv
# from requirements.lock (versions and hashes).
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: setup demo test check lint types imports docs lock judges clean

setup: $(VENV)/.ready

$(VENV)/.ready: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Palimpsest needs Python 3.11 or later: make PYTHON=python3.11 ...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	mkdir -p .root && ln -sfn .. .root/palimpsest  # where mypy finds the checkout under its package name
	touch $@

demo: setup
	$(BIN)/palimpsest demo

test: setup
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

check: setup lint types imports test docs

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup
	$(BIN)/mypy

imports: setup
	$(BIN)/lint-imports

docs: setup
	$(BIN)/python docs/build.py --check

# pywb and cdxj-indexer, who judge the WARC files we write; in a venv of their own, none of our dependencies.
judges: .cache/judges/.ready

.cache/judges/.ready: tests/judges.txt
	rm -rf .cache/judges
	$(PYTHON) -m venv .cache/judges
	.cache/judges/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r tests/judges.txt
	touch $@

lock:
	uv pip compile --quiet --universal --python-version 3.11 --extra dev --generate-hashes --no-emit-index-url --no-emit-package palimpsest --custom-compile-command 'make lock' pyproject.toml -o requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command 'make lock' tests/judges.in -o tests/judges.txt

clean:
	rm -rf $(VENV) build *.egg-info .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
