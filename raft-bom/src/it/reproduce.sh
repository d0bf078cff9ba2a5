#!/usr/bin/env bash
# Builds the commit once more, from a clone in another directory, and compares what that build
# stages with what is staged already, byte for byte. Signatures are left out: they hold a time.
#
#   reproduce.sh [STAGED-REPOSITORY]    target/staging of this checkout if none is named
#
# JAVA_HOME    the JDK that builds
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../../.." && pwd)

staged=$(cd "${1:-$root/target/staging}" && pwd)
version=$(ls "$staged/io/tickraft/raft-bom" | grep -v maven-metadata)
url=$(grep -m1 -o '<url>[^<]*' "$staged/io/tickraft/raft-bom/$version/raft-bom-$version.pom" | cut -c6-)

if [ -n "$(git -C "$root" status --porcelain)" ]; then
  echo "Only a commit can be built again: there are changes that are not committed." >&2
  exit 1
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
git clone -q "$root" "$work/another directory"
cd "$work/another directory"
./mvnw -B -ntp -Prelease -Dmaven.test.skip=true -Drelease.url="$url" \
  -pl raft-bom,raft-testkit -am deploy > "$work/log" 2>&1 || { cat "$work/log"; exit 1; }

sums() {
  (cd "$1" && find . -type f ! -name 'maven-metadata*' ! -name '*.asc' -exec sha256sum {} + | sort -k 2)
}
sums "$staged" > "$work/staged"
sums target/staging > "$work/again"
diff "$work/staged" "$work/again" || { echo "The two builds of $version differ." >&2; exit 1; }
echo "$(wc -l < "$work/staged") files of $version are the same in both builds."
