#!/usr/bin/env bash
# The misclassification benchmark: our own confusion matrix, or with TOOL="command" that of another tool.
source "$(dirname "$0")/lib.sh"
if [[ -n ${TOOL:-} ]]; then
  # The tool is a command with its arguments, split at spaces.
  # shellcheck disable=SC2086
  cargo run --locked --quiet --profile fast --package kubechat-safety --bin kubechat-safety -- score $TOOL
else
  cargo run --locked --quiet --profile fast --package kubechat-safety --example kubechat -- ${VERBOSE:+-v}
fi
