#!/usr/bin/env bash
# Builds and runs every test. Needs git, the .NET 10 SDK and, to install missing packages on Debian, root.
# With --no-build as the first argument it tests what is built. All other arguments go to dotnet test.
# The last line is "N passed, N failed, N skipped".
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
export PATH="$PATH:/usr/sbin:/sbin" # where Debian keeps nginx and Apache
results=artifacts/test-results

build=yes
if [[ ${1:-} == --no-build ]]; then
    build=no
    shift
fi
if [[ $build == yes ]]; then
    echo "Building and running every test: about ten minutes on two cores. Missing packages are installed first."
else
    echo "Running every test: about eight minutes on two cores. Missing packages are installed first."
fi

install_packages() {
    local as_root=()
    if ! command -v apt-get > /dev/null; then
        echo "Missing: $*. Install them, then run this again." >&2
        return 1
    fi
    if [[ $EUID -ne 0 ]]; then
        if ! command -v sudo > /dev/null; then
            echo "Missing: $*. Run 'apt-get install $*' as root, then run this again." >&2
            return 1
        fi
        as_root=(sudo)
    fi

    # No service is started while packages are installed: the tests run an nginx, an Apache and a PostgreSQL of their own.
    local policy=/usr/sbin/policy-rc.d
    (
        if [[ ! -e $policy ]]; then
            trap '"${as_root[@]}" rm -f "$policy"' EXIT
            "${as_root[@]}" install -m 755 /dev/stdin "$policy" <<< $'#!/bin/sh\nexit 101'
        fi
        "${as_root[@]}" apt-get update -q
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends "$@"
    )
}

missing=()
command -v nginx > /dev/null || missing+=(nginx)
command -v apache2 > /dev/null || missing+=(apache2)
command -v curl > /dev/null || missing+=(curl)
command -v node > /dev/null || missing+=(nodejs)
command -v npm > /dev/null || missing+=(npm)
command -v chromium > /dev/null || missing+=(chromium)
command -v pgbouncer > /dev/null || missing+=(pgbouncer)
command -v prometheus > /dev/null || missing+=(prometheus) # with promtool
[[ -e /usr/lib/softhsm/libsofthsm2.so ]] || missing+=(softhsm2)
command -v pkcs11-tool > /dev/null || missing+=(opensc)
command -v clang > /dev/null || missing+=(clang) # links native AOT
[[ -e /usr/include/zlib.h ]] || missing+=(zlib1g-dev)
compgen -G '/usr/lib/postgresql/*/bin/initdb' > /dev/null || missing+=(postgresql)
if [[ ${#missing[@]} -gt 0 ]]; then install_packages "${missing[@]}"; fi

# Test projects in the order in which they start: those that take longest first.
list_tests() {
    local project
    for project in tests/{Samples.Tests,TrustedApps.{Packages,Storage,Admin,IntegrationTests,Tool,Tests}*}/*Tests.csproj tests/*/*Tests.csproj; do
        echo "${project%/*}/bin/Release/net10.0/$(basename "$project" .csproj).dll"
    done | awk '!seen[$0]++'
}

rm -rf "$results"
status=0
if [[ $build == yes ]]; then
    # The analyzers run in .ci/run and in every other build.
    dotnet build TrustedApps.sln -c Release -p:RunAnalyzers=false -p:EnforceCodeStyleInBuild=false || status=$?
    rm -rf artifacts/packages
    [[ $status -ne 0 ]] || dotnet pack TrustedApps.sln -c Release --no-build -o artifacts/packages || status=$? # TrustedApps.Packages.Tests uses them
fi
if [[ $status -eq 0 ]]; then
    mapfile -t assemblies < <(list_tests)
    dotnet test "${assemblies[@]}" --logger trx --results-directory "$results" "$@" -- RunConfiguration.MaxCpuCount=3 || status=$?
fi
[[ $status -eq 0 ]] || echo "dotnet build or dotnet test failed with exit code $status" >&2

eng/count-tests.sh "$results" || status=1
exit "$status"
