#!/usr/bin/env bash
# Prints the Python to build .venv with: 3.11 or newer, able to make virtual environments.
for python in python3 python3.13 python3.12 python3.11 /usr/bin/python3; do
    if "$python" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
        command -v "$python"
        exit 0
    fi
done
echo "make: Python 3.11 or newer with venv is missing: install python3 and python3-venv" >&2
exit 6
