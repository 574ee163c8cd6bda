#!/bin/sh
# Prints the Python that Baraza is set up with: $PYTHON if given, else the first one found that is 3.11 or newer.
set -eu

for candidate in ${PYTHON:-} python3.11 python3.12 python3.13 python3.14 python3; do
    path=$(command -v "$candidate") || continue
    if "$path" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        echo "$path"
        exit 0
    fi
done
echo "setup: no Python 3.11 or newer was found. Mend: install one (on Debian 12: apt-get install python3)," >&2
echo "setup: or name one: PYTHON=/path/to/python3.11 make run" >&2
exit 2
