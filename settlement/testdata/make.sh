#!/bin/sh
# Makes the wrapped batches of the tests anew: two consecutive batches of one rollup, of 1 and of 512 transfers,
# whose contract is the second that the first account of local nodes creates. Some minutes on two processors.
# Proofs are random: the files change, what they prove does not.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cargo build --release --package starfold
starfold=${CARGO_TARGET_DIR:-$here/../../target}/release/starfold
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"$starfold" init --data-dir rollup --contract 0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512
"$starfold" simulate --data-dir rollup --random 513 --accounts 16 --seed 1 --out all.json
# one transaction a line, between brackets
{ echo "["; sed -n 2p all.json | sed 's/,$//'; echo "]"; } > 1.json
{ echo "["; sed 1,2d all.json; } > 512.json
time=1800000000
for batch in 1 512; do
    "$starfold" batch-prove --data-dir rollup --transactions $batch.json --timestamp $time --out $batch.proof
    "$starfold" wrap $batch.proof --out "$here/wrapped-$batch.json"
    time=$((time + 60))
done
