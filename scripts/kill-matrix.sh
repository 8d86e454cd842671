#!/usr/bin/env bash
# Kills the program at every place where it writes, in every shape of graph and
# on every store that can be started here, lets its disk fail in every way, and
# writes the tables of docs/guarantees.md.
#
# scripts/kill-matrix.sh [random kills, 1000 by default]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/setup.sh
export KILL_MATRIX=all KILL_TRIALS=${1:-1000} KILL_RESULTS=$PWD/.build/kill-matrix
rm -rf "$KILL_RESULTS"
mkdir -p "$KILL_RESULTS"
swift build --build-tests ${KILL_BUILD_FLAGS:-}
swift test --skip-build ${KILL_BUILD_FLAGS:-} --filter 'KillLawTests|TakeoverLawTests|DiskLawTests|UpkeepLawTests'

# A table of the rows in a folder, below a heading and with the sums of its numbers.
table() { # name, heading, head
  [ -d "$KILL_RESULTS/$1" ] || return 0
  printf '### %s\n\n| %s |\n|%s\n' "$2" "$3" "$(sed 's/[^|]//g; s/|/---|/g' <<<"$3|")"
  cat "$KILL_RESULTS/$1"/*.row
  cat "$KILL_RESULTS/$1"/*.row | awk -F ' *[|] *' '
    { for (i = 3; i < NF; i++) { gsub(",", "", $i); if ($i ~ /^[0-9]+$/) sum[i] += $i } columns = NF }
    END {
      printf "| **all** |"
      for (i = 3; i < columns; i++) {
        text = sum[i] + 0 ""
        while (match(text, /[0-9][0-9][0-9][0-9](,|$)/)) text = substr(text, 1, RSTART) "," substr(text, RSTART + 1)
        printf " %s |", text
      }
      print ""
    }'
  echo
}

results() {
  echo "$(date -u +%Y-%m-%d), $(uname -s) $(uname -m), $(nproc) processors, SQLite $(pkg-config --modversion sqlite3 2>/dev/null || echo '?')."
  echo
  table points 'Killed once, SQLite' 'shape | places | trials | kills | violations'
  table pairs 'Killed, and killed again while it goes on' 'shape | trials | kills | violations'
  table random 'Killed at random times' 'shape | threads | kills | violations'
  table takeover 'Killed while a thread is taken or kept' 'who is killed | places | trials | kills | violations'
  table disk 'A disk that fails' 'what it does | operations | trials | violations'
  table upkeep 'Commands that change threads' 'command | places | trials | violations'
  table postgres 'Killed once, PostgreSQL' 'shape | places | trials | kills | violations'
  table redis 'Killed once, Redis' 'shape | places | trials | kills | violations'
}

results >"$KILL_RESULTS/tables.md"
awk -v tables="$KILL_RESULTS/tables.md" '
  /^<!-- measured: begin -->$/ { print; print ""; while ((getline line < tables) > 0) print line; skips = 1 }
  /^<!-- measured: end -->$/ { skips = 0 }
  !skips { print }
' docs/guarantees.md >"$KILL_RESULTS/guarantees.md"
cp "$KILL_RESULTS/guarantees.md" docs/guarantees.md
cat "$KILL_RESULTS/tables.md"
