#!/usr/bin/env bash
# Builds what the tests of language models run: Ollama from its published Go module, and a tiny model of random weights.
#
#   scripts/ollama.sh          build what is missing; the last line on stdout is the folder
#   scripts/ollama.sh --path   print the folder; exit 1 when it is not complete
#
# v0.11.4 is the last release whose module holds everything that its own runner needs; a C and C++ compiler are needed too.
source "$(dirname "$0")/lib.sh"

key=$(cat ground/ollama/go.mod ground/ollama/go.sum scripts/tiny-model.py | sha256sum | cut -c1-16)
home="${XDG_CACHE_HOME:-$HOME/.cache}/kubechat/ollama/$key"
complete() { [[ -x $home/bin/ollama && -s $home/tiny.gguf ]]; }

case ${1:-} in
  --path) complete || die "Ollama is not built yet: run scripts/ollama.sh"; echo "$home"; exit 0 ;;
  '') ;;
  *) die "unknown option $1; usage: scripts/ollama.sh [--path]" ;;
esac
complete && { echo "$home"; exit 0; }

need go "Install Go 1.24 or later."
need gcc "Install a C compiler (on Debian: apt-get install gcc g++)."
need g++ "Install a C++ compiler (on Debian: apt-get install gcc g++)."
need python3 "Install Python 3."
mkdir -p "$home/bin"
if command -v flock >/dev/null; then
  exec 9>"$home/lock"
  flock 9
  complete && { echo "$home"; exit 0; }
fi
work=$(mktemp -d "$home/tmp.XXXXXX")
trap 'rm -rf "$work"' EXIT
say "ollama: building it from its Go module (two minutes)"
(cd ground/ollama && CGO_ENABLED=1 GOTOOLCHAIN=local GOWORK=off GOFLAGS='-mod=readonly -trimpath -buildvcs=false' \
  go build -ldflags '-s -w -X github.com/ollama/ollama/version.Version=0.11.4' -o "$work/ollama" github.com/ollama/ollama) \
  >"$home/build.log" 2>&1 || { tail -n 20 "$home/build.log" >&2; die "Ollama could not be built; $home/build.log says why."; }
python3 scripts/tiny-model.py "$work/tiny.gguf"
mv "$work/tiny.gguf" "$home/tiny.gguf"
mv "$work/ollama" "$home/bin/ollama"
echo "$home"
