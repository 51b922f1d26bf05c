# Every target does its own set-up: a .venv beside this file, with the versions of constraints.txt.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
QUICK := calibration within_day cardiff breaks swast speed_in_process

.PHONY: help demo test install lint bench bench-full peers clean

help:
	@echo "make demo     set up, invent an emergency department, forecast, plan, serve the dashboard"
	@echo "make test     set up and run the tests"
	@echo "make install  set up only"
	@echo "make lint     ruff and mypy"
	@echo "make bench    accuracy and speed, on the real data beside this folder, in minutes"
	@echo "make bench-full  the same in full, written into docs/*.md; over an hour"

demo: install
	$(BIN)/edinflow demo

test: install
	$(BIN)/python -m pytest -q --numprocesses auto --dist loadfile --no-loadscope-reorder

install: $(READY)

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; set PYTHON=/path/to/it")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: install
	$(BIN)/python bench/accuracy.py
	for name in $(QUICK) staffing; do $(BIN)/python bench/$$name.py --quick || exit 1; done
	$(BIN)/python bench/speed.py
	$(BIN)/python bench/pages.py --quick
	$(BIN)/python bench/sessions.py --quick
	$(BIN)/python bench/plan_edit.py

bench-full: install
	for name in accuracy $(QUICK) streams history_cost backtest_speed pages sessions plan_edit; do \
		$(BIN)/python bench/$$name.py --write || exit 1; done
	$(BIN)/python bench/staffing.py

# Other engines for bench/staffing.py, apart from ours: their needs clash with Streamlit's.
peers:
	test -x .venv-peers/bin/python || $(PYTHON) -m venv .venv-peers
	.venv-peers/bin/python -m pip install --quiet --disable-pip-version-check --requirement bench/peers.txt

clean:
	rm -rf $(VENV) var .pytest_cache .mypy_cache .ruff_cache .hypothesis
