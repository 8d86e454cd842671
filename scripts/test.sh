#!/usr/bin/env bash
# The second command: prepares the machine and runs all tests. Arguments are
# passed on to 'swift test', as in: scripts/test.sh --filter CommandKitTests
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/setup.sh

# What computes for a long time is run by itself, so that tests in which somebody waits get their turn.
readonly long='MutationTests|LawTests|DiagnosticExampleTests'
for argument in "$@"; do
  case $argument in --filter | --skip) exec swift test "$@" ;; esac
done
swift test "$@" --skip "$long"
exec swift test "$@" --filter "$long"
