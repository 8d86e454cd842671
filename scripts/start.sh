#!/usr/bin/env bash
# The first command: prepares the machine, builds the release and runs the
# smallest graph without a network. Arguments are passed on to that run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/setup.sh
readonly build=(swift build -c release --static-swift-stdlib)
"${build[@]}" --product graph
binaries=$("${build[@]}" --show-bin-path)
exec "$binaries/graph" run graphs/hello.yaml --var name=World --offline "$@"
