#!/usr/bin/env bash
# Brings .venv to what pyproject.toml asks for: the program's packages, with `dev` as `$1` also the developers'.
set -euo pipefail

extra=${1:-}
stamp=.venv/installed # line 1: for which pyproject.toml; 2: in which folder; 3: with which extra
state=$(sha256sum pyproject.toml | cut -d' ' -f1)

stamped() { sed -n "$1p" $stamp 2>/dev/null || true; }

is_installed() {
    [ "$(stamped 1)" = "$state" ] && [ "$(stamped 2)" = "$PWD" ] && { [ -z "$extra" ] || [ "$(stamped 3)" = dev ]; } &&
        .venv/bin/python -c '' 2>/dev/null
}

if is_installed; then exit 0; fi

# The programs of a virtual environment name its folder: one that was moved or copied is made anew.
if { [ -f $stamp ] && [ "$(stamped 2)" != "$PWD" ]; } || ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    python=$(scripts/python.sh)
    echo "making .venv with $($python --version) …"
    "$python" -m venv --clear .venv
fi
if [ "$(stamped 3)" = dev ]; then extra=dev; fi
rm -f $stamp
echo "installing the Python packages …"
.venv/bin/python -m pip install -qq --disable-pip-version-check --editable ".${extra:+[$extra]}"
printf '%s\n' "$state" "$PWD" "$extra" >$stamp
