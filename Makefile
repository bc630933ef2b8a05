# `make` alone lists what can be asked for. The preparation of the machine is in .ci/system.
.DEFAULT_GOAL := help
.PHONY: help run demo test check format bench long lock theme
MAKEFLAGS += --no-print-directory

ARGS ?=
PORT ?= 8000
export PORT

python := .venv/bin/python

help: ## List the commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1	\2/p' $(MAKEFILE_LIST)

run: ## Serve on http://127.0.0.1:8000 (PORT=… to change), installing what is needed
	@.ci/system run
	@exec $(python) -m flask --app wsgi serve --upgrade --with-worker

demo: ## Serve fictional data, and say how to enter (62 territories, two networks, two years)
	@.ci/system run
	@exec .ci/demo

test: ## Everything CI runs: tests, and checks beside them (ARGS="tests/core -k word" to choose)
	@.ci/system test
	@.ci/test $(ARGS)

check: ## Format, lint, imports, types, questionnaire definitions
	@.ci/system check
	@$(MAKE) checks

.PHONY: checks types definitions
checks:
	$(python) -m ruff format --check .
	$(python) -m ruff check .
	.venv/bin/lint-imports --no-cache --no-logo
	@$(MAKE) -j 2 types definitions

types:
	$(python) -m mypy

definitions:
	$(python) -m flask --app wsgi questions check

format: ## Put the code in shape
	@.ci/system check
	$(python) -m ruff check --fix .
	$(python) -m ruff format .

bench: ## Measure speed and memory
	@.ci/system test
	@$(python) -m tests.bench $(ARGS)

long: ## The long forms of the tests, then on PostgreSQL all that have an application
	@.ci/system long
	@$(python) -m pytest -n 2 -m long $(ARGS)
	@TESTS_ON=postgresql $(python) -m pytest -n 2 $(ARGS)

lock: ## Write the lock files again, with the newest versions
	@.ci/system lock

theme: ## Compile the theme again (needs Node)
	@sh static/theme/build.sh
