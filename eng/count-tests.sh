#!/usr/bin/env bash
# count-tests.sh DIRECTORY: adds up its .trx files and prints "N passed, N failed, N skipped".
# Exit code 1 when a test failed, when none passed, or when a file has no counters (a run that broke off).
set -euo pipefail
shopt -s nullglob
files=("${1:?usage: count-tests.sh DIRECTORY}"/*.trx)

# One record a tag: XML text and attributes cannot hold a plain '<', so no test output looks like the element.
# VSTest leaves notExecuted at 0 and counts a skipped test in total only.
awk -v files="${#files[@]}" '
    function count(name,    text) {
        if (!match($0, "[ \t\r\n]" name "=\"[0-9]+\"")) return 0
        text = substr($0, RSTART, RLENGTH)
        gsub(/[^0-9]/, "", text)
        return text + 0
    }
    BEGIN { RS = "<" }
    /^Counters[ \t\r\n]/ {
        counted++
        total += count("total")
        passed += count("passed")
        failed += count("failed") + count("error") + count("timeout") + count("aborted")
    }
    END {
        if (counted < files) printf "%d of %d result files have no counters\n", files - counted, files > "/dev/stderr"
        printf "%d passed, %d failed, %d skipped\n", passed, failed, total - passed - failed
        exit failed > 0 || passed == 0 || counted < files
    }' "${files[@]}" < /dev/null
