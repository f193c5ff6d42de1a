#!/usr/bin/env bash
# Words to a command beside node-nlp, trained on the same requests to find no more than the verb. Prints one table.
#
#   benches/words.sh     (needs Node 20 and npm; a minute on a quiet machine; node-nlp comes from the npm registry)
source "$(dirname "$0")/../scripts/lib.sh"
export LC_ALL=C

trained=crates/translate/tests/data/own.jsonl
tested=tests/eval/fresh-5.jsonl
need node "Install Node 20 or later."
npm_ci benches/words

read -r half most held first right of < <(cargo run --quiet --locked --profile fast --package kubechat-translate \
  --example speed -- "$trained" "$tested")
read -r peer_half peer_most peer_held peer_first peer_right _ < <(node --expose-gc benches/words/peer.mjs "$trained" "$tested")

row() { # row WHAT OURS PEER
  awk -v what="$1" -v ours="$2" -v peer="$3" \
    'BEGIN { printf "%-52s %10s %10s %8s\n", what, ours, peer, (peer + 0 > 0 ? sprintf("%.4f", ours / peer) : "ratio") }'
}

row "words to a command" ours node-nlp
row "a request, median, us (1)" "$half" "$peer_half"
row "  p99, us" "$most" "$peer_most"
row "resident memory, MB" "$held" "$peer_held"
row "getting ready, ms: data files; training" "$first" "$peer_first"
row "verb found, of $of requests (2)" "$right" "$peer_right"
cat <<END

(1) the best of five for each of $(wc -l < "$trained") requests. Ours is the whole command, checked and explained; the peer's is the verb alone.
(2) $tested: the peer has not seen it; ours was mended since its first sight (tests/eval/README.md).
END
