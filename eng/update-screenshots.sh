#!/usr/bin/env bash
# Copies the pictures of docs/operations.md from the last test run.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."

for picture in docs/images/*.png; do
    cp "artifacts/screenshots/$(basename "$picture" .png)-1280-light.png" "$picture"
done
