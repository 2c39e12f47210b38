# Rapport. "make" alone lists what it can do.

PORT ?= 8000
LMS_PORT ?= 8001
FRESH ?=
T ?=
# Half as many again as there are processors: much of a test is waiting for programs and pages.
J ?= $(shell n=$$(getconf _NPROCESSORS_ONLN); echo $$((n + n / 2)))
NEW ?=

BIN := .venv/bin
CODE := hatch_build.py lti_app tests $(wildcard benchmarks migrations)
# What an installed environment depends on; anything newer than its stamp installs again.
WORDS := lti_app/translations
CATALOGUES := $(wildcard $(WORDS)/*/LC_MESSAGES/messages.po)
INPUTS := .ci/venv pyproject.toml constraints.txt hatch_build.py package.json package-lock.json \
  $(shell find lti_app/static_src -type f) $(CATALOGUES)
# An environment for the tests runs the product too.
RUN := $(or $(wildcard .venv/installed-dev),.venv/installed-run)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test lint fmt types coverage assets messages constraints clean
export MAKECMDGOALS
# Tests start many programs; each would compile all of its modules again.
unexport PYTHONDONTWRITEBYTECODE

help: ## show this list
	@echo "Rapport: make TARGET"
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' Makefile

demo: $(RUN) ## tool and sandbox LMS, ready to click [PORT=8000 LMS_PORT=8001 FRESH=1]
	@$(BIN)/rapport demo --port $(PORT) --lms-port $(LMS_PORT) $(if $(FRESH),--fresh)

ifeq ($(T),)
test: lint ## all checks and all tests, or only some tests [T=tests/core J=2]
	$(BIN)/pytest -n $(J) --dist loadfile --no-loadscope-reorder
else
test: .venv/installed-dev
	$(BIN)/pytest $(T)
endif

lint: types ## style, types, import contracts, templates
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check --quiet $(CODE)
	$(BIN)/lint-imports
	$(BIN)/djlint templates --lint --quiet

types: .venv/installed-dev ## types alone
	$(BIN)/mypy --num-workers auto $(CODE)

fmt: .venv/installed-dev ## lay out the code and sort its imports
	$(BIN)/ruff format $(CODE)
	$(BIN)/ruff check --fix $(CODE)

coverage: .venv/installed-dev ## tests with a report of the lines they miss
	$(BIN)/coverage erase
	-$(BIN)/coverage run -m pytest
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

assets: ## build the stylesheets, icons and fonts again
	@rm -rf lti_app/static/vendor
	@.ci/venv $(patsubst .venv/installed-%,%,$(RUN))

messages: .venv/installed-dev ## collect the words for translators into every catalogue [NEW=ar]
	@mkdir -p $(WORDS)
	$(BIN)/pybabel --quiet extract --mapping-file pyproject.toml --ignore-dirs '.*' \
	  --project Rapport --output-file $(WORDS)/messages.pot lti_app templates
	$(if $(NEW),$(BIN)/pybabel --quiet init --input-file $(WORDS)/messages.pot \
	  --output-dir $(WORDS) --locale $(NEW))
	$(if $(CATALOGUES),$(BIN)/pybabel --quiet update --input-file $(WORDS)/messages.pot \
	  --output-dir $(WORDS))

constraints: ## pin what a fresh installation takes today, for every extra
	@.ci/constraints

clean: ## remove the environment and everything built; var/ with its data stays
	rm -rf .venv dist lti_app/static/vendor node_modules .coverage* htmlcov mutants
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/installed-run: $(INPUTS)
	@.ci/venv run

.venv/installed-dev: $(INPUTS)
	@.ci/venv dev
