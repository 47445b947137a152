# The two commands are `make demo` and `make test`. Paths are relative, so that a checkout path may hold spaces.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do command -v $$p && break; done)
PY := .venv/bin/python

.PHONY: demo test lint types check install serve schema clean-demo

demo:
	@$(PYTHON) scripts/bootstrap.py --extras web
	@exec $(PY) manage.py demo

test:
	@$(PYTHON) scripts/bootstrap.py --extras web,dev
	@$(PY) scripts/test.py

install:
	@$(PYTHON) scripts/bootstrap.py --extras web,dev

lint:
	@$(PY) -m ruff check . && $(PY) -m ruff format --check .

types:
	@$(PY) -m mypy

schema:
	@$(PY) manage.py spectacular --file docs/openapi.yaml --validate --fail-on-warn

serve:
	@$(PY) manage.py migrate --verbosity 0
	@exec $(PY) manage.py serve

clean-demo:
	rm -rf var/demo
