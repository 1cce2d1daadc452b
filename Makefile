# Every command of the project. `make help` lists them; each works from a fresh clone.
#
# HOST, PORT and DATA_DIR are read by the product itself: `make run PORT=9000` or `PORT=9000 make run`.
# ARGS goes to pytest: `make test ARGS="-k ledger"`.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
CHECK := DEMO=1 DATA_DIR=.cache/check
REQUIRED := import sys; sys.exit(sys.version_info < (3, 11) and "Tollgate needs Python 3.11 or newer; name one with PYTHON=/path/to/python3.")

.PHONY: help
help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(firstword $(MAKEFILE_LIST)) | awk 'BEGIN {FS = ":.*## "} {printf "  make %-12s %s\n", $$1, $$2}'

# --- The environment: a stamp for each lock file, so that a second call costs nothing. ----------------------------------------

$(BIN)/python:
	@"$(PYTHON)" -c '$(REQUIRED)'
	@"$(PYTHON)" -m venv .venv

.venv/.runtime: requirements.txt | $(BIN)/python
	@echo "Installing what Tollgate runs on (requirements.txt) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/.dev: requirements.txt requirements-dev.txt .venv/.runtime
	@echo "Installing what checking Tollgate needs (requirements-dev.txt) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt -r requirements-dev.txt
	@touch $@

.PHONY: setup
setup: .venv/.runtime ## Create .venv with the locked dependencies, nothing else

.PHONY: setup-dev
setup-dev: .venv/.dev ## The same with the tools for developing

# --- Running ------------------------------------------------------------------------------------------------------------------

.PHONY: run
run: setup ## Start everything with demo data; HOST, PORT, DATA_DIR change where
	@DEMO=1 exec $(BIN)/python manage.py serve

.PHONY: doc
doc: setup-dev ## Serve this documentation at http://localhost:8000; PORT changes where
	@$(BIN)/python -c 'import socket, sys; sys.exit(socket.socket().connect_ex(("127.0.0.1", int(sys.argv[1]))) == 0 \
	and f"Port {sys.argv[1]} is taken. Choose another one: make doc PORT=8001")' "$${PORT:-8000}"
	@echo "The documentation is at http://localhost:$${PORT:-8000}"
	@exec $(BIN)/mkdocs serve --quiet --dev-addr "127.0.0.1:$${PORT:-8000}"

# --- Checking -----------------------------------------------------------------------------------------------------------------

.PHONY: test
test: setup-dev ## Run every test that can run here, again on PostgreSQL, Redis and RabbitMQ where they are reachable
	@$(BIN)/python -m tests.suites test $(ARGS)

.PHONY: check
check: lint types imports migrations deploy schema documents clients test whole ## What continuous integration runs: all of the checks below and the tests

.PHONY: lint
lint: setup-dev ## Hold the code against the format and the lint rules
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .

.PHONY: types
types: setup-dev ## Check types
	@$(CHECK) $(BIN)/mypy

.PHONY: imports
imports: setup-dev ## Hold the imports against the floors and rooms of the house
	@$(BIN)/lint-imports

.PHONY: migrations
migrations: setup-dev ## Look for a model's change that has no migration
	@$(CHECK) $(BIN)/python manage.py makemigrations --check --dry-run

# The environment of a production start, with addresses where nothing listens: the check reads settings and connects to nothing.
.PHONY: deploy
deploy: setup-dev ## Run Django's deployment checks with production settings
	@env -u DEMO DATA_DIR=.cache/check SECRET_KEY="$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(48))')" \
	  PUBLIC_URL=https://tollgate.example DATABASE_URL=postgres://tollgate@127.0.0.1:1/tollgate \
	  BROKER_URL=redis://127.0.0.1:1/0 REDIS_URL=redis://127.0.0.1:1/1 STRIPE_API_KEY=sk_test_none STRIPE_WEBHOOK_SECRET=whsec_none \
	  EMAIL_URL=smtps://127.0.0.1:1 \
	  $(BIN)/python manage.py check --deploy --fail-level WARNING

.PHONY: schema
schema: setup-dev ## Compare docs/openapi.yaml with the code
	@mkdir -p .cache
	@$(CHECK) $(BIN)/python manage.py spectacular --fail-on-warn --validate --file .cache/openapi.yaml
	@diff -u docs/openapi.yaml .cache/openapi.yaml || { echo "docs/openapi.yaml is not what the code says: run make generate."; exit 1; }

.PHONY: documents
documents: setup-dev ## Compare the generated documents with the code, and build the documentation
	@$(CHECK) $(BIN)/python manage.py generate_docs --check
	@$(BIN)/mkdocs build --strict --quiet

# $(1): folder of the generated Python client, $(2): file of the generated TypeScript schema.
define write_sdk
	@rm -rf $(1) && mkdir -p $(dir $(1)) $(dir $(2))
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/openapi-python-client generate --path docs/openapi.yaml --config sdk/python/generator.yaml \
	  --output-path $(1) --meta none --fail-on-warning >/dev/null
	@sdk/typescript/node_modules/.bin/openapi-typescript docs/openapi.yaml --default-non-nullable=false --output $(2) >/dev/null 2>&1
endef

sdk/typescript/node_modules/.stamp: sdk/typescript/package.json sdk/typescript/package-lock.json
	@command -v npm >/dev/null || { echo "The TypeScript client needs Node 18 or newer with npm."; exit 1; }
	@cd sdk/typescript && npm ci --silent --no-fund --no-audit
	@touch $@

.PHONY: sdk
sdk: setup-dev sdk/typescript/node_modules/.stamp ## Write the generated parts of both clients anew from docs/openapi.yaml
	$(call write_sdk,sdk/python/src/tollgate/generated,sdk/typescript/src/schema.d.ts)

.PHONY: clients
clients: setup-dev sdk/typescript/node_modules/.stamp ## Compare the generated parts of both clients with docs/openapi.yaml
	$(call write_sdk,.cache/sdk/generated,.cache/sdk/schema.d.ts)
	@diff -r --exclude=__pycache__ sdk/python/src/tollgate/generated .cache/sdk/generated \
	  && diff sdk/typescript/src/schema.d.ts .cache/sdk/schema.d.ts \
	  || { echo "The clients are not what docs/openapi.yaml says: run make sdk."; exit 1; }

.PHONY: browser
browser: setup-dev ## Run the browser tests (Chromium; CHROMIUM names its path)
	@$(BIN)/python -m tests.suites browser $(ARGS)

.PHONY: whole
whole: setup-dev sdk/typescript/node_modules/.stamp ## Run the browser tests and those that install or start the whole product
	@$(BIN)/python -m tests.suites whole $(ARGS)

# --- Developing ---------------------------------------------------------------------------------------------------------------

.PHONY: format
format: setup-dev ## Format the code and mend what ruff can mend
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

.PHONY: bench
bench: setup-dev ## Measure intake, results and the embedded queue beside their baselines (needs PostgreSQL and Redis); ARGS="--rounds 5"
	@$(BIN)/python -m benchmarks.intake $(ARGS)
	@$(BIN)/python -m benchmarks.embedded_queue

.PHONY: generate
generate: setup-dev ## Write docs/openapi.yaml and the generated documents anew
	@$(CHECK) $(BIN)/python manage.py spectacular --fail-on-warn --validate --file docs/openapi.yaml
	@$(CHECK) $(BIN)/python manage.py generate_docs

.PHONY: lock
lock: setup-dev ## Lock the dependencies of the .in files, with hashes; ARGS=--upgrade takes newer versions
	@$(BIN)/uv pip compile --quiet --python-version 3.11 --generate-hashes --no-header --no-annotate $(ARGS) \
	  --output-file requirements.txt requirements.in
	@$(BIN)/uv pip compile --quiet --python-version 3.11 --generate-hashes --no-header --no-annotate $(ARGS) \
	  --output-file requirements-dev.txt requirements-dev.in

.PHONY: clean
clean: ## Remove what the commands above made, but for .venv and .data
	@rm -rf .cache staticfiles
	@find . -path ./.venv -prune -o -name __pycache__ -type d -print0 | xargs -0 rm -rf
