#!/usr/bin/env bash
# Makes assets/editor.js from editor.js and the packages that package-lock.json pins. Its first line says from what it
# was made; a test holds that against the files here. Needs npm and a way to its registry.
set -euo pipefail
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp package.json package-lock.json editor.js "$work"
(cd "$work" && npm ci --no-audit --no-fund --ignore-scripts >/dev/null)
sum=$(cat editor.js package-lock.json | sha256sum | cut -c1-32)
"$work"/node_modules/.bin/esbuild "$work"/editor.js --bundle --minify --format=iife --target=es2022 --legal-comments=none \
	--banner:js="/* made by editor/build.sh from $sum; CodeMirror 6, MIT */" --outfile=../assets/editor.js
