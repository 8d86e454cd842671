#!/usr/bin/env bash
# Breaks every example in every way that the mutation test knows, gives the
# broken files to 'graph validate' and to yamlgraph 0.6.5, and writes the table
# of docs/mutation.md. What passed unseen is listed in .build/mutation.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/setup.sh
source Differential/install.sh
# Its lint proves conditions where this is installed.
"$python" -c 'import z3' 2>/dev/null || "$python" -m pip install --quiet --disable-pip-version-check z3-solver
readonly results=$PWD/.build/mutation
mkdir -p "$results"
MUTATION_FOLDER=$results swift test -Xswiftc -warnings-as-errors --filter MutationTests
PYTHONPATH=Differential "$python" -m driver.mutation --mutants "$results/mutants.jsonl" \
  --folder "$results/yamlgraph" --document docs/mutation.md
