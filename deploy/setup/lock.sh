#!/bin/sh
# Writes the two locks anew from pyproject.toml: newest allowed versions, hashes for every platform, no addresses.
set -eu

uv=$(sh "$(dirname "$0")/uv.sh")
compile() {
    "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --upgrade \
        --no-header --no-annotate --no-emit-index-url --no-emit-find-links pyproject.toml "$@"
}
compile --group build --output-file requirements.lock
compile --group build --group dev --constraints requirements.lock --output-file requirements-dev.lock
