# Needs Python 3.11 or newer and make. Everything else is installed from the locks, into this directory.

PYTHON ?= python3
IN_VENV := PYTHONPATH=.:layers/box_office/python .venv/bin/python
PYTEST := .venv/bin/python -m pytest
NPM := $(IN_VENV) -m toolchain.npm
LOCK := $(IN_VENV) -m infra.registries .venv/bin/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 \
	--no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock'

# Images of containers set it, and then every process compiles again what it imports: of the CDK, cfn-lint, the tests.
unexport PYTHONDONTWRITEBYTECODE

# What is typed behind `make` reaches a command as it was typed: make would take `$30` of a reason for a variable of its own.
TYPED := ADD ADDRESS API_URL CHART DISMISS EVENT FILE LEAKED MINUTES ORDER PAID RESET_TOTP ROLE THEATER TO USED WHY
$(foreach one,$(TYPED),$(if $(filter undefined,$(origin $(one))),,$(eval override export $(one) := $$(value $(one)))))

PAGE := web/dist/index.html
# Without what is written from docs/openapi.json: checking would make the page that was built before look old.
PAGE_SOURCES := $(wildcard docs/openapi.json web/*.* web/.npmrc) \
	$(shell find web/src web/public -type f ! -path web/src/api/schema.ts)

.DEFAULT_GOAL := help
.PHONY: help install run start stop redeploy catalogue cancel-event owed settle block unblock blocked redrive check-stripe rollback on-sale \
	on-sale-over on-sale-rehearsal on-sale-reality rotate-ticket-key staff openapi stop-selling sell-again empty-bucket check web dev-web pictures test \
	test-web soak bench lint types coverage format hook lock audit \
	licences

help: ## list these commands
	@echo "Box Office. Usage: make TARGET"
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "Settings, as in 'make start AWS_PORT=4566 FAULTS=1':"
	@echo "  PYTHON=python3.12   which Python makes the environments (3.11 or newer)"
	@echo "  WEB_PORT, AWS_PORT, CACHE_PORT, CACHE_BUS_PORT, PAYMENTS_PORT, FAULTS_PORT   ports; free ones unless set"
	@echo "  STAGE=dev           the stage in AWS that an operator's command acts on; without it, the local stack"
	@echo "  FAULTS=1            a failure-injection proxy between the functions and the embedded AWS"
	@echo "  LAMBDA_WORKERS_MAX=6   environments a function may have at once; requests beyond wait in line"

install: ## install the tools (every target does so when the locks have changed)
	@$(PYTHON) -m toolchain.install

run: $(PAGE) ## deploy everything on this machine, in the foreground; Ctrl-C stops it
	@$(IN_VENV) -m local.stack run

start: $(PAGE) ## deploy everything in the background; returns when the stack is ready
	@$(IN_VENV) -m local.stack start

stop: install ## stop what `make start` or `make run` started
	@$(IN_VENV) -m local.stack stop

redeploy: $(PAGE) ## deploy the code as it is now to the running stack
	@$(IN_VENV) -m local.stack redeploy

catalogue: install ## load a plan of films and showings: make catalogue FILE=plan.json
	@$(IN_VENV) -m operations.load_catalogue "$$FILE"

cancel-event: install ## cancel a showing and refund its tickets: make cancel-event EVENT=... [USED=1]
	@$(IN_VENV) -m operations.cancel_event "$$EVENT" "$$USED"

owed: install ## list the refunds and cash that customers are owed and an operator has to give back
	@$(IN_VENV) -m operations.owed

settle: install ## record that the operator gave an order's owed money back: make settle ORDER=... WHY="..." [PAID=11.50]
	@$(IN_VENV) -m operations.settle "$$ORDER" "$$WHY" "$$PAID"

# A shell has a USER of its own: only the one that is typed behind `make` names a customer.
BLOCKED_USER = $(if $(filter command,$(origin USER)),"$$USER","")

block: install ## refuse a user or an address for a while: make block ADDRESS=...|USER=... [MINUTES=1440] [WHY="..."]
	@$(IN_VENV) -m operations.blocks block --address="$$ADDRESS" --user=$(BLOCKED_USER) --minutes="$$MINUTES" --why="$$WHY"

unblock: install ## end a block, an operator's or one that began by itself: make unblock ADDRESS=...|USER=...
	@$(IN_VENV) -m operations.blocks unblock --address="$$ADDRESS" --user=$(BLOCKED_USER)

blocked: install ## list who is blocked, until when, by whom, and why
	@$(IN_VENV) -m operations.blocks list

check-stripe: install ## ask Stripe in test mode whether it is as docs/stripe.md says: needs STRIPE_TEST_KEY
	@$(IN_VENV) -m operations.check_stripe

redrive: install ## send parked and dead-lettered messages back to their queues, after a repair
	@$(IN_VENV) -m operations.redrive

rollback: install ## put every function back to the release before: make rollback [TO=release]
	@$(IN_VENV) -m operations.rollback "$$TO"

on-sale: install ## reserve and warm capacity for an on-sale, paid by the hour: make on-sale HOLDS=2000 WARM=800 ECPU=12500000 PAYMENTS=1667
	@$(IN_VENV) -m operations.on_sale begin --holds="$(HOLDS)" --warm="$(WARM)" --ecpu="$(ECPU)" --payments="$(PAYMENTS)"

on-sale-rehearsal: install ## an on-sale in virtual time, and what it says of the stage's numbers: make on-sale-rehearsal PEOPLE=1000000
	@$(IN_VENV) -m rehearsal --people="$(PEOPLE)" --seconds="$(SECONDS)" --front="$(FRONT)" --films="$(FILMS)" \
		--showings="$(SHOWINGS)" --seats="$(SEATS)" --hot="$(HOT)" --holds="$(HOLDS)" --warm="$(WARM)" --ecpu="$(ECPU)" \
		--payments="$(PAYMENTS)" --today="$(TODAY)" --default-quotas="$(DEFAULT_QUOTAS)" --pushback="$(PUSHBACK)" \
		--quick="$(QUICK)" --stage="$(STAGE)" --seed="$(SEED)" --chart="$$CHART"

on-sale-reality: install ## a few hundred people on the running local stack, and their simulation: make on-sale-reality PEOPLE=300
	@$(IN_VENV) -m rehearsal.reality "$(PEOPLE)" "$(SECONDS)" "$(SEED)"

on-sale-over: install ## release the capacity of `make on-sale`, so that none is paid by the hour
	@$(IN_VENV) -m operations.on_sale over

rotate-ticket-key: install ## give tickets' codes a new key: make rotate-ticket-key [LEAKED=1]
	@$(IN_VENV) -m operations.rotate_ticket_key "$$LEAKED"

staff: install ## list staff, or: make staff ADD=eva@x.example ROLE=desk|gate|manager [THEATER=...]; DISMISS=, RESET_TOTP=
	@$(IN_VENV) -m operations.staff --add="$$ADD" --role="$$ROLE" --theater="$$THEATER" --dismiss="$$DISMISS" \
		--reset-totp="$$RESET_TOTP"

stop-selling: install ## refuse new holds at once; customers can still pay for what they hold
	@$(IN_VENV) -m operations.selling stop

sell-again: install ## end `make stop-selling`: customers can hold seats again
	@$(IN_VENV) -m operations.selling go

empty-bucket: install ## empty a stage's buckets, before `cdk destroy` of a stage that does not retain its data
	@$(IN_VENV) -m operations.empty_bucket

check: lint types ## run lint, format, types and tests/unit, which need no server; within a minute
	@$(IN_VENV) -m toolchain.openapi.compare
	@$(PYTEST) -q -n 2 --dist loadfile tests/unit
	@$(NPM) run check

web: $(PAGE) ## build the page, and the API's readable page beside it, into web/dist

$(PAGE): $(PAGE_SOURCES) | install
	@echo "page: building web/dist ..."
	@$(NPM) run build
	@$(IN_VENV) -m toolchain.api_reference
	@touch $@

dev-web: install ## serve the page as it is being changed: make dev-web API_URL=... (`web_url` of .local/stack.json)
	@test -n "$$API_URL" || { echo "Which box office? Type make dev-web API_URL=..., with web_url of .local/stack.json."; exit 2; }
	@$(NPM) run dev

test-web: web ## run the page's own unit tests, and the built page in a browser
	@$(NPM) run check
	@$(PYTEST) -q -p no:xdist tests/browser

pictures: web ## take the pictures of docs/page.md anew
	@PICTURES=write $(PYTEST) -q -p no:xdist tests/browser/test_pictures.py -k comes_to_be

test: web ## run every suite, the deployed stack's included
	@$(PYTEST) -n 4 --dist loadgroup --no-loadscope-reorder tests

soak: install ## run a thousand orders while every dependency fails at random for two minutes, on a stack of their own
	@STORM_ORDERS=1000 STORM_SECONDS=120 $(PYTEST) tests/e2e/test_thousand_orders.py

bench: web ## measure the budgets, print them, and write them into docs/performance.md
	@$(IN_VENV) -m tests.bench

lint: install ## ruff: rules and format
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .

types: install ## mypy, strict: half a minute at first, seconds from then on
	@.venv/bin/mypy

coverage: install ## show which lines and branches of the domain the unit suite runs
	@$(PYTEST) -q -n 2 --dist loadfile --cov=box_office.domain --cov-branch --cov-report=term-missing:skip-covered tests/unit

format: install ## let ruff format the code
	@.venv/bin/ruff check --fix .
	@.venv/bin/ruff format .

openapi: install ## write docs/openapi.json from the routes, the shapes of answers and real answers
	@$(IN_VENV) -m tests.openapi

audit: install ## look for advisories against the locked packages; fails if there are any, or if a package was not looked up
	@$(IN_VENV) -m toolchain.audit

licences: install ## write the licence of each package in a layer into docs/licences.md
	@$(IN_VENV) -m toolchain.licences

hook: ## have git run `make check` before each commit
	@set -C && printf '#!/bin/sh\nunset $$(git rev-parse --local-env-vars)\nexec make check\n' \
		> "$$(git rev-parse --git-path hooks)/pre-commit"
	@chmod +x "$$(git rev-parse --git-path hooks)/pre-commit"

lock: install ## renew the locks from the .in files (the newest versions that fit)
	@$(LOCK) --upgrade requirements.in -o requirements.txt
	@$(LOCK) --upgrade local/embedded_aws.in -o local/embedded_aws.txt
	@$(LOCK) --upgrade --constraints requirements.txt local/lambda_runtime.in -o local/lambda_runtime.txt
	@$(LOCK) --upgrade --constraints requirements.txt layers/third_party/requirements.in -o layers/third_party/requirements.txt
