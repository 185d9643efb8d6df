# Two commands for everybody: make demo, make test. Each makes its own virtual environment first.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= 4

.PHONY: demo test tidy texts crash-test bench pictures clean

$(VENV)/.ready: pyproject.toml constraints.txt
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'Python 3.11 or newer is needed')"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[fast,demo,dev]'
	touch $@

demo: $(VENV)/.ready  ## the product in a browser: no account, no token
	$(BIN)/python -m bot demo

test: $(VENV)/.ready tidy  ## everything that must hold
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

tidy: $(VENV)/.ready  ## style, types, layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

texts: $(VENV)/.ready  ## bring the catalogues in line with the sentences in the code
	mkdir -p build
	$(BIN)/pybabel -q extract -F locales/babel.cfg -k N_ -k ngettext:1,2 -k pgettext:1c,2 -c "Translators:" \
	  --no-wrap --sort-by-file --no-location -o build/messages.pot .
	for each in de zh_Hans; do $(BIN)/pybabel -q update --no-wrap --no-fuzzy-matching --ignore-obsolete \
	  -i build/messages.pot -o locales/$$each/LC_MESSAGES/messages.po -l $$each; done

crash-test: $(VENV)/.ready  ## kill it at random moments under load and count what was lost: nothing
	$(BIN)/python -m tests.crash

bench: $(VENV)/.ready  ## how fast, how large
	$(BIN)/python -m tests.benchmarks

pictures: $(VENV)/.ready  ## the pictures of the README
	$(BIN)/python -m tests.pictures

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
