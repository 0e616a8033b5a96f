#!/bin/sh
# Writes the two lock files from pyproject.toml. Needs uv (pip install uv).
# --universal makes one file hold for every Python and system we support.
set -eu
cd "$(dirname "$0")/.."
lock() { uv pip compile pyproject.toml "$@" --universal --python-version 3.11 --generate-hashes --no-header --quiet; }
lock -o requirements.txt
lock --extra dev -c requirements.txt -o requirements-dev.txt
