#!/usr/bin/env bash
# image.sh IMAGE.tar [REGISTRY_PORT]: takes an image that './slipway dist --image' made through a real registry (push, pull by digest), unpacks
# it and starts it as a container runtime would: its user, its entry point, its volume; then asks /ready. Needs root, and Debian's
# docker-registry, skopeo, umoci, python3 and util-linux. Ends what it started; exit status 0 if all of it answers.
set -euo pipefail

image=$(readlink -f "$1")
port=${2:-7390}
work=$(mktemp -d "${TMPDIR:-/tmp}/slipway-image-XXXXXX")
registry='' container=''

clean() {
  if [ -n "$container" ]; then
    # To its init, which ends Slipway and with itself all that is left.
    kill -TERM "$(pgrep -P "$container" | head -n 1)" 2>/dev/null || true
    wait "$container" 2>/dev/null || true
  fi
  [ -z "$registry" ] || kill "$registry" 2>/dev/null || true
  if [ "${KEEP:-}" != yes ]; then rm -rf "$work"; fi
}
trap clean EXIT

say() { printf '%s\n' "$*"; }

# A registry in an empty folder, reached as any other over HTTP.
cat >"$work/registry.yml" <<END
version: 0.1
storage: {filesystem: {rootdirectory: $work/registry}}
http: {addr: "127.0.0.1:$port"}
END
docker-registry serve "$work/registry.yml" >"$work/registry.log" 2>&1 &
registry=$!
tries=0
until curl -fsS "http://127.0.0.1:$port/v2/" >/dev/null 2>&1; do
  tries=$((tries + 1))
  [ "$tries" -lt 100 ] || { say "the registry does not answer:"; cat "$work/registry.log"; exit 1; }
  sleep 0.1
done

tar -C "$work" -xf "$image" index.json
digest=$(python3 -c 'import json,sys; print(json.load(open(sys.argv[1]))["manifests"][0]["digest"])' "$work/index.json")
say "pushed and pulled as $digest"
skopeo --insecure-policy copy -q --preserve-digests --dest-tls-verify=false "oci-archive:$image" "docker://127.0.0.1:$port/slipway:test"
skopeo --insecure-policy copy -q --preserve-digests --src-tls-verify=false "docker://127.0.0.1:$port/slipway@$digest" "oci:$work/pulled:test"

umoci unpack --image "$work/pulled:test" "$work/bundle"
root=$work/bundle/rootfs
config() { python3 -c 'import json,sys; c=json.load(open(sys.argv[1]))["process"]; print(eval(sys.argv[2]))' "$work/bundle/config.json" "$1"; }
user=$(config 'c["user"]["uid"]')
[ "$user" = 10001 ] || { say "expected user 10001, found $user"; exit 1; }
mapfile -t environment < <(config '"\n".join(c["env"])')
mapfile -t command < <(config '"\n".join(c["args"])')

# As Docker's volume: a folder outside of the image, with the owner that the image gives to its mount point.
mkdir "$work/volume"
chown --reference="$root/var/lib/slipway" "$work/volume"
# Temporal's own server comes by pip at the first start, as everywhere; what this machine has of it saves that.
tools=${XDG_CACHE_HOME:-$HOME/.cache}/slipway/tools
if [ -d "$tools" ]; then
  mkdir -p "$work/volume/.cache/slipway"
  cp -r "$tools" "$work/volume/.cache/slipway"
  chown -R "$user:$user" "$work/volume/.cache"
fi

# The name of the host, which container runtimes write; without an address, which some leave out.
# The file is made where the base has none, as they do.
: >>"$root/etc/hosts"
printf '127.0.0.1 localhost\n' >"$work/hosts"

# Namespaces of its own for processes, mounts, host name and network, with an init of its own ('docker run --init').
cat >"$work/run.sh" <<'END'
set -eu
root=$1 volume=$2 hosts=$3 user=$4
shift 4
hostname slipway
ip link set lo up
mount --bind "$root" "$root"
mount --bind "$volume" "$root/var/lib/slipway"
mount --bind "$hosts" "$root/etc/hosts"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -t tmpfs tmpfs "$root/tmp"
mount -o remount,bind,ro "$root"
cd "$root"
pivot_root . .
umount -l .
cd /var/lib/slipway
trap 'kill -TERM $! 2>/dev/null' TERM
/usr/bin/setpriv --reuid "$user" --regid "$user" --clear-groups /usr/bin/env -i "${@}" &
while kill -0 $! 2>/dev/null; do wait $! || true; done
END
unshare --mount --pid --fork --kill-child --uts --ipc --net bash "$work/run.sh" "$root" "$work/volume" "$work/hosts" "$user" \
  "${environment[@]}" "${command[@]}" >"$work/up.log" 2>&1 &
container=$!

inside() { nsenter --target "$(pgrep -P "$container" | head -n 1)" --net -- "$@"; }
started=$SECONDS
until inside curl -fsS http://127.0.0.1:7300/ready >"$work/ready" 2>/dev/null && inside curl -fsS http://127.0.0.1:7301/ready >>"$work/ready" 2>/dev/null; do
  kill -0 "$container" 2>/dev/null || { say "it ended:"; tail -n 40 "$work/up.log"; exit 1; }
  [ $((SECONDS - started)) -lt 180 ] || { say "not ready after 180 s:"; tail -n 40 "$work/up.log"; exit 1; }
  sleep 0.5
done
say "ready after $((SECONDS - started)) s, as user $user on a read-only root: $(tr -d '\n' <"$work/ready")"
grep -i sandbox "$work/up.log" || true
say "the image runs"
