# Two commands do all the set-up: `make demo` and `make test`. Everything lands in .venv and build/.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
export PATH := $(abspath $(BIN)):$(PATH)
JOBS ?= $(shell nproc 2>/dev/null || echo 2)
# A unity build is faster from scratch, one file at a time after a change.
UNITY ?= $(if $(CI),ON,OFF)

.DEFAULT_GOAL := help
.PHONY: help demo test test-cpp test-py official-tests integrations test-pythons build deps lint format asan tsan fuzz bench storm soak load sync wheel wheels clean

help: ## what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

demo: build ## stream one chat, then run 500 at once, against the bundled server
	$(BIN)/python -m openai_native demo

test: test-cpp test-py ## build and run all tests, C++ and Python

deps:
	@sh tools/deps.sh

$(VENV)/.stamp: requirements-dev.txt
	@sh tools/deps.sh
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --upgrade "pip>=24"
	$(BIN)/python -m pip install -q -r requirements-dev.txt
	touch $@

build: $(VENV)/.stamp ## build the extension and install it into .venv
	$(BIN)/python -m pip install -q --no-build-isolation --no-deps --force-reinstall \
	    --config-settings=cmake.define.CMAKE_UNITY_BUILD=$(UNITY) .

test-cpp: $(VENV)/.stamp ## the C++ tests
	$(call run_cpp_tests,dev)

test-py: build ## the Python tests; TESTS=tests/py/test_x.py for some of them
	$(BIN)/python -m pytest -n $(JOBS) $(TESTS)

official-tests: build ## the official package's own tests against ours, with their mock server; TESTS="tests/lib" for others
	$(BIN)/python tests/parity/official.py $(TESTS)

integrations: build ## libraries that use the client, and real servers; TESTS="-k instructor" for some
	$(BIN)/python -m pytest tests/integrations -n 0 $(TESTS)

test-pythons: ## the Python tests on every CPython 3.10-3.13 of this machine
	@sh tools/each_python.sh $(MAKE) test-py

lint: $(VENV)/.stamp ## clang-format, clang-tidy, ruff, mypy and our own C++ rules
	sh tools/lint.sh

format: $(VENV)/.stamp ## rewrite sources in the project's format
	git ls-files '*.hpp' '*.cpp' | xargs $(BIN)/clang-format -i
	$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .

asan: $(VENV)/.stamp ## the C++ tests under AddressSanitizer and UBSan
	$(call run_cpp_tests,asan)

tsan: $(VENV)/.stamp ## the C++ tests under ThreadSanitizer
	$(call run_cpp_tests,tsan)

SECONDS ?= 60
fuzz: $(VENV)/.stamp ## the fuzz targets, each for SECONDS=60; TARGETS="h1 sse" for some, SEED=1 to repeat
	@sh tools/deps.sh --fuzz
	$(BIN)/cmake --preset fuzz $(CONFIGURE) --log-level=WARNING
	$(BIN)/cmake --build --preset fuzz -j $(JOBS)
	$(BIN)/python tools/run_fuzz.py --seconds $(SECONDS) --jobs $(JOBS) --seed $(or $(SEED),0) $(TARGETS)

bench: build ## our client beside others against one native server; writes build/bench/
	$(BIN)/python -m pip install -q -r benchmarks/requirements.txt
	$(BIN)/python benchmarks/run.py

storm: build ## calls given up at random moments; CALLS=100000 OVER=h2 for more
	$(BIN)/python tests/py/storm.py --calls $(or $(CALLS),10000) --over $(or $(OVER),h1)

soak: build ## mixed traffic with faults, every answer checked; MINUTES=60 for long
	$(BIN)/python tests/py/soak.py --minutes $(or $(MINUTES),2)

load: build ## 10,000 calls in flight and 5,000 open streams on one client
	$(BIN)/python benchmarks/load.py

sync: $(VENV)/.stamp ## follow a release of the official package: make sync VERSION=3.53.0
	$(BIN)/python -m pip install -q "openai==$(VERSION)"
	$(BIN)/python tools/sync_surface.py

wheel: $(VENV)/.stamp ## build dist/*.whl for one CPython, repair it, try it in a clean environment
	UNITY=$(UNITY) sh tools/wheel.sh $(BIN)/python

wheels: ## the same for every CPython 3.10-3.13 of this machine
	@sh tools/each_python.sh $(MAKE) wheel

clean: ## remove what was built
	rm -rf build dist

CONFIGURE := -DPython_EXECUTABLE=$(abspath $(BIN)/python) -DCMAKE_UNITY_BUILD=$(UNITY)

define run_cpp_tests
	$(BIN)/cmake --preset $(1) $(CONFIGURE) --log-level=WARNING
	$(BIN)/cmake --build --preset $(1) -j $(JOBS)
	$(BIN)/ctest --preset $(1) -j $(JOBS)
endef
