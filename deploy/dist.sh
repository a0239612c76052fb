#!/usr/bin/env bash
# ./slipway dist [FILE.tar.gz]: one archive of this build with a Java runtime of its own. The machine that gets it needs Linux of the same
# processor, bash and Python 3.9 or later.
# ./slipway dist --image ROOT.tar [FILE.tar]: a container image instead, as an OCI image layout in one file. ROOT.tar is the root file system
# below it, which deploy/image-base.sh makes, or 'docker export'.
# Called by ./slipway with: the checkout, a JDK, the folder of the jars, the arguments of the command.
set -euo pipefail

if [ "${1:-}" = --help ]; then
  cat <<'TEXT'
Usage: ./slipway dist [FILE.tar.gz]
       ./slipway dist --image ROOT.tar [FILE.tar]
packs this build with a Java runtime of its own: into one archive, or above a root file system into a container image (an OCI layout in
one file). Without FILE it is written to standalone/target.
      --image ROOT.tar   the root file system below it; deploy/image-base.sh makes one
  -h, --help             shows this text
TEXT
  exit 0
fi

home=$1 java_home=$2 app=$3
shift 3

fail() {
  printf 'slipway dist: %s\n' "$*" >&2
  exit 1
}

# What jdeps finds in the jars of a build, and behind the line what is only found at run time: characters of GBK file names, zip files as
# file systems, names by DNS, elliptic curves in TLS, thread dumps by jcmd.
modules=java.base,java.compiler,java.desktop,java.instrument,java.logging,java.management,java.naming,java.net.http,java.prefs,java.scripting
modules+=,java.security.jgss,java.sql,java.sql.rowset,java.transaction.xa,java.xml,jdk.jfr,jdk.management,jdk.net,jdk.unsupported
modules+=,jdk.charsets,jdk.zipfs,jdk.naming.dns,jdk.crypto.ec,jdk.jcmd

base=''
if [ "${1:-}" = --image ]; then
  [ $# -ge 2 ] || fail "--image: expected the tar of a root file system behind it; deploy/image-base.sh makes one"
  base=$2
  [ -f "$base" ] || fail "--image: there is no file '$base'; deploy/image-base.sh makes one"
  shift 2
fi
[ $# -le 1 ] || fail "expected at most the name of the archive, found $# words"
case ${1:-} in -*) fail "'$1' is no option here; expected the name of the archive" ;; esac
[ -x "$java_home/bin/jlink" ] || fail "the JDK '$java_home' has no jlink; set JAVA_HOME to a JDK of at least 21, such as Temurin 25"

version=$(basename "$app"/slipway-standalone-*.jar .jar)
version=${version#slipway-standalone-}
name=slipway-$version-linux-$(uname -m)
archive=${1:-$home/standalone/target/$name$([ -n "$base" ] && echo .oci.tar || echo .tar.gz)}
[ -d "$(dirname "$archive")" ] || fail "there is no folder '$(dirname "$archive")' for '$archive'"

work=$(mktemp -d "${TMPDIR:-/tmp}/slipway-dist-XXXXXX")
trap 'rm -rf "$work" "$archive.new"' EXIT
root=$work/$name
mkdir -p "$root/app/cli" "$root/docs"

printf 'A Java runtime of the modules that are needed ...\n' >&2
"$java_home/bin/jlink" --add-modules "$modules" --strip-debug --no-header-files --no-man-pages --generate-cds-archive --output "$root/java" ||
  fail "jlink of '$java_home' failed; a JDK without the folder 'jmods' needs to be able to link from its run-time image (Temurin 24 and later)"

cp "$app"/*.jar "$root/app"
cp "$app"/cli/*.jar "$root/app/cli"
cp "$home/slipway" "$home/java.options" "$home/README.md" "$home/CHANGELOG.md" "$home/LICENSE" "$root"
cp -r "$home"/docs/*.md "$home/docs/openapi.json" "$home/docs/examples" "$home/docs/decisions" "$root/docs"
cp -r "$home/samples" "$root"
cp "$home/docker-compose.yml" "$root"
# What docs/operations.md tells to run on a machine that has only the release.
mkdir -p "$root/deploy/test"
cp "$home/deploy/slipway.service" "$home/deploy/image-base.sh" "$root/deploy"
cp "$home"/deploy/test/*.sh "$root/deploy/test"
commit=$(git -C "$home" rev-parse HEAD 2>/dev/null || echo unknown)
printf 'version=%s\ncommit=%s\nmachine=%s\n' "$version" "$commit" "$(uname -m)" >"$root/release.properties"

# pack FOLDER NAME...: sorted, owned by root and without times, so that one build gives one archive.
pack() {
  tar -C "$1" --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 -cf - "${@:2}"
}

if [ -z "$base" ]; then
  pack "$work" "$name" | gzip -n -6 >"$archive.new"
else
  printf 'The layers of the image ...\n' >&2
  digest=$("$java_home/bin/java" -cp "$app/*" dev.slipway.standalone.dist.ImageMain "$base" "$root" "$version" "$commit" "$work/layout")
  pack "$work/layout" oci-layout index.json blobs >"$archive.new"
  printf '%s\n' "$digest"
fi
mv "$archive.new" "$archive"
printf '%s  %d MB\n' "$archive" $(($(stat -c %s "$archive") >> 20))
