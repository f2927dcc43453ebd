#!/usr/bin/env bash
# Installs what is missing for `$1` (run, test or bench): system packages, Python packages and browser assets.
set -euo pipefail
cd "$(dirname "$0")/.."

purpose=$1
scripts/system.sh "$purpose"
if [ "$purpose" = run ]; then scripts/venv.sh; else scripts/venv.sh dev; fi
.venv/bin/python -m web.maps.vendor | { grep -v 'up to date' || true; }
