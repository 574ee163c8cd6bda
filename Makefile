# Two commands matter: `make run` opens the demo, `make test` proves the whole. Each does its own set-up and says so.
PORT ?= 8080
ARGS ?=
BIN := .venv/bin

.PHONY: run test check bench setup browser lock

run:
	@sh deploy/setup/environment.sh runtime
	@BARAZA_LISTEN=127.0.0.1:$(PORT) $(BIN)/baraza demo

test: browser check
	$(BIN)/python -m pytest -q --numprocesses=auto --dist=loadfile --ignore=tests/flows --ignore=tests/rules

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/baraza flows check
	$(BIN)/baraza i18n check --complete
	$(BIN)/python -m pytest -q --numprocesses=auto --dist=loadfile tests/flows tests/rules

bench: setup
	$(BIN)/python -m tests.bench $(ARGS)

browser:
	@sh deploy/setup/browser.sh

setup:
	@sh deploy/setup/environment.sh development

lock:
	@sh deploy/setup/lock.sh
