#!/usr/bin/env bash
# Everything: formatting, lints, unit tests, the real control plane, the web app, the browser.
source "$(dirname "$0")/lib.sh"
begun=$SECONDS
need cargo "Install Rust 1.95 or later (rustup)."
need node "Install Node 20 or later."
need go "Install Go 1.26 or later."
parts

say "web: lint, types, unit tests, build"
npm_ci web
(cd web && npm run --silent lint && npm run --silent test)
scripts/web.sh

say "formatting and lints"
cargo fmt --all --check
cargo clippy --locked --quiet --workspace --all-targets -- --deny warnings

say "unit and control-plane tests"
export PROPTEST_CASES=${PROPTEST_CASES:-64}
cargo test --locked --profile fast --workspace --no-fail-fast

say "browser tests"
npm_ci tests/browser
(cd tests/browser && npm test --silent)

say "all green in $(( (SECONDS - begun) / 60 )) min $(( (SECONDS - begun) % 60 )) s"
