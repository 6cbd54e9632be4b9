#!/usr/bin/env bash
# Builds the documentation site with docfx into artifacts/site, from docs/ and the XML comments of the built packages.
# Build TrustedApps.sln in Release before. A warning, such as a link that leads nowhere, is an error.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

assemblies=artifacts/site-assemblies
rm -rf "$assemblies" artifacts/site docs/api
mkdir -p "$assemblies"
for project in src/TrustedApps*/; do
    name=$(basename "$project")
    [[ $name == *.Templates || $name == *.Tool ]] && continue
    cp "$project"bin/Release/net10.0/{"$name".dll,"$name".xml} "$assemblies"
done

dotnet tool restore
dotnet docfx docfx.json --warningsAsErrors "$@"
cp artifacts/site/README.html artifacts/site/index.html
