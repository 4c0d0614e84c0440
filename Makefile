# One word per task; `make help` lists them.
PYTHON ?= python3
CORPUS ?= corpora/sample
OUT ?=
EXTRAS ?= dev
VENV := .venv
BIN := $(VENV)/bin
POLITIKSPUR := $(BIN)/politikspur
TESTS := $(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist worksteal
# Without --no-compile all 25,000 files are compiled; Python compiles those that it imports, and keeps them.
unexport PYTHONDONTWRITEBYTECODE
PIP := $(BIN)/pip --disable-pip-version-check install --quiet --no-compile

.DEFAULT_GOAL := help
.PHONY: help setup fetch run test cluster quick check evaluate report serve tabulate track train bench readme clean read tag link query runs

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(VENV)/.installed ## install politikspur into .venv

$(VENV)/.installed: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "politikspur needs Python 3.11 or newer: make PYTHON=python3.12 …")'
	test -x $(BIN)/python -a -x $(BIN)/pip || $(PYTHON) -m venv $(VENV)
	@echo "Installing (a few minutes, once) …"
	$(PIP) --editable .
	@touch $@

$(VENV)/.developing: $(VENV)/.installed
	$(PIP) --editable '.[$(EXTRAS)]'
	@touch $@

fetch: setup ## download public documents: make fetch FROM=corpora/federal, or FROM="dip --period 20 --title Cluster"
	@$(POLITIKSPUR) fetch $(or $(FROM),corpora/federal) $(if $(OUT),--to "$(OUT)")

run: setup ## turn the documents of CORPUS into tables and a report: make run CORPUS="/any/folder"
	@$(POLITIKSPUR) run "$(CORPUS)" $(if $(OUT),--out "$(OUT)")

read: setup ## print the text of a document: make read FILE=paper.pdf PAGES=3,5-9
	@$(POLITIKSPUR) read "$(FILE)" $(if $(PAGES),--pages "$(PAGES)")

tag: setup ## label sentences: make tag IN=sentences.jsonl OUT=tagged.jsonl
	@$(POLITIKSPUR) tag --in "$(IN)" --out "$(OUT)"

link: setup ## assign concepts and periods to mentions: make link IN=cases.jsonl OUT=linked.jsonl
	@$(POLITIKSPUR) link --in "$(IN)" --out "$(OUT)"

query: setup ## query the tables with SQL: make query OUT=build/sample SQL="select * from concepts limit 5"
	@$(POLITIKSPUR) query "$(or $(OUT),build/sample)" "$(SQL)"

runs: setup ## list the runs behind an output folder: make runs OUT=build/sample
	@$(POLITIKSPUR) runs "$(or $(OUT),build/sample)"

tabulate: run ## make the tables of CORPUS, as run does, which goes on to trends and report

track: setup ## recompute trends from the tables: make track OUT=build/sample
	@$(POLITIKSPUR) track "$(or $(OUT),build/sample)"

report: setup ## rewrite the report: make report OUT=build/sample
	@$(POLITIKSPUR) report "$(or $(OUT),build/sample)"

serve: setup ## start the explorer, in the browser of this computer: make serve OUT=build/sample
	@$(POLITIKSPUR) serve "$(or $(OUT),build/sample)"

evaluate: setup ## evaluate the shipped tagger on reference labels: make evaluate GOLD=references.jsonl
	@$(POLITIKSPUR) evaluate $(if $(GOLD),--gold "$(GOLD)")

test: $(VENV)/.developing ## run all tests
	$(TESTS) -m "not cluster"

cluster: $(VENV)/.developing ## run the tests that remove and add machines of a local Ray cluster
	$(PIP) --editable '.[cluster]'
	$(BIN)/python -m pytest -m cluster

quick: $(VENV)/.developing ## run the fast tests only
	$(TESTS) -m "not slow and not cluster"

check: $(VENV)/.developing ## check format, lint, types and import contracts, changing nothing
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

train: $(VENV)/.installed ## train a tagger on labelled sentences: make train CONFIG=models/tagger/train.toml OUT=build/tagger
	$(PIP) --editable '.[train]'
	@$(POLITIKSPUR) train "$(or $(CONFIG),models/tagger/train.toml)" --out "$(or $(OUT),build/tagger)"

bench: $(VENV)/.developing ## compare PDF readers: make bench, or on your own PDFs: PDF=folder, with TRUTH=pages for quality
	@$(POLITIKSPUR) bench read $(if $(TRUTH),--truth "$(TRUTH)") $(if $(PDF),--pdf "$(PDF)")

readme: $(VENV)/.developing ## update the generated parts of README.md from a run on the sample
	@$(POLITIKSPUR) run corpora/sample --quiet
	$(BIN)/python docs/build.py build/sample
	$(BIN)/python -m docs.pictures build/sample

# What people wrote, downloaded or trained below build cannot be made again.
clean: ## remove what runs made (tables, reports, caches), but no corrections, concepts, downloads and models
	@for out in build/*/; do if test -f "$$out/run.json" -o -f "$$out/cache/files.json"; then \
	  (cd "$$out" && rm -rf cache tables search politikspur.duckdb report.html report.en.html run.json); fi; done
	rm -rf dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
