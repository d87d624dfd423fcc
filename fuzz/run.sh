#!/bin/sh
# usage: fuzz/run.sh TARGET SECONDS
# Fuzzes one reader on one core, from the seeds and the repository's own test tables; a finding ends it with an error.
set -eu
cd "$(dirname "$0")"
target=$1
seconds=$2
mkdir -p "corpus/$target"
seeds=
for directory in "seeds/$target" ../examples/tests/tables ../hls-train/tests/weights ../hls-core/tests/reports; do
    case "$target:$directory" in
    report:../hls-core/*) ;;
    report:../* | *:../hls-core/*) continue ;;
    graph_json:../* | manifest:../* | checkpoint:../* | design:../* | images_*:../* | weights_*:../examples/*) continue ;;
    esac
    if [ -d "$directory" ]; then seeds="$seeds $directory"; fi
done
features=
case "$target" in checkpoint | design | weights_*) features="--features train" ;; esac
# Without the address sanitizer: there is no unsafe code of ours, and the readers run several times as fast.
# shellcheck disable=SC2086
exec cargo +nightly fuzz run --sanitizer none $features "$target" "corpus/$target" $seeds -- \
    -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -malloc_limit_mb=1024 -max_len=65536 -print_final_stats=1
