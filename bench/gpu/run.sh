#!/bin/bash
# bench/gpu/run.sh PAYLOAD OUTPUT: unpacks what pack.sh made and runs all parts on the machine's GPU, each under its own time limit.
# Nothing is needed but bash, python3 and a Vulkan driver. Run it in the root of a checkout.
set -u
export PATH=$PATH:/usr/sbin:/sbin
payload=$(realpath "$1")
out=$(realpath "$2")
here=${MIXTAB_BENCH_FOLDER:-/tmp/mixtab-gpu}
results=$out/results.jsonl
log=$out/log.txt
started=$(date +%s)
say() { echo "[$(($(date +%s) - started)) s] $*" | tee -a "$log"; }

mkdir -p "$here/node_modules/webgpu/dist/linux-x64"
unpack() { python3 -c 'import lzma,shutil,sys
with lzma.open(sys.argv[1]) as f, open(sys.argv[2], "wb") as g: shutil.copyfileobj(f, g, 1 << 22)' "$1" "$2"; }
unpack "$payload/node.xz" "$here/node" &
unpack "$payload/dawn.node.xz" "$here/node_modules/webgpu/dist/linux-x64/dawn.node" &
cp "$payload/webgpu/"* "$here/node_modules/webgpu/"
cp "$payload/gpu.mjs" "$here/"
ln -sfn "$PWD/oracle/golden" "$here/golden"
if ! ldconfig -p | grep -q libvulkan.so.1; then
  for deb in "$payload"/gl/*.deb; do dpkg -x "$deb" /; done
  ldconfig
fi
wait
chmod +x "$here/node"
# Where a driver is installed elsewhere than the loader looks.
for icd in /usr/local/nvidia/share/vulkan/icd.d/nvidia_icd.json; do
  [ -z "${VK_DRIVER_FILES:-}${VK_ICD_FILENAMES:-}" ] && [ -e "$icd" ] && export VK_DRIVER_FILES=$icd
done
export XDG_RUNTIME_DIR=${XDG_RUNTIME_DIR:-/tmp} HOME=${HOME:-/tmp}
say "unpacked; $(nproc) cores; VK_DRIVER_FILES=${VK_DRIVER_FILES:-}; $(command -v nvidia-smi >/dev/null && nvidia-smi --query-gpu=name,driver_version,clocks.sm,clocks.mem --format=csv,noheader)"

part() { # SECONDS PART ARGUMENT…
  local seconds=$1 name=$2
  shift 2
  timeout -k 2 "$seconds" "$here/node" "$here/gpu.mjs" "$name" "$results" "$@" >>"$log" 2>&1
  say "$name $* ended with $?"
}
goldens() { # WORKER
  timeout -k 2 "${MIXTAB_GOLDEN_SECONDS:-48}" "$here/node" "$here/gpu.mjs" goldens "$out/goldens.jsonl" "$1" 15 f32,f16-tiles,f16-cache >>"$log" 2>&1
}

part 15 info
if ! grep -q '"vendor"' "$results"; then
  say "no adapter; why:"
  find / -name '*icd*.json' -not -path '/proc/*' 2>/dev/null | tee -a "$log"
  VK_LOADER_DEBUG=error,warn,driver timeout 10 "$here/node" "$here/gpu.mjs" info "$results" 2>&1 | tail -40 | tee -a "$log"
  exit 1
fi
part 15 ceilings
part 18 bundled "$PWD/public/models/mixtab-20m.gguf"
for i in $(seq 0 14); do goldens "$i" & done
wait
say "goldens: $(cat "$out/goldens.jsonl" | wc -l) done"
part 24 model 0
part 20 model 1
part "${MIXTAB_SWEEP_LIMIT:-36}" sweep "${MIXTAB_SWEEP_SECONDS:-33}"
part 20 model 2
part 15 model 3
if [ -e "$payload/train-smoke.sh" ]; then
  OUT=$out timeout -k 2 26 bash "$payload/train-smoke.sh" >>"$log" 2>&1
  say "train-smoke ended with $?"
fi
part 12 model 4
part 12 model 1 512
say done
