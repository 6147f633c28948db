#!/bin/sh
# Installs what the web app is built with, by Node 24 whatever the machine's own Node is.
set -eu
cd "$(dirname "$0")"
(cd toolchain && npm ci --no-progress)
PATH="$PWD/toolchain/node_modules/.bin:$PATH"
export PATH
npm ci --no-progress
