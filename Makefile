# The commands of the house. `make` alone lists them. Every target sets up what it needs first.
# Needs git, make and Python 3.11 or newer; nothing is installed outside this folder but what `make machine` says.

.DEFAULT_GOAL := help
.PHONY: help setup run test proof lint format lock bench crash machine clean

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { command -v "$$p"; break; }; done)
PY := .venv/bin/python
WORKERS ?= 2

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1	\2/p' Makefile

setup: .venv/.use ## .venv from the hash-pinned lock

run: .venv/.use ## both doors, a demo team and its sign-in; Ctrl-C stops both
	@exec $(PY) -m bot demo

test: .venv/.develop machine ## every kind of test in its short form
	@$(PY) -m pytest -q -n $(WORKERS) --dist loadfile
	@$(PY) -m pytest -q tests/dialogs tests/storage/vault -p no:cacheprovider \
		--cov=dialogs --cov=storage.vault --cov-report=term:skip-covered --cov-fail-under=100

proof: .venv/.develop machine ## the full figures: more kills, more races, more walks
	@CONCERN_TEST_PROOF=1 $(PY) -m pytest -q -n $(WORKERS) --dist loadfile

crash: .venv/.develop ## kill -9 at every named point, every hit
	@CONCERN_TEST_PROOF=1 $(PY) -m pytest -q tests/crash

bench: .venv/.develop ## pick-up latency beside a saturating chat; the engine beside three others
	@$(PY) -m tests.bench.bench_pickup
	@if [ ! -x var/bench/bin/python ]; then $(PY) -m venv var/bench && \
		var/bench/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-bench.lock \
		|| { rm -rf var/bench; echo "bench: the other engines could not be installed; ours alone" >&2; }; fi; \
	if [ -x var/bench/bin/python ]; then var/bench/bin/python -m tests.bench.bench_advance; else $(PY) -m tests.bench.bench_advance; fi

lint: .venv/.develop ## format, lint, types, the plan of the house, the flows, the drawings
	@.venv/bin/ruff format --check --quiet . || { echo "lint: not formatted; run: make format" >&2; exit 1; }
	@.venv/bin/ruff check --no-cache --quiet .
	@.venv/bin/mypy
	@.venv/bin/lint-imports
	@$(PY) -m bot proofread
	@$(PY) -m bot draw --check

format: .venv/.develop ## format every file
	@.venv/bin/ruff format . && .venv/bin/ruff check --fix --quiet .

# A week's cooling-off: a release younger than that is not taken.
lock: .venv/.develop ## compile both lock files anew, hash-pinned, no package host recorded
	@since=$$($(PY) -c 'import datetime as d; print((d.datetime.now(d.UTC) - d.timedelta(7)).date())'); \
	set -- --universal --generate-hashes --no-header --no-emit-index-url --python-version 3.11 --exclude-newer "$$since" --upgrade --quiet; \
	.venv/bin/uv pip compile pyproject.toml "$$@" -o requirements.lock; \
	.venv/bin/uv pip compile pyproject.toml "$$@" --group dev -o requirements-dev.lock; \
	.venv/bin/uv pip compile --group pyproject.toml:bench "$$@" --no-annotate -o requirements-bench.lock

machine: ## as root on Debian, brings a browser, a database server and the scripts of our languages for the tests
	@need=""; command -v chromium >/dev/null 2>&1 || need="chromium"; \
	ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || need="$$need postgresql"; \
	ls /usr/share/fonts/truetype/noto/NotoNastaliqUrdu-Regular.* >/dev/null 2>&1 || need="$$need fonts-noto-core"; \
	[ -n "$$need" ] || exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
		echo "machine: bringing $$need"; \
		{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $$need; } >/dev/null 2>&1 \
			|| echo "machine: could not bring $$need; the tests that need it are skipped, and counted"; \
	else echo "machine: not here: $$need (the tests that need them are skipped, and counted)"; fi

clean: ## forget what was set up; keeps var/
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .coverage

.venv/bin/python:
	@[ -n "$(PYTHON)" ] || { echo "setup: Python 3.11 or newer is needed and none was found; install it, or give PYTHON=/path/to/python3" >&2; exit 2; }
	@"$(PYTHON)" -m venv .venv >/dev/null 2>&1 \
		|| { rm -rf .venv; "$(PYTHON)" -m venv --without-pip .venv 2>/dev/null && "$(PYTHON)" -m pip --version >/dev/null 2>&1; } \
		|| { rm -rf .venv; echo "setup: $(PYTHON) has neither a whole venv module nor pip; on Debian: apt-get install python3-venv" >&2; exit 2; }

.venv/.use: requirements.lock | .venv/bin/python
	@$(call install,requirements.lock)
	@touch $@

.venv/.develop: requirements-dev.lock .venv/.use
	@$(call install,requirements-dev.lock)
	@touch $@

# The venv's own pip, or, where the machine's Python cannot put one there, the machine's pip aimed at the venv.
define install
echo "setup: installing $(1) …"; \
if $(PY) -m pip --version >/dev/null 2>&1; then set -- $(PY) -m pip; else set -- "$(PYTHON)" -m pip --python $(PY); fi; \
"$$@" install --quiet --disable-pip-version-check --no-deps --require-hashes -r $(1) \
	|| { echo "setup: the packages of $(1) could not be installed (above: pip's own words)" >&2; exit 2; }
endef
