#!/usr/bin/env bash
# Lighthouse (mobile, its own throttling) on the optimised binary beside an empty page in the same run. Asserts nothing: read the figures.
#
#   RUNS=5 benches/lighthouse.sh     (after scripts/build.sh; needs Chromium; lighthouse comes from the npm registry)
source "$(dirname "$0")/../scripts/lib.sh"
need node "Install Node 20 or later."
debian chromium chromium
export KUBECHAT_BINARY=${KUBECHAT_BINARY:-$root/target/fast/kubechat}
[[ -x $KUBECHAT_BINARY ]] || die "$KUBECHAT_BINARY is missing. Run scripts/build.sh."
npm_ci benches/lighthouse
KUBECHAT_GROUND=$(scripts/ground.sh)
export KUBECHAT_GROUND
node benches/lighthouse/run.mjs
