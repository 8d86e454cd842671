#!/usr/bin/env bash
# Asks our WebSockets what the test suite of Autobahn asks, some 300 cases in
# about a minute. The suite needs Python 2.7; it is installed from PyPI below
# .build on the first run, and where that cannot be had, nothing is tested.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/setup.sh
readonly folder=$PWD/.build/autobahn
readonly wstest=$folder/bin/wstest

if [ ! -x "$wstest" ]; then
  # Where several versions are managed by pyenv, this chooses one.
  PYENV_VERSION="$(pyenv versions --bare 2>/dev/null | grep '^2\.7' | tail -1 || true)"
  export PYENV_VERSION
  if ! python2.7 -c '' 2>/dev/null; then
    echo "autobahn.sh: skipped, there is no python2.7"
    exit 0
  fi
  export PYTHONWARNINGS=ignore
  if ! {
    python2.7 -m pip install --quiet --disable-pip-version-check --target "$folder/tools" virtualenv &&
      PYTHONPATH=$folder/tools python2.7 -m virtualenv --quiet "$folder" &&
      "$folder/bin/pip" install --quiet --disable-pip-version-check autobahntestsuite
  }; then
    echo "autobahn.sh: skipped, the suite cannot be had"
    exit 0
  fi
fi
AUTOBAHN=$wstest exec swift test -Xswiftc -warnings-as-errors --filter AutobahnTests
