#!/usr/bin/env bash
# Runs the same graphs through yamlgraph 0.6.5 and through 'graph', against a
# provider on loopback, and compares how they end. yamlgraph is installed from
# PyPI below .build on the first run. Arguments: --only TEXT, --count N, --seed N.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/setup.sh
source Differential/install.sh
readonly build=(swift build -c release)
"${build[@]}" --product graph
binaries=$("${build[@]}" --show-bin-path)
PYTHONPATH=Differential exec "$python" -m driver --program "$binaries/graph" --folder "$folder" "$@"
