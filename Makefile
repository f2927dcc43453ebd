# Every task of a checkout; `make help` lists them.

.DEFAULT_GOAL := help
# One more than there are processors, up to four: tests also wait, for browsers, processes and one another.
WORKERS = -n $(shell n=$$(nproc); echo $$((n < 4 ? n + 1 : 4))) --dist loadfile --no-loadscope-reorder
.SILENT:
.PHONY: help run test soak lint bench stop reference format

# Compiled modules are kept, whatever the environment says: a program starts a third sooner.
unexport PYTHONDONTWRITEBYTECODE

help: ## list the targets
	sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 18

run: ## install what is missing, serve the sample county on http://127.0.0.1:8000
	scripts/install.sh run
	.venv/bin/geo-grid serve --demo

test: ## install what is missing, run the whole suite
	scripts/install.sh test
	.venv/bin/python -m pytest $(WORKERS)

soak: ## run the tests that take minutes: many mutants, long random sequences
	scripts/install.sh test
	.venv/bin/python -m pytest -m soak $(WORKERS)

lint: ## check style, types and layers alone (make test does it too)
	scripts/venv.sh dev
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports

format: ## lay out the Python files
	scripts/venv.sh dev
	.venv/bin/ruff format .

reference: ## write docs/reference anew from the code
	scripts/venv.sh dev
	.venv/bin/python scripts/reference.py

bench: ## measure against the peers (installs gdal-bin, wrk and tipg)
	scripts/install.sh bench
	.venv/bin/python -m bench

stop: ## stop the local database
	.venv/bin/geo-grid db stop
