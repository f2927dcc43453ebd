#!/usr/bin/env bash
# Installs what is missing for `$1` (run, test or bench): system packages, Python packages and browser assets.
set -euo pipefail
cd "$(dirname "$0")/.."

purpose=$1
scripts/system.sh "$purpose"
if [ "$purpose" = run ]; then scripts/venv.sh; else scripts/venv.sh dev; fi
# The peer that tiles are measured against is no part of the program: it is added when it is wanted.
if [ "$purpose" = bench ] && ! .venv/bin/python -c 'import tipg, uvicorn' 2>/dev/null; then
    .venv/bin/python -m pip install -qq --disable-pip-version-check --editable '.[bench]'
fi
.venv/bin/python -m web.maps.vendor | { grep -v 'up to date' || true; }
