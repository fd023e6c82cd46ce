PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
SPARK := $(VENV)/.spark
BENCH := $(VENV)/.bench
DEMO := build/demo
PIP := $(BIN)/python -m pip install --quiet --constraint constraints.txt
PYTEST := $(BIN)/pytest --numprocesses auto --dist loadfile --durations 10
EDITABLE := $(PIP) --config-settings editable_mode=strict --editable

.PHONY: demo docs lock test test-slow test-all test-site test-robustness lint pictures bench bench-check bench-scale clean

# What an environment gets last: without it, one that was left half made is made anew.
$(BIN)/activate:
	$(PYTHON) -m venv --clear $(VENV)

# A strict editable install links files one by one: where one comes or goes, its folder changes, and all are linked anew.
$(INSTALLED): pyproject.toml constraints.txt $(shell find src schemas docs/. -name __pycache__ -prune -o -type d -print) | $(BIN)/activate
	$(EDITABLE) '.[dev]'
	@touch $@

# Apart from the other packages: where Spark can be imported, pandera imports all of it. Without Java its tests are skipped.
$(SPARK): constraints.txt | $(BIN)/activate
	rm -rf $(VENV)/spark
	if command -v java > /dev/null; then $(PIP) --target $(VENV)/spark pyspark && touch $@; fi

# Cut short, it may leave the library out, so that this is what the next target installs.
$(BENCH): $(INSTALLED)
	rm $(INSTALLED)
	$(EDITABLE) '.[bench]'
	@touch $(INSTALLED) $@

# In an environment of its own, with nothing but what these three commands need, of which only what they import is
# compiled.
$(DEMO)/.installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv --clear $(DEMO)
	$(DEMO)/bin/python -m pip install --quiet --no-compile --constraint constraints.txt '.[records]'
	@touch $@

demo: $(DEMO)/.installed
	$(DEMO)/bin/tumen check dataset
	$(DEMO)/bin/tumen timeline --start 2025-06-01 --end 2025-06-30
	$(DEMO)/bin/tumen show mtg-0005

# What a contributor waits for; .ci/run runs the others, too.
test: $(INSTALLED)
	$(PYTEST) -m 'not (browser or robustness or slow or spark)'

test-slow: $(INSTALLED) $(SPARK)
	$(PYTEST) -m 'slow or spark'

# On every Python of the PATH, and with the lowest and the newest packages: see noxfile.py and docs/explanation/robustness.md.
test-all: $(INSTALLED)
	$(BIN)/nox

# The explorer in a real browser; installs Chromium where it may, says what is missing where it may not.
test-site: $(INSTALLED)
	tests/support/chromium.sh
	$(BIN)/pytest -m browser
	$(BIN)/python benchmarks/first_paint.py

# Faults injected by the hundred; `python test-robustness --long` tries longer.
test-robustness: $(INSTALLED)
	tests/robustness/tools.sh
	$(BIN)/python tests/robustness

# The documentation as a site in build/docs, strictly: a link that leads nowhere is an error.
docs: $(INSTALLED)
	$(BIN)/python tools/docs_site.py

pictures: $(INSTALLED)
	$(BIN)/python tools/pictures.py

lint: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/zizmor --offline --quiet --strict-collection --collect=all action.yml .pre-commit-hooks.yaml docs/guides/workflow.yml .github
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-issue-forms .github/ISSUE_TEMPLATE/record.yml .github/ISSUE_TEMPLATE/document.yml
	if command -v actionlint > /dev/null; then actionlint; else echo "actionlint is not on the PATH, so that workflows are checked without it."; fi

bench: $(INSTALLED)
	$(BIN)/python benchmarks/load.py
	$(BIN)/python benchmarks/check.py
	$(BIN)/python benchmarks/steps.py
	$(BIN)/python benchmarks/views.py

bench-check: $(BENCH)
	$(BIN)/python benchmarks/frames.py

# Every command over 10,000 and over 100,000 records; some ten minutes of processor time.
bench-scale: $(INSTALLED)
	$(BIN)/python benchmarks/scale.py

# The versions in constraints.txt: kept, with what is new added. `make lock UPGRADE=1` takes the newest.
lock: $(INSTALLED)
	$(BIN)/python tools/lock.py $(if $(UPGRADE),--upgrade)

clean:
	rm -rf $(VENV) .nox build dist *.egg-info
