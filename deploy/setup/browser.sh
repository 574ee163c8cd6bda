#!/bin/sh
# Sees to it that the browser tests find a Chromium: the one named by BARAZA_TEST_BROWSER, one on PATH, else Debian's.
set -eu

say() { echo "setup: $*"; }

if [ -n "${BARAZA_TEST_BROWSER:-}" ]; then
    if [ -x "$BARAZA_TEST_BROWSER" ]; then exit 0; fi
    say "BARAZA_TEST_BROWSER names $BARAZA_TEST_BROWSER, which cannot be run." >&2
    exit 2
fi
for name in chromium chromium-browser google-chrome google-chrome-stable; do
    if command -v "$name" >/dev/null; then exit 0; fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    say "no Chromium was found: bringing it with apt-get, for the browser tests"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -qq --yes --no-install-recommends chromium >/dev/null
    exit 0
fi
say "the browser tests need Chromium and none was found." >&2
say "Mend, one of: as root 'apt-get install chromium'; or BARAZA_TEST_BROWSER=/path/to/chromium make test" >&2
exit 2
