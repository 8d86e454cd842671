#!/usr/bin/env bash
# Measures the same work in yamlgraph 0.6.5 and in 'graph', side by side: CPU
# seconds and peak memory of whole processes. Arguments: --only TEXT, --times N.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

source Differential/install.sh
readonly build=(swift build -c release --static-swift-stdlib)
"${build[@]}" --product graph
binaries=$("${build[@]}" --show-bin-path)
PYTHONPATH=Differential exec "$python" -m driver.benchmark --program "$binaries/graph" --folder "$folder/benchmark" "$@"
