#!/usr/bin/env bash
# The same tests with the large counts that `make test` runs a twentieth of, then coverage-guided fuzzing.
source "$(dirname "$0")/lib.sh"
parts
export PROPTEST_CASES=${PROPTEST_CASES:-20000}
export KUBECHAT_SOAK=1
cargo test --locked --profile fast --workspace --no-fail-fast
scripts/build.sh
npm_ci tests/browser
(cd tests/browser && PODS_SECONDS=${PODS_SECONDS:-600} node --test --test-reporter=spec many-pods.test.js)
FUZZ_SECONDS=${FUZZ_SECONDS:-300} scripts/fuzz.sh
