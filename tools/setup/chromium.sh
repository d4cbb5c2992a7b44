#!/bin/sh
# Ends with 0 when a Chromium is there for the browser journeys, Debian's being installed if need be and allowed;
# else says in one line which journeys cannot be played and ends with 1.
set -eu
cd "$(dirname "$0")/../.."

found() { command -v chromium || command -v chromium-browser || command -v google-chrome; }

if found >/dev/null; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    mkdir -p build
    echo "Chromium (pour les parcours dans le navigateur)…"
    if { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium; } \
        >build/chromium.log 2>&1 && found >/dev/null; then
        exit 0
    fi
fi
journeys=$(find tests/journeys -name 'test_*.py' 2>/dev/null | sort | sed 's|.*/test_||; s|\.py$||' | paste -sd, | sed 's/,/, /g')
echo "Parcours non joués, faute de Chromium (« apt install chromium ») : ${journeys:-aucun}." >&2
exit 1
