#!/usr/bin/env bash
# Coverage-guided fuzzing on stable Rust: FUZZ_SECONDS for each target (60), or for the TARGETs given.
# What makes a target fail lies in target/fuzz/<target>; give the file to the built program to see it again.
source "$(dirname "$0")/lib.sh"
debian g++ g++
seconds=${FUZZ_SECONDS:-60}
place=${CARGO_TARGET_DIR:-$root/target}/fuzz
triple=$(rustc -vV | sed -n 's/^host: //p')

say "fuzz: building with coverage counters"
# The passes are part of LLVM; only cargo-fuzz's sanitizers want a nightly compiler.
counters="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters"
counters+=" -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares --cfg fuzzing -Ccodegen-units=1"
RUSTFLAGS=$counters cargo build --locked --quiet --release --target "$triple" --target-dir "$place/build" \
  --manifest-path tests/fuzz/Cargo.toml

# Good lines to begin with, and the words they are made of.
cargo run --locked --quiet --profile fast --package kubechat-safety --bin kubechat-safety -- lines > "$place/lines"
grep -oE -- '--[a-z-]+|[a-z]{3,}' crates/kubectl/tests/data/flags.txt | sort -u | sed 's/.*/"&"/' > "$place/words"
seed() { # seed FOLDER: one file for each line of standard input
  mkdir -p "$1"
  [[ -n $(ls -A "$1") ]] || split -l 1 -a 5 - "$1/seed-"
}
rows=crates/kubechat/tests/differential
for target in ${*:-command patch translate jsonpath filter manifest go_template}; do
  case $target in
    command) seed "$place/$target" < "$place/lines" ;;
    patch) sed -n "s/.*--patch='\(.*\)'.*/\1/p" "$place/lines" | seed "$place/$target" ;;
    jsonpath) grep -hoE "jsonpath='[^']*'" "$rows"/*.rows | sed "s/^jsonpath='//; s/'$//" | seed "$place/$target" ;;
    go_template) grep -hoE "go-template='[^']*'" "$rows"/*.rows | sed "s/^go-template='//; s/'$//" | seed "$place/$target" ;;
    filter) grep -hoE '"[^"]*self\.[^"]*"' crates/kubectl/src/filter/tests.rs | sed 's/^"//; s/"$//' | seed "$place/$target" ;;
    manifest) mkdir -p "$place/$target" && cp "$rows"/files/manifests/*.* "$rows"/set-ups/* "$place/$target" ;;
    translate) sed -n 's/.*"request": *"\([^"]*\)".*/\1/p' tests/eval/open.jsonl | seed "$place/$target" ;;
  esac
  say "fuzz: $target for $seconds s"
  "$place/build/$triple/release/$target" "$place/$target" -max_total_time="$seconds" -max_len=2048 -timeout=10 \
    -dict="$place/words" -artifact_prefix="$place/$target-" -print_final_stats=1 -verbosity=0 -close_fd_mask=1
done
