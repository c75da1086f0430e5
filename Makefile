# Everything a person or CI needs: setup, run, test. Set-up installs into .venv and touches nothing else.
PYTHON ?= python3
BIN := .venv/bin
WORKERS ?= $(shell n=$$(nproc 2>/dev/null || echo 2); [ $$n -gt 8 ] && n=8; echo $$n)

.PHONY: setup run test test-long check fix lock accept fuzz fuzz-api properties clean

setup: .venv/.ready

.venv/.ready: requirements.lock pyproject.toml package-lock.json deploy/setup.sh
	PYTHON=$(PYTHON) sh deploy/setup.sh
	@touch $@

run: setup
	$(BIN)/hinomi demo

# Ten minutes on two processors; with `test-long` it is every test there is, and what CI runs.
test: setup check
	$(BIN)/pytest -n $(WORKERS) --dist loadgroup -m "not long"

test-long: setup
	$(BIN)/pytest -n $(WORKERS) --dist loadgroup -m long

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy

fix: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Rewrites the expected results of the sources' samples; the difference is the review.
accept: setup
	HINOMI_ACCEPT=1 $(BIN)/pytest -q src/hinomi/library/test_samples.py src/hinomi/library/notifiers/test_notifiers.py

# Bad input for every source, longer than `make test` does.
fuzz: setup
	HINOMI_FUZZ=$(or $(EXAMPLES),2000) $(BIN)/pytest -q -n 2 src/hinomi/library/test_fuzz.py \
	    src/hinomi/library/formats/jsonscan

# Every property, with more examples than `make test` tries of it.
properties: setup
	HINOMI_EXAMPLES=$(or $(EXAMPLES),500) $(BIN)/pytest -q -n $(WORKERS) -m hypothesis src

# Requests within and beyond the API's schema, more of them than `make test` sends: EXAMPLES for each operation.
fuzz-api: setup
	HINOMI_FUZZ_API=$(or $(EXAMPLES),200) $(BIN)/pytest -q -n 2 src/hinomi/console/api/test_conformance.py

lock: setup
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --extra dev --python-version 3.11 \
	    --no-header --output-file requirements.lock pyproject.toml

clean:
	rm -rf .venv build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
