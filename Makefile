# Two commands: `make lab` opens the course, `make test` proves it. Both set up .venv first.
# Names are relative throughout, so that a clone may live in a folder with spaces in its name.

PYTHON ?=
PORT ?= 8888
SITE_PORT ?= 8000
NB ?=

RUN := .venv/bin/python
# `.ci/lowest` prints the oldest versions; /dev/null is no pins at all
CONSTRAINTS ?= constraints.txt
PIP := CONSTRAINTS='$(CONSTRAINTS)' sh .ci/install
PYTEST := $(RUN) -m pytest
DESCRIBED_BY := pyproject.toml constraints.txt

.PHONY: help lab site serve site-test test quick build install install-test lint javascript types unit nbval notebooks browser bench clean FORCE

help:
	@echo "make lab                  set up .venv (once) and open the course in JupyterLab"
	@echo "make lab PORT=9000        ... on another port"
	@echo "make lab PYTHON=python3.12    ... set up with this Python"
	@echo "make build                write course/ from solutions/"
	@echo "make build NB=01          ... this notebook alone"
	@echo "make quick                what a change breaks most often, in a minute"
	@echo "make test                 everything that the checks on GitHub run"
	@echo "make site                 write the course as a static site, to site/: nothing to install"
	@echo "make serve                open that site"
	@echo "make site-test            go through the whole course in that site, in a browser"
	@echo "make bench                measure: widgets, checks, training, grading, and their peers"
	@echo "make clean                remove .venv and node_modules"

lab: install
	@$(RUN) -m nnf_teach.cli lab --port $(PORT)

build: install-test
	@$(RUN) -m nnf_teach.cli build $(NB)

# --- Setting up ----------------------------------------------------------------------------------

install: .venv/installed
install-test: .venv/installed-test

# An environment whose Python is gone (moved, or upgraded away) is made again.
ifneq ($(shell $(RUN) -c "print(1)" 2>/dev/null),1)
.venv/installed .venv/installed-test: FORCE
endif

MAKE_VENV = if [ "$$($(RUN) -c 'print(1)' 2>/dev/null)" != 1 ]; then \
  python="$$(sh .ci/find-python '$(PYTHON)')" && "$$python" -m venv --clear .venv; fi

.venv/installed: $(DESCRIBED_BY)
	@$(MAKE_VENV)
	@echo "Installing the course into .venv (a few minutes, once) ..."
	@$(PIP) --editable .
	@touch $@

# Not compiled here: Python compiles what a test imports, which is not half of it.
.venv/installed-test: $(DESCRIBED_BY)
	@$(MAKE_VENV)
	@echo "Installing the course, and the tools for its tests, into .venv (a few minutes, once) ..."
	@$(PIP) --no-compile --editable '.[test]'
	@touch .venv/installed $@

# --- Proving -------------------------------------------------------------------------------------

# Two steps at a time, each shown when it is done: the browser's tests often wait, and what computes
# fills the gaps, nicely. `make -k test` goes on after a failure and reports them all.
STEPS := lint javascript browser types notebooks nbval site-test unit

test: install-test
	@echo "$(words $(STEPS)) steps, two at a time; each is shown when it is done: $(STEPS)"
	@$(MAKE) --no-print-directory --jobs=2 $(if $(filter output-sync,$(.FEATURES)),--output-sync) $(STEPS)

# What a sentence, a message or an exercise can break: no browser, no sandbox, no notebook that runs.
quick: lint notebooks
	$(PYTEST) -q -n 2 -m "not browser and not sandbox and not slow" \
	  --ignore-glob="tests/[bgw]*" --ignore=tests/experiments --ignore=tests/site tests

lint: install-test
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .

# Where there is no npm this is skipped in one line; NNF_REQUIRE_ALL=1 makes that a failure.
NODE_MODULES := $(if $(shell which npm 2>/dev/null),node_modules/.package-lock.json)
ifeq ($(NODE_MODULES),)
javascript:
	@echo "*** No npm was found: THE JAVASCRIPT WAS NOT CHECKED. On Debian and Ubuntu: sudo apt install npm ***" >&2
	@test "$$NNF_REQUIRE_ALL" != 1
else
javascript: $(NODE_MODULES)
	node_modules/.bin/biome ci --error-on-warnings
	node_modules/.bin/tsc
endif

node_modules/.package-lock.json: package.json package-lock.json
	@echo "Installing the tools for JavaScript into node_modules ..."
	@npm ci --loglevel=error || { echo "The installation did not finish; npm's reason is above. The same command tries again." >&2; exit 1; }
	@touch $@

types: install-test
	$(RUN) -m mypy

notebooks: install-test
	$(RUN) -m nnf_teach.cli build --check

# Two at a time, so that each gets one thread for its matrix products: more get in each other's way.
nbval unit browser site-test quick: export OPENBLAS_NUM_THREADS := 1
# Modules are compiled once for all workers, kernels and sandboxes.
notebooks nbval unit browser site-test quick: export PYTHONDONTWRITEBYTECODE :=

nbval: install-test
	NNF_STRICT=1 nice $(PYTEST) --nbval --nbval-cell-timeout=120 -n 2 --dist loadscope solutions

unit: install-test
	nice $(PYTEST) -n 2 -m "not browser" tests nnf_teach

# Where there is no Chromium these skip in one line; NNF_REQUIRE_ALL=1 makes that a failure.
browser: install-test $(NODE_MODULES)
	$(PYTEST) -n 2 --dist loadfile -m browser tests/browser

site: install-test
	@$(RUN) -m nnf_teach.cli site

serve: install-test
	@$(RUN) -m nnf_teach.cli site --serve --port $(SITE_PORT)

# The whole course, in a browser that has the site and nothing else. Skipped as `browser` is, and
# where what the site is made of can be fetched from nowhere. Before `unit`, which is content with
# what this one has fetched, and leaves it the processor: training there has limits of time.
site-test: install-test $(NODE_MODULES)
	$(PYTEST) -n 0 -m browser tests/site

# Measurements, on a machine that does nothing else.
bench: install-test
	$(RUN) -m benchmarks

clean:
	rm -rf .venv node_modules
