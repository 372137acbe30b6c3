#!/usr/bin/env bash
# Runs every check. Installs Chromium from the distribution when there is none; packages are installed before (npm ci).
set -euo pipefail
cd "$(dirname "$0")/../.."

step() { printf '\n== %s\n' "$1"; }

# A browser is needed by the tests of the HTML report. WEIR_CHROMIUM names one that is elsewhere.
if [ -z "${WEIR_CHROMIUM:-}" ]; then
  for name in chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null 2>&1; then WEIR_CHROMIUM="$(command -v "$name")"; break; fi
  done
fi
if [ -z "${WEIR_CHROMIUM:-}" ]; then
  step 'install Chromium'
  as_root=''
  [ "$(id -u)" -eq 0 ] || as_root='sudo'
  $as_root apt-get update -qq
  DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq chromium >/dev/null
  WEIR_CHROMIUM="$(command -v chromium)"
fi
export WEIR_CHROMIUM

export PATH="$PWD/node_modules/.bin:$PATH"
node --version

# Go and a few minutes are needed once; the program is kept in the user's cache. WEIR_OPA names one that is elsewhere.
step 'opa'
WEIR_OPA="$(npm run --silent setup:opa -- --path)"
export WEIR_OPA

step 'official Lambda runtime client for the tests'
bash test/tools/setup-lambda-ric.sh

step 'format and lint'
npm run --silent lint

step 'types'
npm run --silent typecheck

step 'build'
npm run --silent build

if [ -n "$(find policies/rego -name '*.rego' -print -quit 2>/dev/null)" ]; then
  step 'Rego'
  "$WEIR_OPA" fmt --fail --list policies/rego
  "$WEIR_OPA" check --strict --schema policies/schemas --bundle policies/rego
  "$WEIR_OPA" test --bundle policies/rego
  npm run --silent weir -- policy check policies/rego
fi

step 'tests'
report="$(mktemp)"
trap 'rm -f "$report"' EXIT
status=0
npm test -- --tap >"$report" 2>&1 || status=$?
# Failures with all their details; passing tests are only counted.
awk '/^not ok/ {shown = 1} /^ok/ {shown = 0} shown' "$report" | head -n 600
passed="$(grep -cE '^ok ' "$report" || true)"
failed="$(grep -cE '^not ok ' "$report" || true)"
skipped="$(grep -cE '^ok .* # SKIP' "$report" || true)"
echo "$((passed - skipped)) passed, $failed failed, $skipped skipped"
exit "$status"
