# Every target is a command of `python3 -m tools` or a tool of the venv; what they decide is there, not here.
PYTHON ?= python3
TOOLS := $(PYTHON) -m tools
VENV := .venv/bin/python
PYTEST := .venv/bin/python -m pytest
RPS ?= baseline
STACK ?= prod

.DEFAULT_GOAL := help
.PHONY: help tools venv doctor up status down load pulumi preview plan check cost bench surge surge-record surge-validate test lint unit live engine cluster test-tools lock clean
# Recipes print for people; two at once would mix.
.NOTPARALLEL:

help: ## this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

up: ## bring the whole platform up on this machine (first time: about 20 minutes)
	@$(TOOLS) up

status: ## the platform as it is now: services, pods, nodes, what it can carry
	@$(TOOLS) status

load: ## offer a simulated load to the local cluster: make load RPS=30000, or RPS=baseline
	@$(TOOLS) load $(RPS)

down: ## take the platform and the local cluster away; caches stay
	@$(TOOLS) down

tools: ## find or build the toolchain, nothing else
	@$(TOOLS) build

venv: ## the Python environment in .venv, from requirements.lock
	@$(TOOLS) venv

doctor: ## what is there, which version, from where, and what to do about what is missing
	@$(TOOLS) doctor

pulumi: ## pulumi for the local stack: make pulumi ARGS="preview --diff"
	@$(TOOLS) pulumi -- $(ARGS)

preview: tools venv ## what pulumi up would make of a stack from nothing, no account needed: make preview STACK=prod
	@$(TOOLS) preview "$(STACK)" -- $(ARGS)

test: tools venv test-tools lint unit live ## everything; prints what was skipped and why

plan: venv ## every number of a stack and what it follows from: make plan ARGS="-s prod --explain gateway-api"
	@$(VENV) -m ops plan $(ARGS)

surge: venv ## a rising load on the local cluster, policies side by side: make surge ARGS="--compare guide"
	@$(VENV) -m ops surge $(ARGS)

surge-record: venv ## every policy under a step and a ramp on the local cluster, for make surge-validate
	@$(VENV) -m ops surge-record $(ARGS)

surge-validate: venv ## what the wind tunnel recorded, and the simulator beside it: docs/surge/result.md, validation.md
	@$(VENV) -m ops surge-validate $(ARGS)

check: venv ## what is wrong with Kubernetes objects: make check ARGS="-f manifests/"
	@$(VENV) -m ops check $(ARGS)

cost: venv ## what a stack's nodes cost, and what would cost less: make cost ARGS="-s local"
	@$(VENV) -m ops cost $(ARGS)

bench: venv ## how fast it is, by ratios measured side by side; passes or fails nothing
	@$(VENV) -m bench $(ARGS)

lint: venv ## formatting, lint, types and who may import whom
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .
	@.venv/bin/mypy .
	@.venv/bin/lint-imports

unit: venv ## the fast tests: policy, components under mocks, tools
	@$(PYTEST) -n auto --dist worksteal -m "not engine and not cluster"

# One run of pytest for both, since they share one platform; two workers, of which one has all that runs on a cluster.
live: tools venv ## the two layers below in one go
	@$(PYTEST) -n 2 --dist loadgroup -v -m "engine or cluster"

engine: tools venv ## tests with the real Pulumi engine
	@$(PYTEST) -m engine

cluster: tools venv ## tests on the local cluster
	@$(PYTEST) -m cluster

test-tools: ## redis-server for the tests that run real Redis processes
	@$(TOOLS) test-tools

lock: venv ## write requirements.lock anew from pyproject.toml
	@$(TOOLS) lock

clean: down ## down, and remove .venv and this checkout's state; the shared cache stays
	@rm -rf .venv .headroom .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
