#!/usr/bin/env bash
# Takes the pictures of README and docs from the real app on the practice cluster.
source "$(dirname "$0")/lib.sh"
debian chromium chromium
npm_ci tests/browser
KUBECHAT_GROUND=$(scripts/ground.sh)
export KUBECHAT_GROUND
(cd tests/browser && npm run --silent pictures)
