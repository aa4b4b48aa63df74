# Each target does all of its own set-up: a virtual environment with the versions
# that were tested. Needs make and Python 3.11 or newer (PYTHON=python3.12 make ...).

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# Python compiles what is imported, which is a small part of what is installed.
INSTALL := $(BIN)/python -m pip install --quiet --no-compile --constraint constraints.txt
RUN ?= runs/dcgan-$(shell date +%Y%m%d-%H%M%S)
MINUTES ?= 5
# Most of the time goes into compiling small steps: let XLA not polish them.
XLA := --xla_backend_optimization_level=0 --xla_llvm_disable_expensive_passes=true \
  --xla_cpu_use_fusion_emitters=false --xla_cpu_parallel_codegen_split_count=1
# Processes that run tests side by side, each on one thread: the tests are small.
WORKERS ?= 2
PYTEST := XLA_FLAGS="$(XLA) $(XLA_FLAGS)" \
  OMP_NUM_THREADS=1 TF_NUM_INTRAOP_THREADS=1 TF_NUM_INTEROP_THREADS=1 \
  $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal --durations 10
# Many tests compile the same programs of JAX: each is compiled once in a worker.
PROGRAMS := programs=$$(mktemp -d) && trap 'rm -rf "$$programs"' EXIT && \
  export JAX_COMPILATION_CACHE_DIR="$$programs" \
    JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS=0 &&
DEFAULT := not slow and not backends and not peers
export TF_CPP_MIN_LOG_LEVEL ?= 3

.DELETE_ON_ERROR:
.PHONY: help train test test-slow test-jax test-torch test-notebooks lint wheel clean

help:
	@echo "make train           train a GAN on real images, with pictures in $(RUN)"
	@echo "make test            run the tests on TensorFlow"
	@echo "make test-jax        ... on JAX"
	@echo "make test-torch      ... on PyTorch"
	@echo "make test-slow       ... the slow ones"
	@echo "make test-notebooks  execute the notebooks in their fast mode"
	@echo "make lint            ruff and mypy"
	@echo "make wheel           build the wheel, install it elsewhere and use it once"

train: $(VENV)/.base
	$(BIN)/keras-gan train dcgan --data builtin --out $(RUN) --minutes $(MINUTES)

test: $(VENV)/.test
	KERAS_BACKEND=tensorflow $(PYTEST) -m "$(DEFAULT)"

test-slow: $(VENV)/.jax $(VENV)/.torch $(VENV)/.peers
	$(PROGRAMS) KERAS_BACKEND=tensorflow $(PYTEST) -m "slow or backends or peers"

test-jax: $(VENV)/.jax
	$(PROGRAMS) KERAS_BACKEND=jax $(PYTEST) -m "$(DEFAULT) and not once"

test-torch: $(VENV)/.torch
	KERAS_BACKEND=torch $(PYTEST) -m "$(DEFAULT) and not once"

test-notebooks: $(VENV)/.notebooks
	$(BIN)/python notebooks/execute.py --fast

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

wheel: $(VENV)/.dev
	$(BIN)/python -m build --wheel --outdir dist .
	sh tools/check_wheel.sh $(PYTHON) dist/*.whl

clean:
	rm -rf build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache

$(VENV)/.base: setup.cfg constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "keras_gan needs Python 3.11 or newer, $(PYTHON) is" \
	  "$$($(PYTHON) --version). Set PYTHON=..." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) --editable .
	@touch $@

# One stamp for each set of extras; .jax and .torch are for testing on them.
$(VENV)/.test $(VENV)/.notebooks $(VENV)/.dev: $(VENV)/.%: $(VENV)/.base
	$(INSTALL) --editable ".[$*]"
	@touch $@

$(VENV)/.jax $(VENV)/.torch $(VENV)/.peers: $(VENV)/.%: $(VENV)/.test
	$(INSTALL) --editable ".[$*]"
	@touch $@
