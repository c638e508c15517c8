# The commands of users and developers. They need Python 3.11 to 3.13, make and a package registry.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Twice two cores: many tests wait, for servers that are away or processes that start.
JOBS ?= 4
# Set in many containers; uv installs no compiled modules, so each process would compile all that it imports.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo test crawl deploy check crash-test chaos audit fuzz bench bench-check bench-quick release lock clean

help:  ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-11s %s\n", $$1, $$2}'

demo: $(VENV)/.site  ## crawl a mock of the site, and publish it; nothing leaves this machine
	@$(BIN)/python -m tests.mocksite.demo

crawl: $(VENV)/.runtime  ## crawl the real site, politely: articles, then their pictures and files
	$(BIN)/scrapy crawl commentary; code=$$?; test $$code -eq 130 || test $$code -eq 4 || $(BIN)/scrapy crawl media; exit $$code

test: $(VENV)/.development check  ## types, style, and every test
	@scripts/install-test-packages
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder

deploy: $(VENV)/.development  ## deploy to the Scrapyd server that scrapy.cfg names (TARGET=name: to [deploy:name])
	$(BIN)/scrapy deploy $(TARGET)

crash-test: $(VENV)/.development  ## kill crawls of 2,000 articles at 20 random moments (some minutes)
	CRASH_ARTICLES=2000 CRASH_POINTS=20 $(BIN)/python -m pytest -n $(JOBS) tests/test_crash.py

chaos: $(VENV)/.development  ## play every fault of a site, and write the table of docs/reliability.md
	@rm -rf .chaos
	CHAOS_RESULTS=$(CURDIR)/.chaos $(BIN)/python -m pytest -n $(JOBS) tests/chaos
	@$(BIN)/python -m tests.chaos.table .chaos docs/reliability.md && rm -rf .chaos

audit: $(VENV)/.development  ## known vulnerabilities of the packages (AUDIT_OPTIONS="--ignore-vuln ID": one that can wait)
	$(BIN)/python -m pip_audit -r requirements.txt --disable-pip --no-deps --progress-spinner off $(AUDIT_OPTIONS)

fuzz: $(VENV)/.development  ## search bodies and pages that are read wrong (FUZZ_BODIES=20000 FUZZ_SEED= FUZZ_SECONDS=60)
	$(BIN)/uv pip install --quiet --python $(BIN)/python -r pyproject.toml --extra fuzz
	$(BIN)/python -m fuzzing.bodies
	$(BIN)/python -m fuzzing.page_reader $(or $(FUZZ_SECONDS),60)

bench: $(VENV)/.bench  ## measure everything (10 minutes on two idle cores), and write docs/benchmarks.md
	$(BIN)/python -m benchmarks --write

bench-check: $(VENV)/.bench  ## measure everything, and fail if a figure is below its floor
	$(BIN)/python -m benchmarks --check

bench-quick: $(VENV)/.development  ## count function calls, in seconds: the same on every machine
	$(BIN)/python -m benchmarks --check quick

release:  ## before a version is tagged: every test, and every figure above its floor
	.ci/run
	@$(MAKE) bench-check

check: $(VENV)/.development  ## types and style only
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

lock: $(VENV)/.development  ## write the locked requirements anew from pyproject.toml
	$(BIN)/uv pip compile --universal --python-version 3.11 --quiet --upgrade \
		--custom-compile-command "make lock" pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile --universal --python-version 3.11 --quiet --upgrade --extra dev -c requirements.txt \
		--custom-compile-command "make lock" pyproject.toml -o requirements-dev.txt

clean:  ## remove the environment and the demo's files; data/ stays
	rm -rf $(VENV) demo

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "sassspider needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)

# uv installs in a third of pip's time. It does not read pip.conf: where that names the registry, pip does it.
$(BIN)/uv: | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet -c requirements-dev.txt uv

$(VENV)/.runtime: requirements.txt | $(BIN)/uv
	$(BIN)/uv pip install --quiet --python $(BIN)/python -r $< || $(BIN)/python -m pip install --quiet -r $<
	@touch $@

$(VENV)/.development: requirements-dev.txt | $(BIN)/uv
	$(BIN)/uv pip install --quiet --python $(BIN)/python -r $< || $(BIN)/python -m pip install --quiet -r $<
	@touch $@ $(VENV)/.runtime

$(VENV)/.site: pyproject.toml $(VENV)/.runtime
	$(BIN)/uv pip install --quiet --python $(BIN)/python -c requirements-dev.txt -r $< --extra site \
		|| $(BIN)/python -m pip install --quiet -c requirements-dev.txt jinja2 'pagefind[extended]' python-slugify
	@touch $@

$(VENV)/.bench: pyproject.toml $(VENV)/.development
	$(BIN)/uv pip install --quiet --python $(BIN)/python -c requirements-dev.txt -r $< --extra bench
	@touch $@
