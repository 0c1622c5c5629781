#!/bin/sh
# Fetches the compiled style sheets of GOV.UK Frontend and MOJ Frontend anew, out of their npm packages, into this folder.
# Run by a developer when a version changes, never at set-up: what it makes is committed. Usage: fetch.sh [folder to write to]
#
# Taken out, because they are licensed to services on GOV.UK only: the font "GDS Transport", the crest and the crown.
# No script is taken: the officers' pages run none (admin/decisions).
set -eu
GOVUK=6.6.0
MOJ=11.1.0

here=$(cd "$(dirname "$0")" && pwd)
out=${1:-$here}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

( cd "$work" && npm init -y >/dev/null 2>&1 && npm install --no-audit --no-fund --ignore-scripts --legacy-peer-deps --loglevel=error \
    "govuk-frontend@$GOVUK" "@ministryofjustice/frontend@$MOJ" >/dev/null )
govuk="$work/node_modules/govuk-frontend"
moj="$work/node_modules/@ministryofjustice/frontend"

mkdir -p "$out/images"
cp "$govuk/dist/govuk/govuk-frontend.min.css" "$moj/moj/moj-frontend.min.css" "$out/"
[ "$out" = "$here" ] || cp "$here"/LICENSE-*.txt "$out/"  # the packages carry no licence file: these are their projects' own
printf 'govuk-frontend %s\n@ministryofjustice/frontend %s\n' "$GOVUK" "$MOJ" > "$out/VERSION"

# Source maps name files that are not here; addresses point to this folder; the font and the crest go.
sed -i -E 's#/\*[#@] ?sourceMappingURL=[^*]*\*/##g' "$out"/*.css
sed -i -E 's#/\*! Copyright \(c\) 2011 by Margaret Calvert[^*]*\*/##g
           s#@font-face\{font-family:"?GDS Transport"?[^}]*\}##g
           s#"?GDS Transport"?,arial,sans-serif#arial,sans-serif#g
           s#url\("?/assets/images/govuk-crest\.svg"?\)#none#g
           s#/assets/images/#/static/vendor/images/#g' "$out"/*.css

# Only the pictures that the style sheets still ask for.
for picture in $(grep -ohE '/static/vendor/images/[A-Za-z0-9._-]+' "$out"/*.css | sort -u); do
    name=$(basename "$picture")
    found=$(find "$moj/moj/assets/images" "$govuk/dist/govuk/assets/images" -name "$name" 2>/dev/null | head -n 1)
    if [ -n "$found" ]; then cp "$found" "$out/images/"; else echo "fetch: no picture $name" >&2; fi
done

if grep -qE 'GDS Transport|crest\.svg|crown\.|@font-face|sourceMappingURL' "$out"/*.css; then
    echo "fetch: something that must not be published is still in the style sheets" >&2
    exit 1
fi
( cd "$out" && find . -type f \( -name '*.css' -o -path './images/*' -o -name 'LICENSE*' -o -name VERSION \) | LC_ALL=C sort | xargs sha256sum > SHA256SUMS )
