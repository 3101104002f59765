# The two commands: `make run` and `make test`. Each sets up what it needs first.
PYTHON ?= python3.11
VENV   := .venv
BIN    := $(VENV)/bin

# A machine whose Python 3.11 or later goes by another name: `make run PYTHON=python3`, found by itself here.
ifeq (, $(shell command -v $(PYTHON)))
PYTHON := python3
endif

.PHONY: run test lint setup docs mutation bench bench-engine bench-claims lock clean

DEMO := data/landing/demo

run: $(VENV)/.runtime $(DEMO)  ## make the demo county once, then load data/landing, build, check and publish the warehouse
	@$(BIN)/medfund run

# It appears by one rename when it is complete; remove it to do without, or to have it made anew.
$(DEMO): | $(VENV)/.runtime
	@$(BIN)/medfund demo --out $@

test: $(VENV)/.dev  ## every test, in two processes
	$(BIN)/pytest --numprocesses 2 --durations 15

lint: $(VENV)/.dev  ## ruff and sqlfluff
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/sqlfluff lint --processes 0 models tests/dbt

docs: $(VENV)/.runtime  ## the documentation of every table and column as one page; prints where it is
	$(BIN)/medfund docs

mutation: run  ## change one digit of each covered figure and count what the consistency engine notices
	$(BIN)/python -m benchmarks.mutation

bench: bench-engine bench-claims  ## how fast it is

bench-engine: run  ## the consistency engine on growing cubes, up to a million figures
	$(BIN)/python -m benchmarks.speed

bench-claims: $(VENV)/.runtime  ## ten million settlements through the whole pipeline, against the limit; needs 20 GB of disk
	$(BIN)/python -m benchmarks.claims

setup: $(VENV)/.dev

# The lock is complete, so pip need not resolve anything: --no-deps, then `pip check` proves it.
$(VENV)/.runtime: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "medfund needs Python 3.11 or later; say which: make run PYTHON=...")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing what requirements.txt locks (a minute, once) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(BIN)/python -m pip check --disable-pip-version-check
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements-dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.txt
	@$(BIN)/python -m pip check --disable-pip-version-check
	@touch $@

lock:  ## resolve requirements*.in anew; needs uv
	uv pip compile -q --no-header --generate-hashes --no-emit-index-url --python-version 3.11 requirements.in -o requirements.txt
	uv pip compile -q --no-header --generate-hashes --no-emit-index-url --python-version 3.11 requirements-dev.in -o requirements-dev.txt

clean:  ## what runs make; the virtual environment stays
	rm -rf lake warehouse target logs .prefect $(DEMO)
