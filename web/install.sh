#!/bin/sh
# Installs what the web app is built with, by Node 24 whatever the machine's own Node is.
# Not `npm ci`: it refuses a lock file without the packages of other platforms,
# which not every registry serves. --no-save keeps to the lock file all the same.
set -eu
cd "$(dirname "$0")"
(cd toolchain && npm install --no-save --no-progress)
PATH="$PWD/toolchain/node_modules/.bin:$PATH"
export PATH
npm install --no-save --no-progress
