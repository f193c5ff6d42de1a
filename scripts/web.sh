#!/usr/bin/env bash
# Builds the web app into web/dist when its sources are newer than the build.
source "$(dirname "$0")/lib.sh"
npm_ci web
if [[ -f web/dist/index.html ]] &&
   [[ -z $(find web/src web/public web/scripts web/index.html web/openapi.json web/package-lock.json web/vite.config.ts -newer web/dist/index.html -print -quit) ]]; then
  exit 0
fi
say "building the web app"
(cd web && npm run --silent build)
