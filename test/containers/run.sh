#!/usr/bin/env bash
# Builds the image and runs all of docker-compose.yml on a real engine: `npm run test:containers [-- WORK]`. It needs root,
# Debian and a kernel with network namespaces, and reports why it is skipped without them. WORK keeps the files of the
# engine for the next run. The last line contains the numbers of passed and failed checks.
set -uo pipefail
app=$(cd "$(dirname "$0")/../.." && pwd)
MAX_MEGABYTES=320
skip() { echo "skipped: $*"; exit 0; }
[ "$(id -u)" = 0 ] || skip 'it needs root'
grep -q '^ID=debian' /etc/os-release 2>/dev/null || skip 'it needs Debian, whose packages stand in for the base images'
ip netns add tidings-probe 2>/dev/null && ip netns del tidings-probe || skip 'no network namespace can be made here'

kept=${1:-}
work=${kept:-$(mktemp -d)}
mkdir -p "$work" && work=$(cd "$work" && pwd)
passed=0 failed=0
say() { printf '=== %4d s: %s\n' "$SECONDS" "$*"; }
die() { echo "$*"; failed=$((failed + 1)); exit 1; }
check() {
  local name=$1
  shift
  if "$@"; then passed=$((passed + 1)); echo "ok   $name"; else failed=$((failed + 1)); echo "FAIL $name"; fi
}
source "$app/test/containers/engine.sh"

env_file=$work/compose.env
compose() { docker compose --project-directory "$app" --env-file "$env_file" -f "$app/docker-compose.yml" "$@"; }
finish() {
  [ -S "$work/engine/docker.sock" ] && compose down -v --timeout 15 >/dev/null 2>&1
  stop_engine
  [ -n "$kept" ] || rm -rf "$work"
  printf '%d passed, %d failed\n' "$passed" "$failed"
  exit $((failed > 0 || passed == 0))
}
trap finish EXIT
# An interrupted run has not passed.
trap 'die "ended by a signal"' INT TERM

say 'the engine'
install_tools
start_engine
open_registries
say 'the base images'
build_base_images
say 'the images of the project'
cp "$app/.env.example" "$env_file"
# Leftovers of an interrupted run.
compose down -v --timeout 5 >/dev/null 2>&1
compose build >"$work/build.log" 2>&1 || die "$(tail -30 "$work/build.log")"
close_registries
megabytes=$(($(docker image inspect -f '{{.Size}}' tidings:0.1.0) / 1000000))
check "the image has at most $MAX_MEGABYTES MB ($megabytes)" test $megabytes -le $MAX_MEGABYTES

answer() { inside curl -s -o /dev/null -m 5 -w '%{http_code}' "http://127.0.0.1:8080$1"; }
bring_up() { compose up -d --no-build --wait --wait-timeout 180 >"$work/up.log" 2>&1 || { tail -15 "$work/up.log"; return 1; }; }

say '.env.example as it is'
check 'everything comes up healthy with no secret set' bring_up
check 'it is ready through the proxy' test "$(answer /health/ready)" = 200
check 'the log says that there is no administrator' sh -c "docker logs tidings-api-1 2>&1 | grep -q 'there is no administrator'"

say 'every setting set'
password=$(openssl rand -hex 12)
# Values that an operator might set in the empty lines.
while read -r line; do sed -i "s|^${line%%=*}=.*|$line|" "$env_file"; done <<END
ADMIN_EMAIL=you@example.com
ADMIN_PASSWORD=$password
METRICS_TOKEN=$(openssl rand -hex 16)
OIDC_ISSUERS=https://id.example.com\|tidings
SECRETS_KEY_PREVIOUS=$(openssl rand -base64 32)
VAPID_SUBJECT=mailto:you@example.com
DELIVERY_ATTEMPTS=7
LOG_LEVEL=debug
END
check 'everything comes up healthy again' bring_up

# Names of the settings in .env whose values are missing in a container of the service.
unreached() {
  local variables
  variables=$(compose exec -T "$1" env)
  grep -E '^[A-Z_]+=.' "$env_file" | grep -vE '^(NODE_ENV|ROLE|HOST|PORT|DATA_DIR)=' | grep -vxFf <(echo "$variables")
}
for service in api api-2 worker gateway-1 gateway-2; do
  check "every setting reaches $service" test -z "$(unreached $service)"
done
wrong() { compose run --rm --no-deps -T -e JWT_SECRET=short -e PUBLIC_URL=nowhere -e PORT=x settings 2>&1; }
wrong >"$work/wrong.log"
check 'wrong settings are named at once' sh -c "for n in JWT_SECRET PUBLIC_URL PORT; do grep -q \"\$n\" '$work/wrong.log' || exit 1; done"
check 'all that the service prints is JSON' sh -c "for c in api api-2 worker gateway-1 gateway-2; do docker logs tidings-\$c-1 2>&1 | grep -v '^{' && exit 1; done; true"

say 'least rights'
for service in api worker gateway-1 proxy; do
  check "$service is not root" test "$(compose exec -T $service id -u)" = 1000
  check "$service can not write its root" sh -c "! docker exec tidings-${service}-1 touch /x 2>/dev/null"
done
check 'the service has no capability' test "$(compose exec -T api grep CapBnd /proc/1/status | tr -dc 0-9a-f | tail -c 16)" = 0000000000000000
check 'metrics stay inside' test "$(answer /metrics)" = 403
start_host_outside
outward='fetch("http://198.51.100.10/", { signal: AbortSignal.timeout(3000) }).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))'
for service in api gateway-1 worker; do check "$service has a way out" compose exec -T "$service" node -e "$outward"; done
check 'the database has none' sh -c "! docker exec tidings-postgres-1 timeout 3 bash -c 'exec 3<>/dev/tcp/198.51.100.10/80' 2>/dev/null"

say 'each restarts in turn, under webhooks'
send() {
  inside "$work/images/node/usr/local/bin/node" "$app/test/containers/webhooks.mjs" http://127.0.0.1:8080 you@example.com "$password"
}
restart_all() {
  local service
  sleep 2
  for service in api api-2 gateway-1 gateway-2 worker; do
    compose restart $service >>"$work/restart.log" 2>&1 &&
      compose up -d --no-build --no-recreate --no-deps --wait --wait-timeout 120 $service >>"$work/restart.log" 2>&1 || return 1
  done
}
# Sends webhooks until the restarts close the pipe.
restart_under_webhooks() { restart_all | send; }
check 'no webhook is refused or lost' restart_under_webhooks
# The proxy's reasons for refusals.
[ "$failed" -eq 0 ] || compose logs --no-color --no-log-prefix proxy | grep -vE '"level":"info".*handled' | tail -40 | cut -c1-400

say 'the end'
before=$SECONDS
compose stop >/dev/null 2>&1
check 'it stops within its grace' test $((SECONDS - before)) -lt 15
check 'all of it ends with 0' test -z "$(compose ps -a --format '{{.Service}} {{.ExitCode}}' | grep -v ' 0$')"
compose down >/dev/null 2>&1
check 'no volume without a name is left' test -z "$(docker volume ls -q | grep -E '^[0-9a-f]{64}$')"
say done
