#!/usr/bin/env bash
# Measures 'graph serve' beside FastAPI with SynapseKit, which are installed from PyPI below .build. Arguments: --times N.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly folder=.build/serving
readonly python=$folder/python/bin/python
if ! "$python" -c 'import fastapi, synapsekit, openai, uvicorn' 2>/dev/null; then
  python3 -m venv --clear "$folder/python"
  "$python" -m pip install --quiet --disable-pip-version-check \
    --constraint Benchmarks/serving/constraints.txt synapsekit openai fastapi uvicorn
fi
ulimit -n "$(ulimit -H -n)"
readonly build=(swift build -c release --static-swift-stdlib)
"${build[@]}" --product graph
binaries=$("${build[@]}" --show-bin-path)
PYTHONPATH=Benchmarks exec "$python" -m serving --program "$binaries/graph" --folder "$folder/benchmark" "$@"
