# The commands of the project. Each prepares the machine by itself.

PORT ?= 8000
SERVE ?= 1
BOTH ?=

.PHONY: run test check bench pictures lighthouse markup torture catalogs

## The demonstration from register to books, then the site on 127.0.0.1:$(PORT); SERVE=0 ends before.
run:
	@.ci/setup run
	@.venv/bin/flask db upgrade
	@.venv/bin/flask first-day
ifneq ($(SERVE),0)
	@echo "The site: http://127.0.0.1:$(PORT)/  (Ctrl-C ends it)"
	@exec .ci/serve --bind 127.0.0.1:$(PORT) --workers 2 --threads 4 \
		--no-control-socket --log-level warning wsgi:app
endif

## The tests, on SQLite and PostgreSQL, in two processes. Some of them in one: `pytest tests/…`.
## BOTH=1: also the variants that one engine answers for otherwise (tests/engines.py).
test:
	@.ci/setup test
	@KHATWA_BOTH_ENGINES=$(BOTH) .venv/bin/python -m pytest -n 2

## Style, types, templates, catalogs, migrations.
check:
	@.ci/setup test
	@.ci/check

## How fast, against a floor measured in the same run.
bench:
	@.ci/setup test
	@.venv/bin/python -m tests.bench

## Every page at three sizes in both languages, to be looked at: artifacts/ar-phone.png and so on.
pictures:
	@.ci/setup test
	@KHATWA_PICTURES=1 .venv/bin/python -m pytest -n 2 -m pictures

## Every kind of page in both languages, as Lighthouse sees it on a phone: some minutes.
lighthouse:
	@.ci/setup test
	@.venv/bin/python -m tests.lighthouse

## The HTML of every page that the tests of pages open, as the Nu Html Checker reads it.
markup:
	@.ci/setup test
	@.venv/bin/python -m tests.markup

## The long reliability runs: many minutes.
torture:
	@.ci/setup test
	@.venv/bin/python -m pytest -m torture

## Bring the catalogs of texts up to date with the code; then translate what is empty in the .po.
catalogs:
	@.ci/setup test
	@.venv/bin/python .ci/catalogs refresh
	@.venv/bin/python .ci/catalogs check
