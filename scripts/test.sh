#!/usr/bin/env bash
# The second command: prepares the machine and runs all tests. Arguments are
# passed on to 'swift test', as in: scripts/test.sh --filter CommandKitTests
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/setup.sh
exec swift test "$@"
