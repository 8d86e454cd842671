#!/usr/bin/env bash
# Prepares a Debian or Ubuntu machine for building and testing: checks the Swift
# toolchain and installs the system packages that are missing. Asks nothing.
set -euo pipefail

say() { printf '%s\n' "$*"; }
fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

readonly required_major=6 required_minor=3

check_swift() {
  command -v swift >/dev/null 2>&1 ||
    fail "Swift is not on the PATH; version $required_major.$required_minor or later is needed: https://www.swift.org/install/linux"
  local output version major minor
  output=$(swift --version 2>&1) || fail "'swift --version' failed: $output"
  version=$(printf '%s\n' "$output" | sed -n 's/.*Swift version \([0-9][0-9]*\.[0-9][0-9]*\).*/\1/p' | head -n 1)
  [ -n "$version" ] || fail "the version of Swift cannot be read from: $output"
  major=${version%%.*}
  minor=${version#*.}
  if ((major < required_major || (major == required_major && minor < required_minor))); then
    fail "Swift $version is too old; version $required_major.$required_minor or later is needed: https://www.swift.org/install/linux"
  fi
}

# Debian packages of which something is missing, one a line.
missing_packages() {
  has_header yaml.h || say libyaml-dev
  has_header curl/curl.h || say libcurl4-openssl-dev
  has_header sqlite3.h || say libsqlite3-dev
  has_header postgresql/libpq-fe.h || say libpq-dev
  command -v pkg-config >/dev/null 2>&1 || say pkg-config
  # The servers of tests; each test run starts its own.
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || say postgresql
  command -v redis-server >/dev/null 2>&1 || say redis-server
  # The proxy of a test, and its certificate.
  PATH=$PATH:/usr/sbin:/usr/local/sbin command -v nginx >/dev/null 2>&1 || say nginx-light
  command -v openssl >/dev/null 2>&1 || say openssl
  command -v curl >/dev/null 2>&1 || say curl
  command -v python3 >/dev/null 2>&1 || say python3
  has_module jinja2 || say python3-jinja2
  has_module jsonschema || say python3-jsonschema
}

# A Python that is not Debian's does not see Debian's modules, so either will do.
has_module() {
  python3 -c "import $1" >/dev/null 2>&1 || /usr/bin/python3 -c "import $1" >/dev/null 2>&1
}

has_header() {
  local folder
  for folder in /usr/include "/usr/include/$(uname -m)-linux-gnu" /usr/local/include; do
    [ -e "$folder/$1" ] && return 0
  done
  return 1
}

install_packages() {
  command -v apt-get >/dev/null 2>&1 || fail "please install these packages or their like: $*"
  local -a privileged=()
  if [ "$(id -u)" -ne 0 ]; then
    # With -n it fails where it would ask for a password.
    sudo -n true 2>/dev/null || fail "please run as root: apt-get install $*"
    privileged=(sudo -n)
  fi
  say "setup: installing $*"
  local -a apt=("${privileged[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0)
  # The lists may be old or absent in a fresh container; one failure is enough to fetch them.
  "${apt[@]}" install -y --no-install-recommends "$@" </dev/null >/dev/null 2>&1 ||
    { "${apt[@]}" update </dev/null && "${apt[@]}" install -y --no-install-recommends "$@" </dev/null >/dev/null; } ||
    fail "apt-get could not install: $*"
}

check_swift
mapfile -t packages < <(missing_packages)
if ((${#packages[@]} > 0)); then
  install_packages "${packages[@]}"
  mapfile -t packages < <(missing_packages)
  ((${#packages[@]} == 0)) || fail "still missing after installation: ${packages[*]}"
else
  say "setup: everything is there"
fi
