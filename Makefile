# The front door. `make demo` needs Python 3.11+, pip and make, nothing else.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
export PYTHONDONTWRITEBYTECODE := 1

.PHONY: demo test check serve bench soak lock clean
.DEFAULT_GOAL := help

help:
	@echo "make demo    crawl the bundled demo site into data/demo.db"
	@echo "make test    the whole test suite, no network beyond loopback"
	@echo "make check   lint, format, types, import floors"
	@echo "make serve   the archive in a browser"
	@echo "make bench   ratios against rivals, into bench/results.json"
	@echo "make soak    hours: kills, writers, copies; one part alone: make soak PART=kills"
	@echo "make lock    pin the dependencies anew"

# One environment for all: the runtime lock first, so that demo works with pip alone.
$(VENV)/runtime: requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

$(VENV)/dev: $(VENV)/runtime requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

demo: $(VENV)/runtime
	@$(BIN)/python -m nongshang.demo

test: $(VENV)/dev
	@$(BIN)/python -m pytest

check: $(VENV)/dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

serve: $(VENV)/dev
	@$(BIN)/nongshang serve --archive "$${ARCHIVE_URL:-sqlite:///data/demo.db}"

bench: $(VENV)/dev
	@$(BIN)/python -m bench

soak: $(VENV)/dev
	@$(BIN)/python -m soak $(PART)

# uv is needed only here.
lock:
	uv pip compile pyproject.toml --group lock --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -o requirements.lock
	uv pip compile pyproject.toml --group lock --all-extras --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -o requirements-dev.lock

clean:
	rm -rf $(VENV) data build dist
