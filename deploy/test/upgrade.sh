#!/usr/bin/env bash
# upgrade.sh OLD NEW: starts NEW over a data folder that OLD left, each an archive of './slipway dist' or a built checkout. OLD runs its demo
# there (models, services, batch jobs, an upgrade and a rollback) and ends; then, under NEW, the service of OLD answers, its events, models,
# services and objects are there, and it can be stopped and started. Needs curl 7.75, python3. Ends what it started; exit status 0
# if all of it holds.
set -euo pipefail

work=$(mktemp -d "${TMPDIR:-/tmp}/slipway-upgrade-XXXXXX")
data=$work/data

place() {
  if [ -d "$1" ]; then
    printf '%s' "$(readlink -f "$1")"
    return
  fi
  mkdir "$work/$2"
  tar -C "$work/$2" --strip-components=1 -xzf "$1"
  printf '%s' "$work/$2"
}

old=$(place "$1" old)
new=$(place "$2" new)
up=''

clean() {
  [ -z "$up" ] || { kill -TERM "$up" 2>/dev/null && wait "$up" 2>/dev/null; } || true
  "$new/slipway" down --data "$data" >/dev/null 2>&1 || true
  if [ "${KEEP:-}" != yes ]; then rm -rf "$work"; fi
}
trap clean EXIT

die() {
  printf 'upgrade: %s\n' "$*" >&2
  tail -n 20 "$work/up.log" >&2 2>/dev/null || true
  exit 1
}

cd "$work"
start() {
  local release=$1 tries=0
  : >"$work/up.log"
  "$release/slipway" up --data "$data" >"$work/up.log" 2>&1 &
  up=$!
  until curl -fsS "$(sed -n 's/^ *api  *ready.* \(http:.*\)/\1/p' "$work/up.log" | tail -n 1)/openapi.json" >/dev/null 2>&1; do
    kill -0 "$up" 2>/dev/null || die "'$release' does not start over the folder"
    tries=$((tries + 1))
    [ "$tries" -lt 240 ] || die "'$release' does not answer after 120 s"
    sleep 0.5
  done
  eval "$("$release/slipway" env --data "$data")"
  token=$(curl -s -i -X POST "$OS_AUTH_URL/auth/tokens" -H 'Content-Type: application/json' -d "{\"auth\": {\"identity\": {\"methods\": [\"password\"],
    \"password\": {\"user\": {\"name\": \"$OS_USERNAME\", \"password\": \"$OS_PASSWORD\", \"domain\": {\"name\": \"$OS_USER_DOMAIN_NAME\"}}}},
    \"scope\": {\"project\": {\"name\": \"$OS_PROJECT_NAME\"}}}}" | sed -n 's/^[Xx]-[Ss]ubject-[Tt]oken: *//p' | tr -d '\r')
  api=$SLIPWAY_ENDPOINT/v1/$OS_PROJECT_ID
}

end() {
  kill -TERM "$up"
  wait "$up" || true
  up=''
}

api() { curl -sS -H "X-Auth-Token: $token" -H 'Content-Type: application/json' "$@"; }
# Of the JSON on standard input: value EXPRESSION, in which d is the document.
value() { python3 -c 'import json,sys; d=json.load(sys.stdin); print(eval(sys.argv[1]))' "$1"; }
objects() {
  curl -sSf --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" --aws-sigv4 "aws:amz:$AWS_REGION:s3" -H 'x-amz-content-sha256: UNSIGNED-PAYLOAD' \
    "$AWS_ENDPOINT_URL_S3/$SLIPWAY_BUCKET$1"
}
keys() { objects "?list-type=2" | grep -oE '<Key>[^<]*' | sed 's/<Key>//' | sort; }
predict() {
  api -o "$work/answer" -w '%{http_code}' -X POST "$1" \
    -d '{"meta": {"uuid": "1"}, "data": {"req_data": [{"sepal_length": 5.1, "sepal_width": 3.5, "petal_length": 1.4, "petal_width": 0.2}]}}'
}
await() { # SERVICE STATUS
  local tries=0
  until [ "$(api "$api/services/$1" | value 'd["status"]')" = "$2" ]; do
    tries=$((tries + 1))
    [ "$tries" -lt 240 ] || die "service '$1' is $(api "$api/services/$1"), expected $2"
    sleep 0.5
  done
}
# What is compared: all that the old build told, less what changes with time.
told() {
  api "$api/services?limit=100" | value '"\n".join(sorted(s["service_id"] + " " + s["service_name"] for s in d["services"]))'
  api "$api/models?limit=100" | value '"\n".join(sorted(m["model_id"] + " " + m["model_status"] for m in d["models"]))'
}
events() { api "$api/services/$1/events?limit=100" | value '"\n".join(sorted(e["event_info"] for e in d["events"]))'; }

echo "the old build runs its demo"
began=$SECONDS
(cd "$old" && ./slipway demo --data "$data") >"$work/demo.log" 2>&1 || { tail -n 30 "$work/demo.log"; die "the demo of the old build failed"; }
echo "  $(grep '^demo: ' "$work/demo.log"), $((SECONDS - began)) s"
start "$old"
service=$(api "$api/services?limit=100" | value '[s["service_id"] for s in d["services"] if s["status"] == "running"][0]')
await "$service" running
told >"$work/told-before"
events "$service" >"$work/events-before"
keys >"$work/keys-before"
result=$(grep -m 1 '_result.txt$' "$work/keys-before")
objects "/$result" >"$work/result-before"
end

echo "the new build starts over that folder"
began=$SECONDS
start "$new"
await "$service" running
address=$(api "$api/services/$service" | value 'd["access_address"]')
tries=0
until [ "$(predict "$address")" = 200 ]; do
  tries=$((tries + 1))
  [ "$tries" -lt 120 ] || die "the service of the old build answers $(cat "$work/answer")"
  sleep 0.5
done
echo "  its service answers after $((SECONDS - began)) s: $(head -c 120 "$work/answer")"

told >"$work/told-after"
cmp "$work/told-before" "$work/told-after"
events "$service" >"$work/events-after"
lost=$(comm -23 "$work/events-before" "$work/events-after" | wc -l)
[ "$lost" = 0 ] || die "$lost events of the old build are gone"
keys >"$work/keys-after"
[ -z "$(comm -23 "$work/keys-before" "$work/keys-after")" ] || die "objects are gone: $(comm -23 "$work/keys-before" "$work/keys-after" | head -n 3)"
objects "/$result" | cmp - "$work/result-before"
echo "  $(wc -l <"$work/told-before") services and models, $(wc -l <"$work/events-before") events of one service, $(wc -l <"$work/keys-before") objects are there; a result has the same bytes"

api -X PUT "$api/services/$service" -d '{"status": "stopped"}' >/dev/null
await "$service" stopped
api -X PUT "$api/services/$service" -d '{"status": "running"}' >/dev/null
await "$service" running
until [ "$(predict "$address")" = 200 ]; do
  tries=$((tries + 1))
  [ "$tries" -lt 240 ] || die "after a stop and a start it answers $(cat "$work/answer")"
  sleep 0.5
done
echo "  it was stopped and started by the new build, and answers"
echo "the new build goes on with the old folder"
