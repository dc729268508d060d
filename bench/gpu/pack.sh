#!/bin/bash
# bench/gpu/pack.sh FOLDER: all that run.sh needs on a machine that has nothing of ours, below 30 MB: Node's binary and Dawn's library
# (compressed), the Vulkan loader and the bench in one script. Run it in the root of a checkout on x86-64 Linux; packing takes minutes.
set -eu
folder=$1
mkdir -p "$folder/webgpu" "$folder/gl"
node tools/run-ts.mjs bench/gpu/bundle.ts "$folder"
cp bench/gpu/run.sh "$folder/"
cp node_modules/webgpu/{package.json,index.js} "$folder/webgpu/"
[ -e "$folder/dawn.node.xz" ] || xz -9e -c node_modules/webgpu/dist/linux-x64/dawn.node >"$folder/dawn.node.xz"
[ -e "$folder/node.xz" ] || xz --x86 --lzma2=preset=9e,dict=128MiB -c "$(command -v node)" >"$folder/node.xz"
# For machines without a Vulkan loader; where there is no apt, they must have one.
command -v apt-get >/dev/null && (cd "$folder/gl" && apt-get download libvulkan1 libegl1 libglvnd0 libopengl0 libgl1 libglx0 libgles2) || true
du -sh "$folder"
