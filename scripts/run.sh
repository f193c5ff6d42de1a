#!/usr/bin/env bash
# Builds what is missing and serves. With KUBECONFIG, or --kubeconfig among the arguments, that cluster is used and no Go
# is needed; else the practice cluster's programs are built once.
source "$(dirname "$0")/lib.sh"
scripts/build.sh
if [[ -z ${KUBECONFIG:-} && " $* " != *" --kubeconfig"* ]]; then
  scripts/ground.sh >/dev/null
fi
exec target/fast/kubechat serve "$@"
