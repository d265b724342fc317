# `make start` and `make test` need Python 3.11 or newer and nothing else: the rest is installed here, in .venv.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --no-input --disable-pip-version-check -qq
LOCK   := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
          --no-header --no-annotate --no-strip-extras $(if $(UPGRADE),--upgrade)
RUN    := requirements/run.txt
TEST   := requirements/test.txt

.PHONY: help start test check format bench soak lock clean lint
.DELETE_ON_ERROR:

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /make \1\t/p' Makefile | expand -t 16

start: $(VENV)/run.stamp ## talk with Raadsmaat here, in a sample municipality (OPNIEUW=1: begin anew)
	@$(BIN)/raadsmaat demo $(if $(OPNIEUW),--opnieuw)

# In the order of their names: the slow files, that start servers, come first then, and none is left for last.
test: lint ## everything: the linters and all tests
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

check: lint ## the linters, and what of the tests is quick: no server or process of their own, fewer examples; with coverage
	@$(BIN)/python -m pytest -n 2 --dist loadfile -m "not wire and not exhaustive" \
	  --hypothesis-profile=quick --cov --cov-report=term

format: $(VENV)/test.stamp ## put the code in the shape that `make check` wants
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format .

bench: $(VENV)/test.stamp ## measure speed, memory and start-up
	@$(BIN)/python -m bench

soak: $(VENV)/test.stamp ## kill it at random moments for a long time, and count what was lost or doubled
	@$(BIN)/python -m bench.soak

lock: $(BIN)/pip ## write requirements/ again after a change of pyproject.toml (UPGRADE=1: newest versions)
	@$(BIN)/uv --version >/dev/null 2>&1 || $(PIP) install uv
	@$(LOCK) --group dev pyproject.toml -o $(TEST)
	@printf '%s\n' editables hatchling | $(LOCK) -c $(TEST) pyproject.toml - -o $(RUN)

clean: ## remove what can be made again; data/ stays
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage* dist
	@find . -name __pycache__ -prune -exec rm -rf {} +

lint: $(VENV)/test.stamp
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

# pip gets no standard input: what is piped into `make start` is for the conversation.
$(BIN)/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "Raadsmaat needs Python 3.11 or newer, and $(PYTHON) is not. Name one: make start PYTHON=python3.12" >&2; \
	    exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "Python's module venv is missing. On Debian and Ubuntu it is the package python3-venv." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) </dev/null

$(VENV)/%.stamp: requirements/%.txt pyproject.toml | $(BIN)/pip
	@echo "Installing what Raadsmaat needs, in $(VENV). This is done once and takes about a minute." >&2
	@{ $(PIP) install --require-hashes -r $< && $(PIP) install --no-deps --no-build-isolation -e .; } </dev/null || \
	  { echo "The installation failed; the reason is above. Without a connection to the internet it cannot be done." >&2; \
	    exit 1; }
	@touch $@
