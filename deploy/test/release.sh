#!/usr/bin/env bash
# release.sh ARCHIVE [EARLIER_ARCHIVE]: unpacks a release on this machine as if it had only Python, starts it, and starts it over a data
# folder: of an earlier release where one is given, else of its own first start. Ends what it started; exit status 0 if all of it answers.
set -euo pipefail

archive=$(readlink -f "$1")
earlier=$(readlink -f "${2:-$1}")
work=$(mktemp -d "${TMPDIR:-/tmp}/slipway-release-XXXXXX")
data=$work/data

# Only what a machine with Python has: no java, mvn, git or docker on PATH, and no JAVA_HOME.
mkdir -p "$work/bin" "$work/home"
for tool in bash sh env basename cat chmod cp cut date dirname find flock grep head id ln ls mkdir mktemp mv ps readlink rm sed sort stat \
  tail touch tr uname which unshare setpriv setsid nsenter mount umount runuser initdb tar gzip; do
  path=$(type -P "$tool" || true)
  [ -z "$path" ] || ln -s "$path" "$work/bin/$tool"
done

# Not a shim that looks for other programs on the PATH.
ln -s "$(python3 -c 'import os, sys; print(os.path.realpath(sys.executable))')" "$work/bin/python3"

clean() {
  chmod -R u+w "$work" 2>/dev/null || true
  [ ! -x "$work/new/slipway" ] || run new down --data "$data" >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap clean EXIT

# HOME stays: the tool cache with Temporal's command lies there, as it would after a first start with a network.
run() {
  local release=$1
  shift
  (cd "$work/home" && env -u JAVA_HOME PATH="$work/bin" "$work/$release/slipway" "$@")
}

unpack() {
  mkdir -p "$2"
  tar -C "$2" --strip-components=1 -xzf "$1"
}

! PATH="$work/bin" type -P java || { echo "a java is on the PATH of this test" >&2; exit 1; }
unpack "$earlier" "$work/old"
unpack "$archive" "$work/new"

echo "first start, by $(sed -n 's/^commit=//p' "$work/old/release.properties")"
run old up --check --data "$data"
cp "$data/slipway.yml" "$work/settings-before"

echo "over that folder, by $(sed -n 's/^commit=//p' "$work/new/release.properties")"
run new up --check --data "$data"
cmp "$data/slipway.yml" "$work/settings-before"
run new status --data "$data" >"$work/status" || [ $? -eq 3 ]
run new lint "$work/new/samples/iris/0.0.1"

echo "the release starts, and goes on with the folder"

# Also by a user that may not write to it, who gets the output and the exit status of each command and nothing else.
chmod 755 "$work" && chmod -R a-w "$work/new"
other=()
[ "$(id -u)" != 0 ] || other=(setpriv --reuid=65534 --regid=65534 --clear-groups)
for command in --version "lint $work/new/samples/iris/0.0.1"; do
  # shellcheck disable=SC2086 # the words of a command
  printed=$(cd / && "${other[@]}" env -u JAVA_HOME PATH="$work/bin" "$work/new/slipway" $command)
  ! grep -q 'initialization of VM' <<<"$printed" || { echo "the JVM speaks: $printed" >&2; exit 1; }
done
echo "a user that may not write to it gets the same"
