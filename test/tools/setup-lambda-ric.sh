#!/usr/bin/env bash
# Installs the official Lambda runtime interface client for Node into the user's cache, where the tests of the Lambda proxy find it. It builds
# native code (about a minute, once); its compilers are installed by the distribution's packages when they are missing.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)/lambda-ric"
version="$(node -p "require('$here/package.json').dependencies['aws-lambda-ric']")"
target="${XDG_CACHE_HOME:-$HOME/.cache}/weir/lambda-ric/$version"
client="$target/node_modules/aws-lambda-ric"

if [ -f "$client/rapid-client.node" ]; then
  echo "aws-lambda-ric $version is in $target"
  exit 0
fi

missing=''
for tool in cmake g++ make python3 xz; do command -v "$tool" >/dev/null 2>&1 || missing="$missing $tool"; done
if [ -n "$missing" ]; then
  if ! command -v apt-get >/dev/null 2>&1; then
    echo "aws-lambda-ric is built from source: install$missing and run this again." >&2
    exit 1
  fi
  as_root=''
  [ "$(id -u)" -eq 0 ] || as_root='sudo'
  $as_root apt-get update -qq
  DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq cmake g++ make python3 xz-utils >/dev/null
fi

# Headers of Node: those beside the node that runs, else the system's, else node-gyp fetches them. The interface they describe is stable.
if [ -z "${npm_config_nodedir:-}" ]; then
  for prefix in "$(dirname "$(dirname "$(readlink -f "$(command -v node)")")")" /usr /usr/local; do
    if [ -f "$prefix/include/node/node_api.h" ]; then export npm_config_nodedir="$prefix"; break; fi
  done
fi

# Built beside its place and moved there when it is whole, so that a run that was interrupted leaves nothing behind.
mkdir -p "$(dirname "$target")"
building="$(mktemp -d "$target.XXXXXX")"
trap 'rm -rf "$building"' EXIT
cp "$here/package.json" "$here/package-lock.json" "$building/"
(cd "$building" && npm ci --no-audit --no-fund --loglevel=error >npm.log 2>&1) || {
  cat "$building/npm.log" >&2
  echo 'aws-lambda-ric could not be built; the output above says why.' >&2
  exit 1
}
if [ ! -f "$building/node_modules/aws-lambda-ric/rapid-client.node" ]; then
  echo 'npm did not run the scripts that build aws-lambda-ric; allow them (npm config ignore-scripts) and run this again.' >&2
  exit 1
fi
rm -rf "$target"
mv "$building" "$target"
echo "aws-lambda-ric $version is in $target"
