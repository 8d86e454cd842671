#!/usr/bin/env bash
# Speaks with 'graph lsp' through pytest-lsp, the client that authors of
# language servers test with, in place of our own. It is installed from PyPI
# below .build on the first run. Arguments go to pytest.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/setup.sh
readonly folder=.build/lsp-client
readonly python=$folder/python/bin/python

if ! "$python" -c 'import pytest_lsp' 2>/dev/null; then
  python3 -m venv --clear "$folder/python"
  "$python" -m pip install --quiet --disable-pip-version-check \
    --constraint Tests/LanguageServerClient/constraints.txt pytest-lsp==1.0.1
fi
if [ -z "${GRAPH:-}" ]; then
  readonly build=(swift build -c release)
  "${build[@]}" --product graph
  GRAPH="$("${build[@]}" --show-bin-path)/graph"
fi
export GRAPH
export PYTHONDONTWRITEBYTECODE=1
exec "$python" -m pytest Tests/LanguageServerClient "$@"
