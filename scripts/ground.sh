#!/usr/bin/env bash
# Builds the ground: the Kubernetes programs that the practice cluster and the tests run, from their published Go modules.
#
#   scripts/ground.sh          build what is missing; the last line on stdout is the folder
#   scripts/ground.sh --path   print the folder; exit 1 when it is not complete
#
# The folder is keyed by what ground/go.mod and ground/go.sum say, so a change of versions gets a folder of its own.
# KUBEBUILDER_ASSETS: a folder whose etcd, kube-apiserver and kubectl are taken instead of being built.
set -euo pipefail

say() { printf 'ground: %s\n' "$*" >&2; }
die() { say "$1"; shift; for line in "$@"; do printf '        %s\n' "$line" >&2; done; exit 1; }

sha256() { if command -v sha256sum >/dev/null; then sha256sum; else shasum -a 256; fi; }

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source_dir=$(cd "$here/../ground" && pwd)
key=$(cat "$source_dir/go.mod" "$source_dir/go.sum" | sha256 | cut -c1-16)
home="${XDG_CACHE_HOME:-$HOME/.cache}/kubechat/ground/$key"

programs=(etcd kube-apiserver kube-controller-manager kube-scheduler kubectl kwok metrics-server)
kwok_files=(
  kustomize/metrics/resource/metrics-resource.yaml
  kustomize/metrics/usage/usage-from-annotation.yaml
  LICENSE
)

package_of() {
  case $1 in
    etcd) echo go.etcd.io/etcd/server/v3 ;;
    kwok) echo sigs.k8s.io/kwok/cmd/kwok ;;
    metrics-server) echo sigs.k8s.io/metrics-server/cmd/metrics-server ;;
    *) echo "k8s.io/kubernetes/cmd/$1" ;;
  esac
}

complete() {
  local name
  for name in "${programs[@]}"; do [[ -x $home/bin/$name ]] || return 1; done
  for name in "${kwok_files[@]}"; do [[ -f $home/kwok/${name##*/} ]] || return 1; done
}

case ${1:-} in
  --path) complete || { say "not built yet: run scripts/ground.sh"; exit 1; }; echo "$home"; exit 0 ;;
  '') ;;
  *) die "unknown option $1" "usage: scripts/ground.sh [--path]" ;;
esac

if complete; then echo "$home"; exit 0; fi

# One builder at a time. Without flock (not on every system) two would only waste time: each renames a finished file.
mkdir -p "$home/bin" "$home/kwok"
if command -v flock >/dev/null; then
  exec 9>"$home/lock"
  flock -n 9 || { say "another build is running; waiting for it"; flock 9; }
  if complete; then echo "$home"; exit 0; fi
fi

# An older Go is told here, not by a download of another toolchain halfway through.
wanted=$(awk '$1 == "go" { print $2; exit }' "$source_dir/go.mod")
command -v go >/dev/null || die "Go is not installed, or not on PATH." \
  "What to do next: install Go $wanted or newer (https://go.dev/dl), then run this again."
export CGO_ENABLED=0 GOTOOLCHAIN=local GOWORK=off GOFLAGS='-mod=readonly -trimpath -buildvcs=false'
have=$(cd / && go env GOVERSION); have=${have#go}; have=${have%% *}
oldest=$(printf '%s\n%s\n' "$wanted" "$have" | sort -V | head -n 1)
[[ $oldest == "$wanted" ]] || die "Go $have is too old: these programs need Go $wanted." \
  "What to do next: install Go $wanted or newer (https://go.dev/dl), then run this again."

log="$home/build.log"
work=$(mktemp -d "$home/tmp.XXXXXX")
trap 'rm -rf "$work"' EXIT

# Runs one go command; on failure says why and what to do.
run_go() {
  if (cd "$source_dir" && go "$@") >"$log" 2>&1; then return 0; fi
  tail -n 20 "$log" >&2
  if grep -qiE 'dial tcp|no such host|connection refused|timeout|proxyconnect|unexpected EOF|TLS handshake|40[37] |50[0-9] ' "$log"; then
    die "the Go module proxy ($(go env GOPROXY)) did not answer as it should." \
      "What to do next: check the network, or point GOPROXY at a proxy you can reach, then run this again;" \
      "what is finished is kept."
  fi
  if grep -qiE 'no space left|cannot allocate memory|signal: killed' "$log"; then
    die "the machine ran out of disk or memory." \
      "What to do next: about 6 GB of disk and 4 GB of memory are needed; free some, then run this again."
  fi
  die "go $1 failed; everything it said is in $log"
}

release=$(awk '$1 == "k8s.io/kubernetes" && $2 ~ /^v/ { print $2; exit }' "$source_dir/go.mod")
IFS=. read -r major minor _ <<<"${release#v}"
stamps="-s -w"
for package in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
  # "+practice": nobody shall take these for the released programs.
  stamps+=" -X $package.gitVersion=$release+practice -X $package.gitMajor=$major -X $package.gitMinor=$minor"
  stamps+=" -X $package.gitTreeState=clean -X $package.gitCommit=unofficial -X $package.buildDate=1970-01-01T00:00:00Z"
done

build() {
  local name=$1 flags=(-ldflags "-s -w")
  local package; package=$(package_of "$name")
  [[ $package == k8s.io/kubernetes/* ]] && flags=(-tags "selinux,notest,grpcnotrace" -ldflags "$stamps")
  run_go build "${flags[@]}" -o "$work/$name" "$package"
}

count=0
for name in "${programs[@]}"; do
  count=$((count + 1))
  [[ -x $home/bin/$name ]] && continue
  started=$SECONDS
  assets=${KUBEBUILDER_ASSETS:-}
  if [[ " etcd kube-apiserver kubectl " == *" $name "* && -n $assets &&
    -x $assets/etcd && -x $assets/kube-apiserver && -x $assets/kubectl ]]; then
    cp -L "$assets/$name" "$work/$name"
    how=" (from KUBEBUILDER_ASSETS)"
  else
    say "$count/${#programs[@]} $name …"
    build "$name"
    how=""
  fi
  mv "$work/$name" "$home/bin/$name"
  say "$count/${#programs[@]} $name$how  $((SECONDS - started)) s"
done

run_go mod download sigs.k8s.io/kwok
kwok_dir=$(cd "$source_dir" && go list -m -f '{{.Dir}}' sigs.k8s.io/kwok)
for name in "${kwok_files[@]}"; do
  install -m 0644 "$kwok_dir/$name" "$work/${name##*/}"
  mv "$work/${name##*/}" "$home/kwok/${name##*/}"
done
rm -f "$log"
echo "$home"
