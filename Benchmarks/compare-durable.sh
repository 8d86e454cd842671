#!/usr/bin/env bash
# Measures the same durable work in LangGraph with its SQLite saver and here, one after the other on one folder: seconds by
# the clock and bytes of the file. Arguments: a folder on the disk to measure (/dev/shm shows what is left without one),
# and how often each work is done.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
readonly folder=$(realpath "${1:-/tmp}") times=${2:-3}

environment=$(mktemp -d)
trap 'rm -rf "$environment"' EXIT
python3 -m venv "$environment"
"$environment/bin/pip" install --quiet langgraph==1.2.22 langgraph-checkpoint==4.3.2 langgraph-checkpoint-sqlite==3.1.2

readonly build=(swift build -c release --static-swift-stdlib)
"${build[@]}"
echo "One sync of the disk, in milliseconds:"
"$environment/bin/python" - "$folder" <<'PYTHON'
import os, sys, tempfile, time
with tempfile.TemporaryFile(dir=sys.argv[1]) as file:
    descriptor = file.fileno()
    os.write(descriptor, bytes(1 << 20))
    os.fsync(descriptor)
    start = time.monotonic()
    for index in range(200):
        os.pwrite(descriptor, b"x" * 4096, index * 4096)
        os.fdatasync(descriptor)
    print(round((time.monotonic() - start) * 5, 2))
PYTHON
echo "LangGraph:"
"$environment/bin/python" durable_langgraph.py --times "$times" --folder "$folder"
echo "Here (growth is the size of the file):"
TMPDIR=$folder "$("${build[@]}" --show-bin-path)/GraphBenchmarks" --times "$times" --only kept
