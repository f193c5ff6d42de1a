#!/usr/bin/env bash
# Builds the web app and the binary (profile fast: optimised, quick to link).
source "$(dirname "$0")/lib.sh"
need cargo "Install Rust 1.95 or later (rustup)."
scripts/web.sh
say "building the binary (target/fast/kubechat)"
cargo build --locked --profile fast --package kubechat
