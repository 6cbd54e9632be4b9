#!/usr/bin/env bash
# Checks count-tests.sh on made-up result files.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
bad=0

# trx NAME ATTRIBUTES: a result file with these counters; its test output tries to look like some.
trx() {
    printf '\xef\xbb\xbf<?xml version="1.0" encoding="utf-8"?>\n<TestRun>\n  <Output><StdOut>&lt;Counters total="9" failed="9" /&gt; Counters failed="9"</StdOut></Output>\n  <ResultSummary outcome="Completed">\n    <Counters %s />\n  </ResultSummary>\n</TestRun>\n' "$2" > "$scratch/$1.trx"
}

# expect CODE LINE: what count-tests.sh answers for the files made since the last call.
expect() {
    local code=0 line
    line=$(./count-tests.sh "$scratch" 2> /dev/null) || code=$?
    if [[ $code != "$1" || $line != "$2" ]]; then
        echo "expected $1 '$2', got $code '$line'" >&2
        bad=1
    fi
    rm -f "$scratch"/*.trx
}

expect 1 "0 passed, 0 failed, 0 skipped"

trx one 'total="12" executed="12" passed="12" failed="0" error="0" timeout="0" aborted="0" inconclusive="0" passedButRunAborted="0" notRunnable="0" notExecuted="0"'
expect 0 "12 passed, 0 failed, 0 skipped"

trx 'user_host 1' 'total="1200" executed="1200" passed="1200" failed="0" error="0" timeout="0" aborted="0" passedButRunAborted="7" notExecuted="0"'
trx 'user_host 1[1]' 'total="5" executed="3" passed="3" failed="0" error="0" timeout="0" aborted="0" notExecuted="0"'
trx none 'total="0" executed="0" passed="0" failed="0" error="0" timeout="0" aborted="0" notExecuted="0"'
expect 0 "1203 passed, 0 failed, 2 skipped"

trx one 'total="10" executed="9" passed="5" failed="1" error="1" timeout="1" aborted="1" notExecuted="1"'
expect 1 "5 passed, 4 failed, 1 skipped"

trx skipped 'total="3" executed="0" passed="0" failed="0" error="0" timeout="0" aborted="0" notExecuted="3"'
expect 1 "0 passed, 0 failed, 3 skipped"

trx lines $'\n      total="2"\r\n\texecuted="2"\n      passed="2"\n      failed="0"'
expect 0 "2 passed, 0 failed, 0 skipped"

trx whole 'total="2" executed="2" passed="2" failed="0"'
: > "$scratch/broken.trx"
expect 1 "2 passed, 0 failed, 0 skipped"

exit "$bad"
