#!/usr/bin/env bash
# The third command: builds 'graph' if it is not built and puts it, with its
# completions for bash, zsh and fish, below PREFIX (default: ~/.local).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly prefix=${PREFIX:-$HOME/.local}
readonly program=$prefix/bin/graph
readonly bash_completion=$prefix/share/bash-completion/completions/graph
readonly zsh_completion=$prefix/share/zsh/site-functions/_graph
readonly fish_completion=$prefix/share/fish/vendor_completions.d/graph.fish

staged=
trap 'if [ -n "$staged" ]; then rm -f -- "$staged"; fi' EXIT

# Puts standard input where $2 says, with mode $1; whoever opens the file meanwhile sees the old one or the new one.
place() {
  mkdir -p -- "$(dirname -- "$2")"
  staged=$(mktemp -- "$2.XXXXXX")
  cat >"$staged"
  if [ ! -s "$staged" ]; then
    printf 'error: nothing to install as %s\n' "$2" >&2
    exit 1
  fi
  chmod "$1" "$staged"
  mv -f -- "$staged" "$2"
  staged=
  printf 'installed %s\n' "$2"
}

install_all() {
  scripts/setup.sh
  local -a build=(swift build -c release --static-swift-stdlib)
  "${build[@]}" --product graph
  local built
  built=$("${build[@]}" --show-bin-path)/graph
  place 755 "$program" <"$built"
  "$built" --generate-completion-script bash | place 644 "$bash_completion"
  "$built" --generate-completion-script zsh | place 644 "$zsh_completion"
  "$built" --generate-completion-script fish | place 644 "$fish_completion"

  case ":$PATH:" in
    *":$prefix/bin:"*) ;;
    *) printf '%s is not on the PATH. Add this line to your ~/.profile:\n  export PATH="%s:$PATH"\n' "$prefix/bin" "$prefix/bin" ;;
  esac
  if command -v zsh >/dev/null 2>&1; then
    printf 'zsh finds the completions with this line in ~/.zshrc, before compinit:\n  fpath+=("%s")\n' "${zsh_completion%/*}"
  fi
}

uninstall_all() {
  local file
  for file in "$program" "$bash_completion" "$zsh_completion" "$fish_completion"; do
    if [ -e "$file" ]; then
      rm -f -- "$file"
      printf 'removed %s\n' "$file"
    fi
  done
}

case "$#:${1-}" in
  0:) install_all ;;
  1:--uninstall) uninstall_all ;;
  *)
    printf 'usage: [PREFIX=folder] scripts/install.sh [--uninstall]\n' >&2
    exit 64
    ;;
esac
