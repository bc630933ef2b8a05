#!/bin/sh
# Rebuild static/app.css from theme.scss. Needs Node 20 or later; nothing else in the project does.
set -eu
cd "$(dirname "$0")"
npm install --no-package-lock --no-audit --no-fund --ignore-scripts --silent
node_modules/.bin/sass --load-path=node_modules --style=compressed --no-source-map --no-charset theme.scss ../app.css
# Every --govuk-* property is declared in :root, so the fallback of each var() is dead weight.
sed -E -i.bak 's/var\((--govuk-[a-z-]+-colour), ?#[0-9a-f]+\)/var(\1)/g' ../app.css
rm -f ../app.css.bak
# The compiled sheet must live under a `default-src 'self'` policy and load nothing from elsewhere.
if grep -Eq 'url\(["'"'"']?(data|https?):|crest|Transport' ../app.css; then
  echo "app.css: a forbidden address, crest or font slipped in" >&2
  exit 1
fi
printf 'app.css: %s bytes\n' "$(wc -c < ../app.css)"
