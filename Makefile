# make run   environment, then the monthly flow on the embedded sample, then the top of the ranking
# make test  environment, then the tests; make lint  ruff, mypy, sqlfluff; make lock  new pins
# make check  the linters and every test that takes under a second, before each commit

PYTHON ?= python3
BIN := .venv/bin
SEEDS ?= judging
TRIALS ?= 80
EXAMPLES ?= 500000
MEGABYTES ?= 500
SEED ?= 1
# a worker for each core, four at most: each takes half a gigabyte, and a Chromium of its own
PARALLEL := $(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadgroup
export PREFECT_HOME ?= $(CURDIR)/.prefect

# make golden  the reviewed edition of the sample anew; make dictionary  docs/dictionary.md anew
# make proof  judge the method on artificial worlds and write docs/proof.md (SEEDS=choosing while it
# is developed); make fit  chances of lawful causes anew; make proof-size  CPU and memory
# make proof-fuzz  a million damaged files through every reader (EXAMPLES=1000 for a few), led by
# coverage, too, where atheris is installed: pip install '.[fuzz]'
# make proof-reading  how fast files are read, in MB a second: MEGABYTES of each shape
# make proof-fetch  whole histories, 200 failing runs, 50 kills; make demo-fetch  a fetch to look at

# make proof-faults  kills, full disks, several runs at once, wrong clocks, damaged files: TRIALS a kind

# make proof-days  in how many days a whole history comes, by what the service allows an account

# make proof-life  24 months of ten worlds through the commands, judged by what the worlds know

.PHONY: run test check lint lint-python lint-sql golden dictionary lock clean proof-fetch proof-faults \
    proof-life proof-days proof-fuzz proof-reading proof fit proof-size demo-fetch

run: .venv/.ready
	$(BIN)/python pipelines/monthly.py

test: .venv/.ready
	$(PARALLEL)

check: .venv/.ready
	$(MAKE) --no-print-directory -j2 lint
	$(PARALLEL) -m "not slow and not proof"

lint: lint-python lint-sql

lint-python: .venv/.ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

lint-sql: .venv/.ready
	$(BIN)/sqlfluff lint --processes 2 sql

.venv/.ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "mirror needs Python 3.11 or newer: make PYTHON=python3.12 …")'
	@if command -v uv >/dev/null 2>&1; then \
	    uv venv --quiet --allow-existing --python $(PYTHON) .venv && \
	    uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock && \
	    uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable . ; \
	else \
	    $(PYTHON) -m venv .venv && \
	    $(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements.lock && \
	    $(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable . ; \
	fi
	@touch $@

proof: .venv/.ready
	$(BIN)/python -m benchmarks.proof --seeds $(SEEDS) --write
	$(BIN)/python -m pytest -q -m "proof or not proof" tests/test_proof.py tests/worlds
	$(BIN)/python -m pytest -q --hypothesis-profile=thousands tests/method tests/test_properties.py
	$(BIN)/python -m pytest -q -m proof tests/records

fit: .venv/.ready
	$(BIN)/python -m benchmarks.fit

proof-size: .venv/.ready
	$(BIN)/python -m benchmarks.size

proof-fuzz: .venv/.ready
	EXAMPLES=$(EXAMPLES) $(BIN)/python -X faulthandler -m pytest -q --hypothesis-profile=fuzz \
	    tests/records/test_fuzz.py
	if $(BIN)/python -c "import atheris" 2>/dev/null; then \
	    PYTHONPATH=tests $(BIN)/python -m benchmarks.fuzz -runs=$(EXAMPLES); fi

proof-reading: .venv/.ready
	$(BIN)/python -m benchmarks.reading $(MEGABYTES)

proof-fetch: .venv/.ready
	$(BIN)/python -m pytest -s -m proof tests/test_fetch_faults.py tests/test_fetch_size.py

proof-days: .venv/.ready
	$(BIN)/python -m pytest -m proof tests/test_days.py
	PYTHONPATH=src:tests $(BIN)/python -m comtrade_service.days

proof-faults: .venv/.ready
	$(BIN)/python -m benchmarks.faults --trials $(TRIALS) --seed $(SEED)

proof-life: .venv/.ready
	$(BIN)/python -m benchmarks.life --months 24 --seeds 10

demo-fetch: .venv/.ready
	PYTHONPATH=src:tests $(BIN)/python -m comtrade_service.demo

golden: .venv/.ready
	$(BIN)/python tests/test_golden.py

dictionary: .venv/.ready
	$(BIN)/python tests/test_dictionary.py

lock:
	uv pip compile --quiet pyproject.toml --extra dev --universal --python-version 3.11 \
	    --generate-hashes --custom-compile-command "make lock" -o requirements.lock

clean:
	rm -rf .venv .prefect .mypy_cache .pytest_cache .ruff_cache
