#!/bin/sh
# Makes .venv hold exactly what a lock names, and Baraza itself in editable form.
#   environment.sh runtime       what `make run` needs
#   environment.sh development   that and the tools of `make check` and `make test`
# Stamps in .venv say what is in it, so a second run has nothing to do.
set -eu

want=$1
here=$(dirname "$0")
venv=.venv
say() { echo "setup: $*"; }

case $want in
    runtime) lock=requirements.lock ;;
    development) lock=requirements-dev.lock ;;
    *) echo "setup: '$want' is neither runtime nor development" >&2; exit 2 ;;
esac

sum() { cksum "$@" | cksum | cut -d ' ' -f 1; }
stamped() { [ -f "$venv/$1" ] && [ "$(cat "$venv/$1")" = "$2" ]; }

# The development lock holds all of the runtime lock, so `make run` leaves a development environment as it is.
locks=$(sum requirements.lock requirements-dev.lock)
if stamped .baraza-lock "development $locks"; then want=development; fi
project="$PWD $(sum pyproject.toml)"

if stamped .baraza-lock "$want $locks" && stamped .baraza-project "$project" && "$venv/bin/python" -c ''; then
    say "$venv is up to date ($want)"
    exit 0
fi

uv=$(sh "$here/uv.sh")
python=$(sh "$here/python.sh")
export UV_PYTHON_DOWNLOADS=never UV_NO_PROGRESS=1
# uv reads neither pip's settings nor the system's certificates: pass on which index and which authorities to trust.
if [ -z "${UV_DEFAULT_INDEX:-}${UV_INDEX_URL:-}" ] && [ -n "${PIP_INDEX_URL:-}" ]; then
    export UV_DEFAULT_INDEX="$PIP_INDEX_URL"
fi
for certificates in ${PIP_CERT:-} /etc/ssl/certs/ca-certificates.crt; do
    if [ -z "${SSL_CERT_FILE:-}" ] && [ -f "$certificates" ]; then export SSL_CERT_FILE="$certificates"; fi
done
if [ ! -w "${HOME:-/nonexistent}" ] && [ -z "${UV_CACHE_DIR:-}" ]; then export UV_CACHE_DIR="$PWD/.tools/cache"; fi

if ! stamped .baraza-place "$PWD" || ! "$venv/bin/python" -c '' 2>/dev/null; then
    say "making $venv with $python, so that nothing is installed outside this folder"
    rm -rf "$venv"
    "$uv" venv --quiet --python "$python" "$venv"
    echo "$PWD" >"$venv/.baraza-place"
fi

if ! stamped .baraza-lock "$want $locks"; then
    say "installing the $want packages of $lock, each checked against its hash"
    rm -f "$venv/.baraza-project"
    "$uv" pip sync --quiet --python "$venv/bin/python" --require-hashes "$lock"
    echo "$want $locks" >"$venv/.baraza-lock"
fi

say "linking baraza itself into $venv, so that the code you edit is the code that runs"
"$uv" pip install --quiet --python "$venv/bin/python" --no-deps --no-index --no-build-isolation --editable .
echo "$project" >"$venv/.baraza-project"
