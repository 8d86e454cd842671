#!/usr/bin/env bash
# Uses 'graph serve' as other people's programs do: OpenAI's client, the
# WebSocket client 'websockets', the client of server-sent events
# 'sseclient-py', validators of OpenAPI and of Prometheus' metrics, and, where
# it is installed, Chromium with the examples of streaming guides. The packages
# are installed from PyPI below .build on the first run; where they cannot be
# had, nothing is tested. Arguments go to pytest.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/setup.sh
readonly folder=.build/serve-clients
readonly python=$folder/bin/python

if ! "$python" -c 'import openai, openapi_spec_validator, prometheus_client, pytest, sseclient, websockets' 2>/dev/null; then
  python3 -m venv --clear "$folder"
  if ! "$python" -m pip install --quiet --disable-pip-version-check \
    --constraint Tests/ServeClients/constraints.txt \
    openai==3.57.0 openapi-spec-validator==0.9.0 prometheus-client==0.26.0 pytest==9.2.0 sseclient-py==1.9.0 \
    websockets==17.4; then
    echo "serve-clients.sh: skipped, the packages cannot be had"
    exit 0
  fi
fi
command -v chromium >/dev/null || echo "serve-clients.sh: without a browser, as chromium is not installed"
if [ -z "${GRAPH:-}" ]; then
  # As people install it.
  readonly build=(swift build -c release --static-swift-stdlib)
  "${build[@]}" --product graph
  GRAPH="$("${build[@]}" --show-bin-path)/graph"
fi
export GRAPH
export PYTHONDONTWRITEBYTECODE=1
exec "$python" -m pytest Tests/ServeClients "$@"
