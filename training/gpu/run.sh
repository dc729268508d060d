#!/bin/bash
# The whole run on one machine with a GPU and many cores, within a given time and without a network: rows generated while the model
# trains on them, evaluation, reinforcement beside its control, evaluation. Everything worth keeping lands in OUT as soon as it is there.
#
#   gpu/pack.sh FOLDER                                                  # before, where the text sources are
#   gpu/run.sh FOLDER/mix.pickle.xz ../public/models/mixtab-20m.gguf OUT SECONDS
set -uo pipefail
MIX="$(realpath "$1")"; INIT="$(realpath "$2")"; mkdir -p "$3"; OUT="$(realpath "$3")"; SECONDS_LEFT="$4"
cd "$(dirname "$0")/.." || exit 1
export MIXTAB_HOME="${MIXTAB_HOME:-/dev/shm/mixtab}" PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 OMP_NUM_THREADS=2
export MIXTAB_MIX="$MIX"
PYTHON="${PYTHON:-python3}" CORES="$(nproc)" SHARDS="$MIXTAB_HOME/shards"
BATCH="${BATCH:-256}" RATE="${RATE:-3e-3}" FALL="${FALL:-0.8}" QUESTIONS="${QUESTIONS:-128}" GROUP="${GROUP:-32}"
# shares of the time: training, then reinforcement with what runs beside it; the rest is for starts, evaluation and export
TRAIN="${TRAIN:-$((SECONDS_LEFT * 56 / 100))}" REINFORCE="${REINFORCE:-$((SECONDS_LEFT * 25 / 100))}"
mkdir -p "$SHARDS" "$MIXTAB_HOME"/{again-1,again-2,facts}
begin=$(date +%s)
say() { echo "[$(($(date +%s) - begin)) s] $*" | tee -a "$OUT/log.txt"; }
minutes() { awk "BEGIN { print $1 / 60 }"; }
logged() { tee -a "$OUT/log.txt"; }

keep() { (cd "$MIXTAB_HOME/facts" && cp "$OUT/log.txt" . && tar cJf "$OUT/facts.tar.xz" .); } # few files come back from some machines
export_as() { # NAME TYPE: in pieces, for files that come back may be small
  $PYTHON export.py --checkpoint "$1" --type "$2" --out "$MIXTAB_HOME/$1.gguf" 2>&1 | logged
  split -b 14000000 -d "$MIXTAB_HOME/$1.gguf" "$OUT/$1.gguf."
}
evaluated() { # NAME MORE…
  $PYTHON -m gpu.evaluate --model "$1" ${ASKED---free --declines} "${@:2}" --size "${SIZE:-100}" --show 3 --out "$MIXTAB_HOME/facts/$1-scores.json" \
    > "$MIXTAB_HOME/facts/$1-scores.txt" 2>&1
}
reinforced() { # NAME ROWS…
  $PYTHON rl.py --model base --out "$1" --rows "$MIXTAB_HOME/$2" --rehearsed "${REHEARSED:-64}" --minutes "$(minutes "$REINFORCE")" \
    --questions "$QUESTIONS" --group "$GROUP" --rate "${RL_RATE:-3e-4}" --curves "$MIXTAB_HOME/facts/$1.json" "${@:3}" \
    > "$MIXTAB_HOME/facts/$1.txt" 2>&1
}

say "machine: $CORES cores, $(nvidia-smi --query-gpu=name,power.limit --format=csv,noheader 2>/dev/null)"
setsid $PYTHON -m data.feed --mix "$MIX" --processes "$((CORES > 3 ? CORES - 2 : 1))" --rows "${SHARD:-1024}" --seed "${SEED:-1000}" --out "$SHARDS" &
feed=$!
(while sleep 2; do nvidia-smi --query-gpu=power.draw --format=csv,noheader,nounits 2>/dev/null || break; done > "$MIXTAB_HOME/facts/watts.txt") &
meter=$!
train() { # SECONDS
  timeout "$(($1 + 60))" $PYTHON train.py --name base --init "$INIT" --rows "$SHARDS" --minutes "$(minutes "$1")" --batch "$BATCH" --rate "$RATE" \
    --fall "$FALL" --save-minutes 1.2 2>&1 | logged
}
train "$TRAIN" || {
  left=$((TRAIN + begin - $(date +%s)))
  say "training failed; $left s without compiled kernels"
  [ "$left" -gt 20 ] && MIXTAB_EAGER=1 train "$left"
}
say "trained"
for folder in again-1 again-2; do ls "$SHARDS"/*.npz | head -3 | xargs -I{} mv {} "$MIXTAB_HOME/$folder/"; done
kill -- "-$feed"
export_as base F16 &
evaluated base ${TALKS---conversations 20} & evaluation=$!
[ "$REINFORCE" -gt 0 ] && {
  reinforced rl again-1 & reinforcement=$!
  reinforced control again-2 --control & control=$!
}
wait $evaluation
say "evaluation of the base"; logged < "$MIXTAB_HOME/facts/base-scores.txt"; keep
[ "$REINFORCE" -gt 0 ] && {
  wait $reinforcement
  say "reinforced"; logged < "$MIXTAB_HOME/facts/rl.txt"; keep
  export_as rl Q8_0 &
  evaluated rl & evaluation=$!
  wait $control; say "control"; logged < "$MIXTAB_HOME/facts/control.txt"; keep
  wait $evaluation; say "evaluation after reinforcement"; logged < "$MIXTAB_HOME/facts/rl-scores.txt"
}
kill "$meter" 2>/dev/null
keep
wait
say "done"; ls -la "$OUT"
