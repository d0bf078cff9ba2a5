#!/usr/bin/env bash
# Builds and tests a user's project against a staged repository, on the module path and on the
# class path, with each JDK, from a local repository that is empty at first.
#
#   consume.sh [STAGED-REPOSITORY]    target/staging of this checkout if none is named
#
# JDKS    the homes of the JDKs to run with, separated by blanks; default: JAVA_HOME
# MAVEN   the Maven to run; default: the wrapper of this checkout
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../../.." && pwd)

staged=$(cd "${1:-$root/target/staging}" && pwd)
version=$(ls "$staged/io/tickraft/raft-bom" | grep -v maven-metadata)
maven=${MAVEN:-$root/mvnw}
jdks=${JDKS:-${JAVA_HOME:-$(dirname "$(dirname "$(readlink -f "$(command -v java)")")")}}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for jdk in $jdks; do
  for path in module-path class-path; do
    cp -r "$here/consumer" "$work/project"
    modules=true
    if [ "$path" = class-path ]; then
      modules=false
      rm "$work"/project/src/*/java/module-info.java
    fi
    echo "== tickraft $version on $("$jdk/bin/java" --version | head -1), $path"
    (cd "$work/project" &&
      JAVA_HOME=$jdk "$maven" -B -ntp -Dmaven.repo.local="$work/repository" -Dmodules=$modules \
        -Dtickraft.version="$version" -Dtickraft.repository="file://$staged" test) > "$work/log" 2>&1 ||
      { cat "$work/log"; exit 1; }
    grep -E "Tests run:.*Time|WARNING" "$work/log" || true
    rm -rf "$work/project"
  done
done

# Maven notes where each file came from.
for module in raft-bom raft-proto raft-core raft-testkit; do
  grep -q '>staged=' "$work/repository/io/tickraft/$module/$version/_remote.repositories" ||
    { echo "$module does not come from the staged repository"; exit 1; }
done
echo "Every module came from $staged."
