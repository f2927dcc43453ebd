#!/usr/bin/env bash
# Installs the Debian or Ubuntu packages that `$1` (run, test or bench) needs and this machine lacks.
set -euo pipefail

purpose=$1
missing=()

has() { command -v "$1" >/dev/null 2>&1; }

python_is_new_enough() { has python3 && python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

postgis_is_here() {
    local folder
    for folder in /usr/lib/postgresql/*/bin /usr/pgsql-*/bin "$(dirname "$(command -v pg_ctl || echo /nowhere/pg_ctl)")"; do
        [ -x "$folder/initdb" ] && [ -x "$folder/pg_config" ] &&
            [ -e "$("$folder/pg_config" --sharedir)/extension/postgis.control" ] && return 0
    done
    return 1
}

postgres_major() { # the newest one installed, else the distribution's
    local installed
    installed=$(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin 2>/dev/null | cut -d/ -f5 | sort -n | tail -1)
    echo "${installed:-$(apt-cache depends postgresql | sed -n 's/.*Depends: postgresql-\([0-9]*\)$/\1/p' | head -1)}"
}

chromium_is_here() { has chromium || has chromium-browser || has google-chrome; }

as_root() {
    if [ "$(id -u)" = 0 ]; then
        env DEBIAN_FRONTEND=noninteractive "$@"
    elif has sudo; then
        sudo env DEBIAN_FRONTEND=noninteractive "$@"
    else
        echo "make: ${missing[*]} must be installed and there is no sudo: ask an administrator, then run make again" >&2
        exit 6
    fi
}

apt_get() { as_root apt-get -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 -qq "$@"; }

find_missing() {
    if ! scripts/python.sh >/dev/null 2>&1; then
        if python_is_new_enough || ! has python3; then missing+=(python3 python3-venv); else missing+=(python3.11 python3.11-venv); fi
    fi
    if ! postgis_is_here && { [ "$purpose" != run ] || [ -z "${GEO_GRID_DATABASE_URL:-}" ]; }; then missing+=(postgis); fi
    if ! has npm; then missing+=(nodejs npm); fi
    # For papers: what lays out text, and Chinese type.
    if ! compgen -G '/usr/lib*/*/libpangoft2-1.0.so.0' >/dev/null; then missing+=(libpangoft2-1.0-0); fi
    if ! compgen -G '/usr/lib*/*/libharfbuzz-subset.so.0' >/dev/null; then missing+=(libharfbuzz-subset0); fi
    if ! [ -d /usr/share/fonts/opentype/noto ] && [ -z "$(fc-list :lang=zh 2>/dev/null)" ]; then missing+=(fonts-noto-cjk); fi
    if [ "$purpose" != run ]; then
        if ! chromium_is_here; then missing+=(chromium); fi
        if ! compgen -G '/usr/lib*/*/libatomic.so.1' >/dev/null; then missing+=(libatomic1); fi # for Playwright's own node
    fi
    if [ "$purpose" = bench ] && ! has ogr2ogr; then missing+=(gdal-bin); fi
    if [ "$purpose" = bench ] && ! has wrk; then missing+=(wrk); fi
}

install_missing() {
    local package packages=() major
    if ! has apt-get; then
        echo "make: this machine has no apt-get: install ${missing[*]} by its own means, then run make again" >&2
        exit 6
    fi
    echo "installing ${missing[*]} …"
    apt_get update
    for package in "${missing[@]}"; do
        case $package in
            postgis)
                major=$(postgres_major)
                packages+=("postgresql-$major" "postgresql-$major-postgis-3")
                ;;
            chromium)
                if [ -n "$(apt-cache policy chromium 2>/dev/null | grep -v '(none)' | grep Candidate)" ]; then
                    packages+=(chromium)
                else
                    packages+=(chromium-browser)
                fi
                ;;
            *) packages+=("$package") ;;
        esac
    done
    # The package would make and start a server of its own, which nobody here needs.
    local no_cluster=/etc/postgresql-common/createcluster.d/geo_grid.conf
    as_root mkdir -p "$(dirname $no_cluster)"
    echo "create_main_cluster = false" | as_root tee $no_cluster >/dev/null
    trap 'as_root rm -f /etc/postgresql-common/createcluster.d/geo_grid.conf' EXIT
    local log
    log=$(mktemp)
    if ! apt_get install --yes --no-install-recommends "${packages[@]}" >"$log" 2>&1; then
        tail -20 "$log" >&2
        echo "make: apt-get could not install ${packages[*]}: mend what it says above ($log), then run make again" >&2
        exit 6
    fi
    rm -f "$log"
}

# Tests drive it for half of the time that the whole browser takes; without it they drive the browser.
add_headless_shell() {
    local version
    if has chromium-headless-shell || ! version=$(dpkg-query -W -f='${Version}' chromium 2>/dev/null); then return; fi
    if apt-cache show "chromium-headless-shell=$version" >/dev/null 2>&1; then
        apt_get install --yes --no-install-recommends "chromium-headless-shell=$version" >/dev/null 2>&1 || true
    fi
}

find_missing
if [ ${#missing[@]} -gt 0 ]; then install_missing; fi
if [ "$purpose" != run ]; then add_headless_shell; fi
