# What people and CI run. `just` alone lists the recipes.

set shell := ["bash", "-euo", "pipefail", "-c"]

_list:
    @just --list --unsorted

# Build the release binary, target/release/swanlab-render
build:
    cargo build --release --locked

# Run the tests, as the README says
test:
    cargo test

# Format the code
fmt:
    cargo fmt

# Lints; a warning is an error
clippy:
    cargo clippy --locked --all-targets -- -D warnings

# The library's documentation; a warning is an error
docs:
    RUSTDOCFLAGS="-D warnings" cargo doc --locked --no-deps

# Dependencies: bans, licences, sources
deny:
    cargo deny --locked check --hide-inclusion-graph bans licenses sources

# Fetch helm and kubectl into .tools
tools:
    tests/tools/get

# Start a control plane on loopback: etcd, kube-apiserver, kube-controller-manager (needs etcd and Go)
cluster-up VERSION="1.35.4" STATE="/tmp/control-plane":
    tests/cluster/up {{ VERSION }} {{ STATE }}

# Stop it
cluster-down STATE="/tmp/control-plane":
    tests/cluster/down {{ STATE }}

# Compare what `diff` predicts with what a control plane does: a selection, or `just cluster-test all`
cluster-test WHAT="some":
    cargo build --release --locked
    tests/cluster/run {{ WHAT }}

# Compare with helm: time, memory, size (needs helm, in .tools or on the PATH)
bench:
    cargo build --release --locked
    python3 benches/against_helm.py

# Count the instructions of commands, which repeat on a busy machine too (needs valgrind); `--update` writes them down
bench-instructions *ARGUMENTS:
    cargo bench --locked --bench instructions -- {{ ARGUMENTS }}

# Compare two renders of 10,000 objects: time and memory against their bounds
bench-diff:
    cargo bench --locked --bench diff

# Check a thousand golden files: renders a second, and what a second processor brings
bench-check:
    cargo bench --locked --bench check

# Accept what tests/golden gives now; look at the diff before you commit it
golden:
    cargo run --quiet --locked -- check --update --allow-outside tests/golden

# Make the pictures of the documentation again (needs Node, Chromium and npm)
pictures:
    cargo build --locked
    docs/pictures/make

# Build the packages into target/dist, install and run each (`packaging/tools` brings what makes them); `--url BASE`
dist *ARGUMENTS:
    PATH="$HOME/.cache/swanlab-render/tools/bin:$PWD/.tools:$PATH:$HOME/.cache/swanlab-render/tools/python/bin" python3 -B packaging/dist {{ ARGUMENTS }}

# Build the packages of a commit twice, in two folders, and compare all bytes
dist-reproducible: (dist "--twice")

# Build the documentation as a site in target/site/book, and check its links (needs mdbook)
site:
    PATH="$HOME/.cache/swanlab-render/tools/bin:$PATH" docs/site/build

# Run every fuzz target for so many minutes (needs a C++ compiler); some of them with `fuzz/run SECONDS TARGET...`
fuzz MINUTES:
    fuzz/run $(({{ MINUTES }} * 60))

# All that CI runs
ci:
    .ci/run
