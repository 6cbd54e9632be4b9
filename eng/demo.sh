#!/usr/bin/env bash
# Runs the demo: a wiki, a tracker and a calendar that trust each other. Arguments go to it (--serve keeps both running).
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

echo "Building the demo, about a minute the first time ..."
exec dotnet run -c Release --project samples/Demo -- "$@"
