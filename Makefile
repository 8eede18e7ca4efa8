# Two commands for a newcomer: `make demo` and `make test`. Each sets up all it needs in .venv.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/installed

.PHONY: demo test fuzz mutants lint types rules tables clean

demo: $(STAMP)
	$(BIN)/haiten check rules/r6/municipal.haiten
	$(BIN)/haiten score rules/r6/municipal.haiten examples/kitashiobara_r6.csv
	$(BIN)/haiten explain rules/r6/municipal.haiten examples/kitashiobara_r6.csv --body 074021 推進.Ⅳ.成果.1
	$(BIN)/haiten diff rules/r6/municipal.haiten rules/r7/municipal.haiten
	$(BIN)/haiten allocate examples/r2/allocation.haiten examples/r2/bodies.csv

test: lint types rules
	$(BIN)/python -m pytest -n auto

# The same readers, on 10,000 random files of each kind and more.
fuzz: $(STAMP)
	HYPOTHESIS_PROFILE=long $(BIN)/python -m pytest -n auto tests/compiler/test_fuzz.py

# Every point, step, threshold and connective of the real rulebooks changed once: who is not told?
mutants: $(STAMP)
	cd tests && ../$(BIN)/python mutants.py

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

# The package is the repository root, which type checkers find by a link of the package's name.
types: $(STAMP)
	mkdir -p build/types && ln -sfn "$(CURDIR)" build/types/haiten
	MYPYPATH=build/types $(BIN)/mypy --strict -p haiten.grammar -p haiten.compiler -p haiten.scoring -p haiten.allocation -p haiten.comparison -p haiten.views -p haiten.commands -m haiten.cli

rules: $(STAMP)
	$(BIN)/haiten fmt --check rules/*/*.haiten examples/*/*.haiten
	$(BIN)/haiten test rules/r6/municipal.haiten
	$(BIN)/haiten test rules/r7/municipal.haiten
	$(BIN)/haiten test rules/r8/municipal.haiten

# The parse tables that are shipped; a test holds them to the grammar.
tables: $(STAMP)
	$(BIN)/python -m haiten.grammar

$(STAMP): requirements.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $@

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
