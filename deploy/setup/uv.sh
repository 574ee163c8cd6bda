#!/bin/sh
# Prints the path of uv, which installs what the locks name. In order: the one on PATH, the one fetched before, one
# fetched from PyPI by pip (hashes in uv.lock.txt) into .tools; where Python has no pip, apt brings it (root on Debian).
set -eu

here=$(dirname "$0")
folder=.tools/uv
say() { echo "setup: $*" >&2; }

if command -v uv; then exit 0; fi
if [ -x "$folder/bin/uv" ]; then
    echo "$folder/bin/uv"
    exit 0
fi

python=$(sh "$here/python.sh")
if ! "$python" -m pip --version >/dev/null 2>&1; then
    if "$python" -c 'import ensurepip' 2>/dev/null && "$python" -m venv .tools/pip >/dev/null 2>&1; then
        say "this Python has no pip: made one in .tools/pip"
        python=.tools/pip/bin/python
    elif [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        say "this Python has no pip: bringing python3-pip with apt-get, to fetch uv from PyPI"
        export DEBIAN_FRONTEND=noninteractive
        apt-get update -qq >&2
        apt-get install -qq --yes --no-install-recommends python3-pip >/dev/null
        if ! "$python" -m pip --version >/dev/null 2>&1; then python=/usr/bin/python3; fi
    else
        say "uv is not installed and $python has no pip to fetch it with."
        say "Mend, one of: 'apt-get install python3-pip' as root and run make again; or put uv on PATH."
        exit 2
    fi
fi

say "fetching uv from PyPI into $folder, because none is on PATH"
PIP_ROOT_USER_ACTION=ignore "$python" -m pip install --quiet --no-cache-dir --disable-pip-version-check \
    --require-hashes --no-deps --only-binary :all: --upgrade --target "$folder" -r "$here/uv.lock.txt" >&2
echo "$folder/bin/uv"
