# make demo, make test: everything else they need is done by `make setup`.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DEV_STAMP := $(VENV)/.installed-dev
CONSTRAINTS := .ci/constraints.txt
export CMAKE_BUILD_PARALLEL_LEVEL ?= $(shell nproc)
SHELL := /bin/bash

.PHONY: setup demo test hil lint bench soak train train-stop train-acoustic clean help

help:
	@echo "make setup   the environment in $(VENV) (made by the others when missing)"
	@echo "make demo    a spoken command cleans a simulated kitchen"
	@echo "make test    ruff, mypy, import-linter, pytest"
	@echo "make hil     the firmware on emulated boards; make hil PORT=/dev/ttyACM0 on a real one (HIL='--wheels-free')"
	@echo "make bench   all benchmarks    make train   train the bundled model anew    make train-stop   the stop reflex    make train-acoustic   hearing in noise"
	@echo "make soak    the full counts of body and disk, hours; report in tests/soak (SEED=1, SOAK='--part faults')"

setup: $(STAMP)

$(STAMP): pyproject.toml $(CONSTRAINTS) $(wildcard firmware_bridge/firmware/core/*.c firmware_bridge/firmware/core/*.h firmware_bridge/firmware/host/*.c)
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 is missing: apt-get install python3.11 python3.11-venv, or make PYTHON=python3.12"; exit 1; }
	test -x $(BIN)/python || { $(PYTHON) -m venv $(VENV) && date +%s > $(VENV)/.began; }
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --constraint $(CONSTRAINTS) --editable '.[espeak]'
	test ! -f $(VENV)/.began || { echo $$(( $$(date +%s) - $$(cat $(VENV)/.began) )) > $(VENV)/.setup_seconds; rm $(VENV)/.began; }
	touch $@

# What only the tests and the optional recognisers and voices need.
$(DEV_STAMP): $(STAMP)
	$(BIN)/python -m pip install --constraint $(CONSTRAINTS) --editable '.[espeak,voice,piper,dev]'
	touch $@

demo: setup
	$(BIN)/robotos demo

lint: $(DEV_STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict
	$(BIN)/lint-imports

test: lint
	$(BIN)/python -m pytest -n 2

# With PORT a real board is tested in place of the emulated ones. Its wheels turn only with HIL=--wheels-free (robot on a
# stand), and somebody is asked to press its sensors only with HIL=--interactive.
PORT ?=
HIL ?=
hil: $(DEV_STAMP)
	$(BIN)/python -m pytest tests/hil --thorough -rs $(if $(PORT),--port $(PORT)) $(HIL)

bench: setup
	$(BIN)/robotos bench all

# Interrupted, it goes on where it was when called again.
SEED ?= 1
SOAK ?=
soak: setup
	$(BIN)/python -m robotos.soak --seed $(SEED) --report tests/soak $(SOAK)

train: setup
	$(BIN)/python -m pip install --constraint $(CONSTRAINTS) --editable '.[train]'
	$(BIN)/robotos train

# From the recordings in ROBOTOS_BENCH_DATA (../shared/data) and flite's and espeak-ng's voices; see its card.
STOP ?=
train-stop: setup
	$(BIN)/python -m pip install --constraint $(CONSTRAINTS) --editable '.[train,espeak,voice]'
	$(BIN)/python -m robotos.training.stop $(STOP)

# What noise does to the recogniser's acoustic model, from espeak-ng's voices; see robotos/peripherals/acoustic/weights.
ACOUSTIC ?= --out out/acoustic
train-acoustic: setup
	$(BIN)/python -m pip install --constraint $(CONSTRAINTS) --editable '.[train,espeak,voice]'
	$(BIN)/python -m robotos.training.acoustic $(ACOUSTIC)

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache out
