#!/bin/bash
# Packs what gpu/run.sh and gpu/smoke.py need beside this folder into FOLDER: the generator without its text sources (0.7 MB), and some rows.
# The GPU machine needs this folder, public/models/ and FOLDER; nothing else, and no network.
set -eu
mkdir -p "$1"
folder="$(realpath "$1")"
cd "$(dirname "$0")/.."
PYTHON="${PYTHON:-python3}"
$PYTHON -m data.feed --pack "$folder/mix.pickle.xz"
MIXTAB_HOME="$folder" $PYTHON -m data.feed --mix "$folder/mix.pickle.xz" --processes 1 --rows 1024 --limit 1 --seed 901 --out "$folder/smoke"
mv "$folder"/smoke/*.npz "$folder/smoke.npz"
rmdir "$folder/smoke"
ls -la "$folder"
