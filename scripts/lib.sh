# Shared by the scripts: sourced, not run.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

say() { printf '\n== %s\n' "$*" >&2; }
die() { printf 'kubechat: %s\n' "$*" >&2; exit 1; }

need() { # need PROGRAM HOW-TO-GET-IT
  command -v "$1" >/dev/null 2>&1 || die "$1 is missing. $2"
}

# debian PROGRAM PACKAGE: installs the package where we are root on Debian, else says what to install.
debian() {
  command -v "$1" >/dev/null 2>&1 && return 0
  if [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null 2>&1; then
    say "installing $2"
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$2" >/dev/null
  else
    die "$1 is missing. Install the package $2 (on Debian: apt-get install $2) and try again."
  fi
}

# The server that the tests start themselves; Debian keeps its programs off the PATH.
postgresql() {
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || debian initdb postgresql
}

# What the tests run besides our own code: installs, builds or fetches what is missing.
parts() {
  debian chromium chromium
  debian python3 python3
  debian pip3 python3-pip
  debian g++ g++
  postgresql
  say "ground: the programs of the control plane"
  KUBECHAT_GROUND=$(scripts/ground.sh)
  export KUBECHAT_GROUND
  say "ollama: a real model server with a tiny model"
  scripts/ollama.sh >/dev/null
  say "adversary: what hostile models say and strangers plant"
  scripts/adversary.sh >/dev/null
}

# npm_ci FOLDER: installs exactly what the lock file says, once per lock file.
npm_ci() {
  local stamp="$1/node_modules/.kubechat-lock" sum
  sum=$(cat "$1/package-lock.json" "$1/package.json" | sha256sum)
  [[ -f $stamp && $(cat "$stamp") == "$sum" ]] && return 0
  need npm "Install Node 20 or later."
  (cd "$1" && npm ci --no-audit --no-fund --loglevel=error)
  printf '%s' "$sum" > "$stamp"
}

export CARGO_TERM_COLOR=${CARGO_TERM_COLOR:-auto}
