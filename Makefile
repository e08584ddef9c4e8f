# Everything a person does with a checkout. Needs only make and Python 3.11 or later:
# the first target that needs them makes .venv and installs the package into it.

PYTHON ?= python3
VENV ?= .venv
WORKERS ?= 2
# For test-minima and test-newest: what to run, such as TESTS=tests/formats; all without.
TESTS ?=
# Old releases of dependencies warn that others of them are newer; the documentation needs newer ones.
OLD := -W ignore::DeprecationWarning -W ignore::PendingDeprecationWarning --ignore tests/test_docs_site.py --ignore tests/test_versions.py
# The oldest dependencies have no wheels for the newest Python.
OLDEST ?= $(shell command -v python3.11 >/dev/null && python3.11 -V >/dev/null 2>&1 && echo python3.11 || echo $(PYTHON))
NEWEST ?= $(shell .ci/newest $(PYTHON))
# The date that a release carries: that of the commit.
EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null || echo 1767225600)
INPUTS ?= 20000
SEED ?= 1

BIN := $(VENV)/bin
# Stamp files: a change of pyproject.toml installs again.
MADE := $(VENV)/.made
INSTALLED := $(VENV)/.installed
INSTALLED_DEV := $(VENV)/.installed-dev
INSTALLED_DOCS := $(VENV)/.installed-docs
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

EXAMPLE := examples/moving_to_opportunity.toml
REPORT := build/moving_to_opportunity

.NOTPARALLEL:
.PHONY: help demo docs test lint unit long test-minima test-newest editor fuzz release format clean distclean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1|\2/p' $(firstword $(MAKEFILE_LIST)) | awk -F'|' '{printf "%-16s %s\n", $$1, $$2}'

demo: $(INSTALLED) ## check the Moving to Opportunity example and write its reports
	@mkdir -p build
	@rm -rf $(REPORT).html $(REPORT).tex $(REPORT)_figures $(REPORT).pdf
	$(BIN)/identcheck check $(EXAMPLE)
	@echo
	$(BIN)/identcheck report $(EXAMPLE) -o $(REPORT).html
	$(BIN)/identcheck report $(EXAMPLE) -o $(REPORT).tex
	@if { command -v latexmk || command -v pdflatex || command -v tectonic; } >/dev/null; then \
	    echo "$(BIN)/identcheck report $(EXAMPLE) -o $(REPORT).pdf"; \
	    $(BIN)/identcheck report $(EXAMPLE) -o $(REPORT).pdf || echo "No PDF: see the message above."; \
	else \
	    echo "No PDF: none of latexmk, pdflatex and tectonic is installed."; \
	fi
	@echo
	@echo "The reports:"
	@for kind in html tex pdf; do if [ -e $(REPORT).$$kind ]; then echo "  $(CURDIR)/$(REPORT).$$kind"; fi; done

docs: $(INSTALLED_DOCS) ## build the documentation site, build/docs/index.html; with the editor in it where Node is
	$(BIN)/python -m sphinx -q -W --keep-going -n -E -b html -d build/doctrees docs build/docs
	@echo "The site: $(CURDIR)/build/docs/index.html"

test: lint unit ## run every check: style, types, import layers, tests, documents

lint: $(INSTALLED_DEV) ## ruff, mypy and the import layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

unit: $(INSTALLED_DEV) ## the tests and the code in README.md and docs/
	$(BIN)/python -m pytest -n $(WORKERS)

long: $(INSTALLED_DEV) ## the tests with many more random designs, and every document and page
	IDENTCHECK_LONG=1 $(BIN)/python -m pytest -n $(WORKERS)

test-minima: ## the tests on the oldest dependencies that pyproject.toml allows, in an environment of its own
	@$(MAKE) --no-print-directory $(VENV)-minima/.made VENV=$(VENV)-minima PYTHON=$(OLDEST)
	@mkdir -p build
	$(VENV)-minima/bin/python tests/minima.py > build/minima.txt
	$(VENV)-minima/bin/python -m pip --disable-pip-version-check --quiet install --constraint build/minima.txt --editable '.[test]'
	$(VENV)-minima/bin/python -m pytest -n $(WORKERS) -p no:cacheprovider $(OLD) $(TESTS)

test-newest: ## the tests on the newest Python there is, in an environment of its own
	@$(MAKE) --no-print-directory $(VENV)-newest/.made VENV=$(VENV)-newest PYTHON=$(NEWEST)
	$(VENV)-newest/bin/python -m pip --disable-pip-version-check --quiet install --editable '.[dev]'
	$(VENV)-newest/bin/python -m pytest -n $(WORKERS) -p no:cacheprovider $(TESTS)

editor: ## build the page of the editor from editor/; needs Node and npm
	cd editor && npm ci --silent && npm run --silent build

fuzz: $(INSTALLED_DEV) ## look for inputs that break something: make fuzz INPUTS=500000 SECONDS=600 SEED=2
	$(BIN)/python -m tests.fuzz.run --inputs $(INPUTS) --seed $(SEED) $(if $(SECONDS),--seconds $(SECONDS))

release: $(INSTALLED_DEV) ## sdist, wheel and bill of materials, in dist/
	rm -rf dist
	SOURCE_DATE_EPOCH=$(EPOCH) $(BIN)/python -m build --no-isolation --outdir dist . >/dev/null
	SOURCE_DATE_EPOCH=$(EPOCH) $(BIN)/python release/bill.py dist/*.whl
	@ls -l dist

format: $(INSTALLED_DEV) ## fix style and layout where ruff can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean: ## remove reports, built packages and caches
	rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +

distclean: clean ## remove the virtual environment too
	rm -rf $(VENV) $(VENV)-minima $(VENV)-newest

$(MADE):
	@command -v $(PYTHON) >/dev/null || { \
	    echo "make: no '$(PYTHON)' here; install Python 3.11 or later, or name one: make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "make: '$(PYTHON)' is `$(PYTHON) --version 2>&1`, and identcheck needs 3.11 or later;" \
	    "name another: make PYTHON=python3.11"; exit 1; }
	@echo "Making $(VENV)"
	@$(PYTHON) -m venv $(VENV) || { \
	    echo "make: no virtual environment could be made (on Debian and Ubuntu: apt install python3-venv)"; exit 1; }
	@touch $@

$(INSTALLED): $(MADE) pyproject.toml
	@echo "Installing identcheck into $(VENV)"
	@$(PIP) install --editable '.[plots]'
	@touch $@

$(INSTALLED_DOCS): $(MADE) pyproject.toml
	@echo "Installing identcheck and what builds its documentation into $(VENV)"
	@$(PIP) install --editable '.[docs]'
	@touch $(INSTALLED) $@

$(INSTALLED_DEV): $(MADE) pyproject.toml
	@echo "Installing identcheck and the test tools into $(VENV)"
	@$(PIP) install --editable '.[dev]'
	@touch $(INSTALLED) $(INSTALLED_DOCS) $@
