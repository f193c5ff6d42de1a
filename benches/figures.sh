#!/usr/bin/env bash
# Measures ours beside a peer, alternating, and prints one table. Asserts nothing about time: read the ratios.
#
#   benches/figures.sh     (after scripts/build.sh; Linux; some minutes)
source "$(dirname "$0")/../scripts/lib.sh"
export LC_ALL=C
unset KUBECONFIG KUBECHAT_DATA_DIR KUBECHAT_CONFIG KUBECHAT_ADMIN_PASSWORD

pairs=7
idle=5
entries=${ENTRIES:-1000000}
ours=$root/target/fast/kubechat
[[ $(uname) == Linux ]] || die "the figures need Linux (/proc, GNU time)."
[[ -x $ours ]] || die "$ours is missing. Run scripts/build.sh."
need node "Install Node 20 or later."
debian /usr/bin/time time
kubectl=$(scripts/ground.sh | tail -n 1)/bin/kubectl

# Beside what is built, hence on a disk: in a temporary file system fdatasync would be free.
tmp=$(mktemp -d "$root/target/figures.XXXXXX")
table=$tmp/table
cluster_pid=
finish() {
  [[ -z $cluster_pid ]] || { kill "$cluster_pid" && wait "$cluster_pid"; } 2>/dev/null || true
  rm -rf "$tmp"
}
trap finish EXIT
trap 'exit 130' INT TERM

row() { # row WHAT OURS PEER RATIO WORST PEER-IS
  printf '%-52s %10s %10s %6s %6s  %s\n' "$@" >> "$table"
}

paired() { # paired WHAT FILE COLUMN PEER-IS
  local figures
  figures=$(node benches/pairs.mjs "$2" "$3")
  # shellcheck disable=SC2086 # four words
  row "$1" $figures "$4"
}

timed() { # timed ours|peer FILE COMMAND…: adds "WHO wall-ms cpu-ms peak-MB"
  local who=$1 file=$2 begun ended
  shift 2
  local TIMEFORMAT='%3U %3S'
  begun=${EPOCHREALTIME/./}
  { time /usr/bin/time -f %M -o "$tmp/peak" "$@" > "$tmp/out" 2> "$tmp/err"; } 2> "$tmp/cpu" ||
    die "$* failed: $(tail -n 3 "$tmp/err")"
  ended=${EPOCHREALTIME/./}
  paste -d ' ' "$tmp/cpu" "$tmp/peak" | awk -v who="$who" -v wall=$((ended - begun)) \
    '{ printf "%s %.2f %.0f %.1f\n", who, wall / 1000, ($1 + $2) * 1000, $3 / 1024 }' >> "$file"
}

alternate() { # alternate FILE OURS PEER: two functions that take FILE; the first pair warms up and is dropped
  local file=$1 pair
  for ((pair = 0; pair <= pairs; pair++)); do
    "$2" "$file"
    "$3" "$file"
    ((pair > 0)) || : > "$file"
  done
}

start_cluster() {
  say "starting a practice cluster"
  "$ours" practice --dir "$tmp/cluster" -o json > "$tmp/cluster.json" 2> "$tmp/cluster.log" &
  cluster_pid=$!
  until [[ -s $tmp/cluster.json ]]; do
    kill -0 "$cluster_pid" 2>/dev/null || die "the practice cluster ended: $(tail -n 3 "$tmp/cluster.log")"
    sleep 0.2
  done
  kubeconfig=$tmp/cluster/kubeconfig
}

# -- one `get pods`

run_ours() { timed ours "$1" "$ours" run "kubectl get pods -n shop" --kubeconfig "$kubeconfig" --data-dir "$tmp/data"; }
run_peer() { timed peer "$1" "$kubectl" get pods -n shop --kubeconfig "$kubeconfig" --cache-dir "$tmp/cache"; }
cold_ours() { rm -rf "$tmp/data"; run_ours "$1"; }
cold_peer() { rm -rf "$tmp/cache"; run_peer "$1"; }

requests() { # requests AGENT COMMAND…: what the API server's audit log has of that program meanwhile
  local agent=$1 log=$tmp/cluster/audit.log before
  shift
  before=$(wc -l < "$log")
  "$@" /dev/null
  tail -n +$((before + 1)) "$log" | grep "\"userAgent\":\"$agent/" |
    sed -E 's/.*"requestURI":"([^"?]*)[^"]*","verb":"([^"]*)".*/\2 \1/'
}

count_requests() { # count_requests cold|run
  requests kubechat "$1_ours" > "$tmp/requests.ours"
  requests kubectl "$1_peer" > "$tmp/requests.peer"
  local a b
  a=$(wc -l < "$tmp/requests.ours") b=$(wc -l < "$tmp/requests.peer")
  row "  API requests (3)" "$a" "$b" "$(awk "BEGIN { printf \"%.2f\", $a / $b }")" - kubectl
}

records() { sed -n 2p "$tmp/data/audit/checkpoint"; }

# Both must have told the same pods, or the times mean nothing.
same_pods() {
  run_peer /dev/null; awk 'NR > 1 { print $1 }' "$tmp/out" | sort > "$tmp/pods"
  run_ours /dev/null
  while read -r pod; do grep -q "^$pod " "$tmp/out" || die "kubechat did not show the pod $pod"; done < "$tmp/pods"
  [[ -s $tmp/pods ]] || die "the practice cluster has no pods"
}

get_pods() {
  local state kind before
  for state in cold warm; do
    say "get pods, $state"
    kind=run; [[ $state == warm ]] || kind=cold
    alternate "$tmp/$state" ${kind}_ours ${kind}_peer
    paired "run \"kubectl get pods -n shop\", $state (2), ms" "$tmp/$state" 1 kubectl
    paired "  CPU, user + system, ms" "$tmp/$state" 2 kubectl
    paired "  peak memory, MB" "$tmp/$state" 3 kubectl
    count_requests "$kind"
  done
  same_pods
  before=$(records)
  requests kubechat run_ours | paste -s -d ',' | sed 's/,/, /g' > "$tmp/requests.warm"
  extra=$(($(records) - before))
}

# -- words to a command

translate_ours() { timed ours "$1" "$ours" translate --stdin -o json < "$tmp/words"; cp "$tmp/out" "$tmp/translated"; }
translate_floor() { timed peer "$1" "$ours" classify --stdin -o json < "$tmp/lines"; }
start_floor() { timed peer "$1" "$ours" version; }

translate() {
  say "translate"
  local field count first half most
  for field in request command; do
    FIELD=$field node -e 'for (const row of require("fs").readFileSync(0, "utf8").trim().split("\n"))
      console.log(JSON.parse(row)[process.env.FIELD] || "kubectl")' < tests/eval/open.jsonl > "$tmp/$field"
  done
  mv "$tmp/request" "$tmp/words"; mv "$tmp/command" "$tmp/lines"
  count=$(wc -l < "$tmp/words")
  alternate "$tmp/translate" translate_ours translate_floor
  read -r first half most < <(node benches/quantiles.mjs elapsed_us < "$tmp/translated")
  row "translate, median of $count requests, us" "$half" - - - "peer: benches/words.sh"
  row "  p99, us" "$most" - - - "no peer installed here"
  row "  the first, which reads the data files, us" "$first" - - - "no peer installed here"
  paired "  the whole list with process start, ms" "$tmp/translate" 1 "floor: our classify of as many commands"
  paired "  CPU, ms" "$tmp/translate" 2 "floor: our classify of as many commands"
  alternate "$tmp/start" translate_one start_floor
  paired "  one request with process start, ms" "$tmp/start" 1 "floor: our version"
}
translate_one() { timed ours "$1" "$ours" translate "show the pods in shop" -o json; }

# -- the binary

megabytes() { stat -c %s "$1" | awk '{ printf "%.1f", $1 / 1e6 }'; }

sizes() {
  local profile peer
  strip -o "$tmp/kubectl" "$kubectl" 2>/dev/null || cp "$kubectl" "$tmp/kubectl"
  peer=$(megabytes "$tmp/kubectl")
  for profile in fast release; do
    [[ -x target/$profile/kubechat ]] || continue
    strip -o "$tmp/stripped" "target/$profile/kubechat" 2>/dev/null || cp "target/$profile/kubechat" "$tmp/stripped"
    row "binary, profile $profile, stripped, MB" "$(megabytes "$tmp/stripped")" "$peer" \
      "$(awk "BEGIN { printf \"%.2f\", $(megabytes "$tmp/stripped") / $peer }")" - kubectl
  done
}

# -- serve

serve_ours() { # serve_ours FILE DATA SECONDS
  local line
  line=$(node benches/ready.mjs "$3" "$ours" serve --listen 127.0.0.1:0 --kubeconfig "$kubeconfig" --data-dir "$2" \
    2> "$tmp/err") || die "serve failed: $(tail -n 3 "$tmp/err")"
  echo "ours $line" >> "$1"
}
fresh_ours() { rm -rf "$tmp/fresh"; serve_ours "$1" "$tmp/fresh" 0; }
used_ours() { serve_ours "$1" "$tmp/data" 0; }
version_peer() { timed peer "$1" "$kubectl" version --client; }

serve() {
  say "serve"
  alternate "$tmp/serve.fresh" fresh_ours version_peer
  paired "serve, start to ready, fresh data folder, ms" "$tmp/serve.fresh" 1 "floor: kubectl version --client"
  alternate "$tmp/serve.used" used_ours version_peer
  paired "serve, start to ready, used data folder (4), ms" "$tmp/serve.used" 1 "floor: kubectl version --client"
  used=$(records)
  serve_ours "$tmp/idle" "$tmp/data" "$idle"
  row "  resident after $idle s idle, MB" "$(awk '{ print $3 }' "$tmp/idle")" - - - "no server to compare here"
}

# -- the web app

web() {
  local total budget
  if [[ ! -f web/dist/.vite/manifest.json ]]; then row "web, first load, gzip, kB" - - - - "not built: scripts/web.sh"; return; fi
  read -r total budget < <(node web/scripts/size.mjs 2>/dev/null |
    sed -nE 's/^ *([0-9.]+) kB  in all; the budget is ([0-9.]+) kB.*/\1 \2/p')
  row "web, first load, gzip, kB" "$total" "$budget" "$(awk "BEGIN { printf \"%.2f\", $total / $budget }")" - budget
}

# -- the audit log

append() {
  say "audit append"
  cargo run --quiet --locked --profile fast --package kubechat-audit --example append -- "$tmp" > "$tmp/append"
  local kind
  for kind in single-p50 single-p99 batch batch-p50 group paced-p50 paced-p99; do
    awk -v kind="$kind" '$1 == kind { print "ours", $2; print "peer", $3 }' "$tmp/append" > "$tmp/append.$kind"
  done
  paired "audit, one record acknowledged, p50, us" "$tmp/append.single-p50" 1 "bare write + fdatasync of its bytes"
  paired "  p99, us" "$tmp/append.single-p99" 1 "bare write + fdatasync of its bytes"
  paired "  a record of the median batch of 256, us" "$tmp/append.batch-p50" 1 "bare write + fdatasync of its bytes"
  paired "  a record of all batches, tiles too, us" "$tmp/append.batch" 1 "bare write + fdatasync of its bytes"
  paired "  one record of 8 threads, 64 under way each, us" "$tmp/append.group" 1 "bare batches of 256 + fdatasync"
  paired "  with proof at 1000 a second, p50, us" "$tmp/append.paced-p50" 1 "bare write + fdatasync of its bytes"
  paired "  p99, us" "$tmp/append.paced-p99" 1 "bare write + fdatasync of its bytes"
  row "  the whole process at most, MB" "$(awk '$1 == "memory" { print $2 }' "$tmp/append")" - - - "no peer here"
  siglog
}

# SIGLOG names the peer's program (cargo install siglog); what its signed checkpoint covers is what counts.
siglog() {
  local ours covered peer=${SIGLOG:-$(type -P siglog || true)} what="  one record under a signed checkpoint, us"
  ours=$(awk '$1 == "group" { print $2 }' "$tmp/append" | sort -n | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }')
  if [[ -z $peer ]]; then row "$what" "$ours" - - - "siglog is not installed: SIGLOG"; return; fi
  read -r _ covered < <(node benches/siglog.mjs "$peer" "$tmp/siglog" 10)
  peer=$(awk "BEGIN { printf \"%.0f\", 1e6 / ($covered > 0 ? $covered : 0.1) }")
  row "$what" "$ours" "$peer" "$(awk "BEGIN { printf \"%.4f\", $ours / $peer }")" - "siglog over HTTP, 64 under way"
}

# -- whole-log verification and proofs

verify() {
  say "audit verification (ENTRIES=$entries)"
  cargo run --quiet --locked --profile fast --package kubechat-audit --example verify -- "$entries" "$tmp" > "$tmp/verify"
  local rate
  rate=$(awk '$1 == "verify" { print $2 }' "$tmp/verify" | sort -n | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }')
  awk '$1 == "verify" { print "ours", 1e9 / $2; print "peer", 1e9 / $3 }' "$tmp/verify" > "$tmp/verify.log"
  awk '$1 == "proof" { print "ours", 1e9 / $2; print "peer", 1e9 / $3 }' "$tmp/verify" > "$tmp/verify.proof"
  paired "audit, verifying a log of $entries, ns a record" "$tmp/verify.log" 1 "SHA-256 over its files, all cores"
  row "  50 million at that rate, s" "$(awk "BEGIN { printf \"%.0f\", 5e7 / $rate }")" - - - "reckoned"
  paired "  checking one proof, ns" "$tmp/verify.proof" 1 "the bare hashes along its path"
}

# -- language models

models() {
  say "language models"
  cargo run --quiet --locked --profile fast --package kubechat-models --example cost > "$tmp/models"
  local kind
  for kind in ollama openai anthropic; do
    awk -v kind="$kind" '$1 == kind { print "ours", $2; print "peer", $3 }' "$tmp/models" > "$tmp/models.$kind"
    paired "words to commands by a model ($kind), us" "$tmp/models.$kind" 1 "the bare HTTP call with the same bytes"
    awk -v kind="$kind" '$1 == kind { print $2 - $3 }' "$tmp/models" | sort -n > "$tmp/added"
    row "  added to the call, us" "$(awk '{ all[NR] = $1 } END { printf "%.0f", all[int((NR + 1) / 2)] }' "$tmp/added")" - - - "at most 3000"
  done
}

machine=$(printf '%s cores (%s), load average at start %s, files on %s' "$(nproc)" \
  "$(sed -nE 's/^model name\s*: //p' /proc/cpuinfo | head -n 1)" "$(cut -d ' ' -f 1-3 /proc/loadavg)" \
  "$(stat -f -c %T "$tmp")")
row "figures of $(date -u +%F), $("$ours" version), less is better (1)" ours peer ratio worst peer
start_cluster
get_pods
translate
sizes
serve
web
append
verify
models

cat "$table" - <<END

Machine: $machine.
(1) ours and peer: medians. ratio: the median of ours/peer within $pairs pairs run alternately after one warm-up; worst: the worst pair.
    Every timed process but serve carries the start of GNU time, under a millisecond.
(2) cold: an empty data folder, for kubectl an empty cache folder; warm: those of earlier runs.
    Beyond kubectl, ours asks whether the user may (access review), who the user is (identity review), which cluster it is,
    and makes $extra audit records durable. One warm run: $(cat "$tmp/requests.warm").
(3) entries in the API server's audit log; it leaves out /healthz, /readyz, /livez, /openapi and /version.
(4) the folder of the runs above, $used audit records at the end.
END
