# Two commands for a newcomer: `make demo` and `make test`. Each sets up all it needs in .venv.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/installed
# Tests start hundreds of processes and rewrite their own modules: what was compiled once is not compiled again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test quick slow test-spark test-office test-page test-editor vsix docs fuzz mutants module-mutants bench bench-quick lint types rules tables nation clean

demo: $(STAMP)
	$(BIN)/haiten check rules/r6/municipal.haiten
	$(BIN)/haiten score rules/r6/municipal.haiten examples/kitashiobara_r6.csv
	$(BIN)/haiten explain rules/r6/municipal.haiten examples/kitashiobara_r6.csv --body 074021 推進.Ⅳ.成果.1
	$(BIN)/haiten diff rules/r6/municipal.haiten rules/r7/municipal.haiten
	$(BIN)/haiten allocate examples/r2/allocation.haiten examples/r2/bodies.csv
	mkdir -p build/demo
	$(BIN)/haiten sheet rules/r7/municipal.haiten examples/kitashiobara_r7.csv --body 074021 --previous rules/r6/municipal.haiten examples/kitashiobara_r6.csv --to build/demo/調査票.xlsx
	$(BIN)/haiten report score rules/r7/municipal.haiten examples/kitashiobara_r7.csv --previous rules/r6/municipal.haiten examples/kitashiobara_r6.csv --to build/demo/評価結果.html
	$(BIN)/haiten report diff rules/r6/municipal.haiten rules/r7/municipal.haiten --to build/demo/新旧対照表.html
	@echo "build/demo/調査票.xlsx に北塩原村の令和7年度の調査票を、評価結果.html にその得点と理由を、新旧対照表.html に令和6年度との対照表を書きました"

# Types take one processor as long as the rulebooks take the other.
test: $(STAMP)
	$(MAKE) --no-print-directory -j 2 lint types rules
	$(BIN)/python -m pytest -n auto --dist worksteal

# What can be tried in a minute: all but the tests that tests/slow.txt names.
quick: lint types
	$(BIN)/python -m pytest -n auto --dist worksteal -q -m "not slow"

# Measures all tests and writes tests/slow.txt anew; on a machine that does nothing else.
slow: $(STAMP)
	$(BIN)/python -m pytest -n auto --dist worksteal -q --write-slow

# The references, pages and API as a site in build/site/html, made anew without a network. A warning is an error.
docs: $(VENV)/site
	$(BIN)/python docs/site/sources.py build/site/source
	PYTHONPATH=docs/site $(BIN)/python -m sphinx -q -E -a -j auto -W --keep-going -b html -c docs/site -d build/site/doctrees build/site/source build/site/html
	$(BIN)/python docs/site/links.py build/site/html

$(VENV)/site: $(STAMP) docs/site/requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement docs/site/requirements.txt
	touch $@

# The SQL of a rulebook on Spark, which needs Java and 400 MB of packages: apart from the other tests.
test-spark: $(VENV)/spark
	$(BIN)/python -m pytest -o addopts=--import-mode=importlib tests/spark

$(VENV)/spark: $(STAMP) requirements-spark.txt
	@command -v java >/dev/null || test "$$(id -u)" = 0 || { echo "Java がありません。default-jre-headless などを入れてください" >&2; exit 1; }
	@command -v java >/dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends default-jre-headless; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements-spark.txt
	touch $@

# Survey sheets in LibreOffice, which calculates, saves and prints them: apart from the other tests.
test-office: $(VENV)/node
	@command -v soffice >/dev/null && command -v pdftotext >/dev/null || test "$$(id -u)" = 0 || { echo "LibreOffice がありません。libreoffice-calc、poppler-utils、fonts-noto-cjk を入れてください" >&2; exit 1; }
	@command -v soffice >/dev/null && command -v pdftotext >/dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends libreoffice-calc poppler-utils fonts-noto-cjk; }
	$(BIN)/python -m pytest -o addopts=--import-mode=importlib tests/office

# Pages in a headless Chromium, which reads, filters, prints and judges them: apart from the other tests.
.PHONY: test-browser
test-browser: $(VENV)/browser
	$(BIN)/python -m pytest -n auto -o addopts=--import-mode=importlib tests/browser

$(VENV)/browser: $(STAMP) requirements-browser.txt
	@command -v chromium >/dev/null && command -v pdftotext >/dev/null || test "$$(id -u)" = 0 || { echo "Chromium がありません。chromium、poppler-utils、fonts-noto-cjk を入れてください" >&2; exit 1; }
	@command -v chromium >/dev/null && command -v pdftotext >/dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium poppler-utils fonts-noto-cjk; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements-browser.txt
	touch $@

# What a page computes, run by Node; the types of its scripts, by TypeScript; and the page in a browser: apart from the other tests.
test-page: $(VENV)/page
	$(BIN)/python -m pytest -o addopts=--import-mode=importlib tests/page

# The extension for VS Code: its colours on Node, and the packaged extension in VS Code itself (code-server, which serves
# it to a browser; 800 MB from npm). The binary modules of VS Code are not built: it logs without them. And the settings of
# docs/editor.md in Neovim (from pip), Emacs and Helix (290 MB from apt, in build/editors); completion in zsh and fish, too.
test-editor: vsix $(VENV)/code $(VENV)/clients
	cd editor/vscode && PATH="$(CURDIR)/$(BIN):$$PATH" npm test --silent
	$(BIN)/python -m pytest -o addopts=--import-mode=importlib tests/clients tests/vscode tests/cli/test_completion.py

$(VENV)/clients: $(STAMP) requirements-clients.txt tests/clients/editors.sh
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements-clients.txt
	@{ command -v zsh && command -v fish; } >/dev/null || test "$$(id -u)" = 0 || { echo "zsh と fish がありません。入れてください" >&2; exit 1; }
	@{ command -v zsh && command -v fish; } >/dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends zsh fish; }
	rm -rf build/editors
	sh tests/clients/editors.sh build/editors
	touch $@

$(VENV)/code: $(VENV)/node tests/vscode/package-lock.json
	@command -v chromium >/dev/null || test "$$(id -u)" = 0 || { echo "Chromium がありません。chromium、fonts-noto-cjk を入れてください" >&2; exit 1; }
	@command -v chromium >/dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk; }
	mkdir -p build/code && cp tests/vscode/package.json tests/vscode/package-lock.json build/code/
	PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --silent --no-audit --no-fund --ignore-scripts --prefix build/code
	PATH="$(CURDIR)/$(BIN):$$PATH" npm install --silent --no-audit --no-fund --ignore-scripts --omit=dev --prefix build/code/node_modules/code-server/lib/vscode
	touch $@

vsix: editor/vscode/node_modules/.package-lock.json
	mkdir -p build && cd editor/vscode && PATH="$(CURDIR)/$(BIN):$$PATH" npm run --silent package
	@echo "build/haiten.vsix を作りました（code --install-extension build/haiten.vsix）"

editor/vscode/node_modules/.package-lock.json: $(VENV)/node editor/vscode/package-lock.json
	cd editor/vscode && PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --silent --no-audit --no-fund
	touch $@

# Node, from pip, and what else the tests of pages need of Python.
$(VENV)/node: $(STAMP) requirements-page.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements-page.txt
	touch $@

$(VENV)/page: $(VENV)/node tests/page/package-lock.json
	@command -v chromium >/dev/null && command -v pdftotext >/dev/null || test "$$(id -u)" = 0 || { echo "Chromium がありません。chromium、poppler-utils、fonts-noto-cjk を入れてください" >&2; exit 1; }
	@command -v chromium >/dev/null && command -v pdftotext >/dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium poppler-utils fonts-noto-cjk; }
	mkdir -p build/node && cp tests/page/package.json tests/page/package-lock.json build/node/
	PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --silent --no-audit --no-fund --prefix build/node
	touch $@

# The same readers, on 10,000 random files of each kind and more.
fuzz: $(STAMP)
	HYPOTHESIS_PROFILE=long $(BIN)/python -m pytest -n auto tests/compiler/parsing/test_fuzz.py

# Every point, step, threshold and connective of the real rulebooks changed once: who is not told?
mutants: $(STAMP)
	cd tests && ../$(BIN)/python mutants.py

# Every mutant of our own modules; MODULES="scoring/numbers/exact.py …" chooses some, SAMPLE=50 so many of each.
module-mutants: $(STAMP)
	nice $(BIN)/python tests/module_mutants.py $(if $(SAMPLE),--sample $(SAMPLE)) $(MODULES)

# The same R8 work by haiten and by others, side by side; writes docs/performance.md and its plot (about ten minutes).
bench: $(VENV)/rivals $(VENV)/page
	$(BIN)/python -m haiten.benchmarks

# The small populations only, from file to file too, printed and not written.
bench-quick: $(VENV)/rivals
	$(BIN)/python -m haiten.benchmarks --quick

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

# The package is the repository root, which type checkers find by a link of the package's name.
types: $(STAMP)
	mkdir -p build/types && ln -sfn "$(CURDIR)" build/types/haiten
	MYPYPATH=build/types:examples/national:docs/site $(BIN)/mypy --strict -p haiten.grammar -p haiten.compiler -p haiten.backends -p haiten.scoring -p haiten.allocation -p haiten.tabulation -p haiten.comparison -p haiten.testing -p haiten.views -p haiten.reports -p haiten.forms -p haiten.editor -p haiten.pages -p haiten.records -p haiten.commands -p haiten.benchmarks -m haiten.cli -m generate -m catalogue -m links -m sources

rules: $(STAMP)
	$(BIN)/haiten fmt --check rules/*/*.haiten examples/*/*.haiten
	$(BIN)/haiten test rules/r6/municipal.haiten
	$(BIN)/haiten test rules/r7/municipal.haiten
	$(BIN)/haiten test rules/r8/municipal.haiten
	$(BIN)/haiten test rules/r7/prefectural.haiten
	$(BIN)/haiten test rules/r8/prefectural.haiten

# The parse tables that are shipped; a test holds them to the grammar.
tables: $(STAMP)
	$(BIN)/python -m haiten.grammar

# A synthetic nation for each year: who has what was published, who is who is invented.
nation: $(STAMP)
	$(BIN)/python examples/national/generate.py --year R6 --to build/national_r6.csv
	$(BIN)/python examples/national/generate.py --year R7 --to build/national_r7.csv
	$(BIN)/python examples/national/generate.py --year R8 --to build/national_r8.csv
	$(BIN)/python examples/national/generate.py --year R8 --prefectures --to build/prefectures_r8.csv
	$(BIN)/python examples/national/generate.py --year R8 --prefectures --without-figures --to build/prefectures_r8_by_members.csv

$(STAMP): requirements.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	$(BIN)/python -m compileall -q -x '/(\.venv|build|tests)/' . # as pip does where it installs a copy
	touch $@

$(VENV)/rivals: $(STAMP) benchmarks/requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement benchmarks/requirements.txt
	touch $@

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
