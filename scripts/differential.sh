#!/usr/bin/env bash
# Runs the same graphs through yamlgraph 0.6.5 and through 'graph', against a
# provider on loopback, and compares how they end. yamlgraph is installed from
# PyPI below .build on the first run. Arguments: --only TEXT, --count N, --seed N.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly folder=.build/differential
readonly python=$folder/python/bin/python

if ! "$python" -c 'import yamlgraph' 2>/dev/null; then
  python3 -m venv --clear "$folder/python"
  "$python" -m pip install --quiet --disable-pip-version-check \
    --constraint Differential/constraints.txt yamlgraph==0.6.5
fi
scripts/setup.sh
readonly build=(swift build -c release)
"${build[@]}" --product graph
binaries=$("${build[@]}" --show-bin-path)
PYTHONPATH=Differential exec "$python" -m driver --program "$binaries/graph" --folder "$folder" "$@"
