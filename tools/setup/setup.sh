#!/bin/sh
# Finds a Python recent enough and hands over to install.py: `sh tools/setup/setup.sh run` or `dev`.
# PYTHON=/path/to/python chooses another one.
set -eu
cd "$(dirname "$0")/../.."

fits() { "$1" -c 'import sys; sys.exit(not ((3, 11) <= sys.version_info[:2] <= ('"$2"')))' >/dev/null 2>&1; }

# First the versions the pinned packages were tried on, then any newer one.
for newest in "3, 13" "3, 99"; do
    for python in ${PYTHON:-} .venv/bin/python python3 python3.13 python3.12 python3.11 python3.14; do
        if fits "$python" "$newest"; then
            exec "$python" tools/setup/install.py "$@"
        fi
    done
done
echo "Établi demande Python 3.11 ou plus récent : installez-le (Debian, Ubuntu : « apt install python3 python3-venv »)," \
     "ou indiquez-le, par exemple « make run PYTHON=/opt/python3.12/bin/python3 »." >&2
exit 1
