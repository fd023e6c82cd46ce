PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
SPARK := $(VENV)/spark

.PHONY: demo test test-all test-site reliability lint pictures bench bench-check bench-scale clean

$(VENV):
	$(PYTHON) -m venv $(VENV)

# A strict editable install links files one by one, so that a new module asks for a new install.
$(INSTALLED): pyproject.toml constraints.txt $(wildcard schemas/*.py schemas/*/*.py schemas/examples/*.md src/tumen/*.py src/tumen/*/*.py src/tumen/plot/*.json src/tumen/site/*/* src/tumen/site/assets/vendored/*) | $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --config-settings editable_mode=strict --editable '.[dev]'
	@touch $@

# Apart from the other packages: where Spark can be imported, pandera imports all of it. Without Java its test is skipped.
$(SPARK): constraints.txt | $(VENV)
	rm -rf $@
	! command -v java > /dev/null || $(BIN)/python -m pip install --quiet --constraint constraints.txt --target $@ pyspark
	@mkdir -p $@ && touch $@

demo: $(INSTALLED)
	$(BIN)/tumen check dataset
	$(BIN)/tumen timeline --start 2025-06-01 --end 2025-06-30
	$(BIN)/tumen show mtg-0005

test: $(INSTALLED) $(SPARK)
	$(BIN)/pytest

# On every Python of the PATH, and with the lowest and the newest packages: see noxfile.py and docs/reliability.md.
test-all: $(INSTALLED)
	$(BIN)/nox

# The explorer in a real browser; installs Chromium where it may, says what is missing where it may not.
test-site: $(INSTALLED)
	tests/chromium.sh
	$(BIN)/pytest -m browser
	$(BIN)/python benchmarks/first_paint.py

# Faults injected by the hundred; `python reliability --long` tries longer.
reliability: $(INSTALLED)
	reliability/tools.sh
	$(BIN)/python reliability

pictures: $(INSTALLED)
	$(BIN)/python docs/pictures.py

lint: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(INSTALLED)
	$(BIN)/python benchmarks/load.py
	$(BIN)/python benchmarks/check.py
	$(BIN)/python benchmarks/steps.py
	$(BIN)/python benchmarks/views.py

bench-check: $(INSTALLED)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[bench]' --config-settings editable_mode=strict
	$(BIN)/python benchmarks/frames.py

# Every command over 10,000 and over 100,000 records; some ten minutes of processor time.
bench-scale: $(INSTALLED)
	$(BIN)/python benchmarks/scale.py

clean:
	rm -rf $(VENV) build dist *.egg-info
