# The two commands are `make demo` and `make test`. Paths are relative, so that a checkout path may hold spaces.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done || true)
PY := .venv/bin/python
BOOTSTRAP = $(if $(PYTHON),$(PYTHON),$(error Sakkan needs Python 3.11 or newer: none of python3, python3.11, python3.12, python3.13 is)) scripts/bootstrap.py

.PHONY: demo test lint types check install serve schema messages clean-demo bench-editor

demo:
	@$(BOOTSTRAP) --extras web
	@exec $(PY) manage.py demo

test:
	@$(BOOTSTRAP) --extras web,dev
	@$(PY) scripts/test.py

install:
	@$(BOOTSTRAP) --extras web,dev

lint:
	@$(PY) -m ruff check . && $(PY) -m ruff format --check .

types:
	@$(PY) -m mypy

schema:
	@$(PY) manage.py spectacular --file docs/openapi.yaml --validate --fail-on-warn

messages:
	@$(PY) scripts/messages.py

serve:
	@$(PY) manage.py migrate --verbosity 0
	@exec $(PY) manage.py serve

# make bench-editor OPTIONS="--quick": its last line is one JSON object.
bench-editor:
	@$(BOOTSTRAP) --extras web,dev
	@$(PY) benchmarks/bench_editor.py $(OPTIONS)

clean-demo:
	rm -rf var/demo
