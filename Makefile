# The whole manual of daily work: `make help`.

SETUP  := sh tools/setup/setup.sh
PY     := .venv/bin/python
PYTEST := $(PY) -m pytest
# Two processes fit a small machine; a stuck one gives its tests to the other.
PARALLEL := -n 2 --dist worksteal

# make serve WEB=4 WORKERS=2
WEB     ?= 2
WORKERS ?= 1

# The journey that is also played on PostgreSQL.
PG_JOURNEY = $(firstword $(wildcard tests/journeys/test_main*.py))
PG_TESTS   = $(filter-out tests/journeys/ tests/plugins/ tests/__pycache__/,$(wildcard tests/*/)) $(wildcard tests/test_*.py)

.DEFAULT_GOAL := help
.PHONY: help run serve test test-postgres check bench rows format lock clean

help: ## Montre cette liste
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | while IFS="$$(printf '\t')" read -r name what; do printf '  make %-14s %s\n' "$$name" "$$what"; done

run: ## Lance Établi et sa démonstration (PORT=8000 ; Ctrl-C arrête tout)
	@$(SETUP) run
	@exec $(PY) -m app.supervisor --leash

serve: ## Lance Établi en production, derrière un serveur mandataire (docs/operations.md)
	@$(SETUP) run
	@exec $(PY) -m app.supervisor --leash --serve --web $(WEB) --workers $(WORKERS)

test: ## Joue tous les tests sur SQLite, parcours dans le navigateur compris
	@$(SETUP) dev
	@if sh tools/setup/chromium.sh; then exec $(PYTEST) $(PARALLEL); else exec $(PYTEST) $(PARALLEL) --ignore=tests/journeys; fi

test-postgres: ## Joue les tests sur PostgreSQL (TEST_DATABASE_URL, sinon un serveur embarqué)
	@$(SETUP) dev
	@if [ -n "$(PG_JOURNEY)" ] && sh tools/setup/chromium.sh; then journey="$(PG_JOURNEY)"; fi; \
	exec $(PY) tools/setup/with_postgres.py $(PYTEST) $(PARALLEL) $(PG_TESTS) $$journey

check: ## Relit le code : style, types, étages, budgets, traductions (moins d'une minute)
	@$(SETUP) dev
	@.venv/bin/ruff check --quiet .
	@.venv/bin/mypy --no-error-summary
	@.venv/bin/lint-imports --no-cache > build/imports.log || { cat build/imports.log; exit 1; }
	@$(PYTEST) -q $(wildcard tests/test_code_base.py) tests/setup/test_settings.py

bench: ## Mesure : un objet JSON par ligne (docs/operations.md)
	@$(SETUP) dev
	@exec $(PY) -m bench

rows: ## Dit quelles lignes de la mission le dernier passage des tests a prouvées
	@$(SETUP) dev
	@exec $(PY) -m tests.plugins.rows

format: ## Met le code Python en forme
	@$(SETUP) dev
	@.venv/bin/ruff check --quiet --fix . ; .venv/bin/ruff format --quiet .

lock: ## Fige les versions dans constraints.txt (PYTHONS="python3.11 python3.12 python3.13", UPGRADE=--upgrade)
	@python3 tools/setup/lock.py $(UPGRADE) $(PYTHONS)

clean: ## Efface ce que l'installation a fait ; garde les données (var/)
	@rm -rf .venv build node_modules static/gen
