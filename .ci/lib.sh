# What .ci/run and .ci/long share: steps that are timed and counted, pinned tools, Debian packages. To be sourced.
# shellcheck shell=bash

cd "$(dirname "${BASH_SOURCE[0]}")/.."
repo=$PWD
# An oracle that should be there and is not fails the run. "CI= .ci/run" skips what is missing instead.
export CI="${CI-true}"
export NO_COLOR=1
now=2026-11-23T00:00:00Z # the incidents, the demo and the README are judged as of then
shared=$(cd .. && pwd)/shared
cache=${XDG_CACHE_HOME:-$HOME/.cache}/mi-kscheck-tools
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cli=$repo/bin/mi-kscheck

passed=0 failed=() timings=()

# step TITLE COMMAND…: runs it in a shell of its own, prints how long it took, and goes on whatever comes of it.
step() {
  local title=$1 start=$SECONDS rc
  shift
  printf '\n==> %s\n' "$title"
  set +e
  (
    set -euo pipefail
    "$@"
  )
  rc=$?
  set -e
  local took=$((SECONDS - start))
  timings+=("$(printf '%5d s  %s%s' "$took" "$title" "$([ $rc = 0 ] || echo '   FAILED')")")
  if [ $rc = 0 ]; then
    passed=$((passed + 1))
    printf '<== %s: %d s\n' "$title" "$took"
  else
    failed+=("$title")
    printf '<== %s: FAILED (exit %d) after %d s\n' "$title" "$rc" "$took"
  fi
}

# summary: the timings, then the counts as the last line; its status is that of the run.
summary() {
  printf '\n==> summary (%d s in all)\n' "$SECONDS"
  printf '%s\n' "${timings[@]}"
  for title in ${failed[@]+"${failed[@]}"}; do printf 'failed: %s\n' "$title"; done
  printf '%d passed, %d failed\n' "$passed" "${#failed[@]}"
  [ ${#failed[@]} = 0 ]
}

# missing WHAT: an oracle is not there.
missing() {
  if [ -n "$CI" ]; then
    echo "missing: $1" >&2
    return 1
  fi
  echo "skipped: $1 is missing"
}

# debian PACKAGE TEST…: installs a package unless the test succeeds.
debian() {
  local package=$1
  shift
  "$@" >/dev/null 2>&1 && return
  if ! command -v apt-get >/dev/null || [ "$(id -u)" != 0 ]; then
    echo "needed: install $package" >&2
    return 1
  fi
  echo "installing $package"
  {
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$package" ||
      { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$package"; }
  } </dev/null >"$work/apt.log" 2>&1 || { tail -5 "$work/apt.log" >&2; echo "$package could not be installed" >&2; return 1; }
  "$@" >/dev/null 2>&1 || { echo "$package is installed, yet this fails: $*" >&2; return 1; }
}

# tool NAME: prints the path of a pinned Go tool, built once a version and kept outside the repository.
tool() {
  local name=$1 module=tools package key
  case $name in
    golangci-lint) package=github.com/golangci/golangci-lint/v2/cmd/golangci-lint ;;
    benchstat) package=golang.org/x/perf/cmd/benchstat ;;
    opa) module=tools/opa package=github.com/open-policy-agent/opa ;;
    goreleaser) module=tools/goreleaser package=github.com/goreleaser/goreleaser/v2 ;;
    cyclonedx-gomod) module=tools/cyclonedx package=github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod ;;
    actionlint) module=tools/actionlint package=github.com/rhysd/actionlint/cmd/actionlint ;;
    gitleaks) module=tools/gitleaks package=github.com/zricethezav/gitleaks/v8 ;;
    conftest) module=tools/conftest package=github.com/open-policy-agent/conftest ;;
    *) echo "no such tool: $name" >&2; return 1 ;;
  esac
  key=$( (cat $module/go.mod $module/go.sum && go version) | sha256sum | cut -c1-16)
  local path=$cache/$key/$name
  if [ ! -x "$path" ]; then
    echo "building $name" >&2
    mkdir -p "$cache/$key"
    go -C "$module" build -o "$path.new" "$package" >&2
    mv "$path.new" "$path"
  fi
  printf '%s\n' "$path"
}

# multitool: prints the path of the SARIF validator from npm, installed once a version outside the repository.
multitool() {
  local version=5.7.0
  local dir=$cache/sarif-multitool-$version
  if [ ! -x "$dir/node_modules/.bin/sarif-multitool" ]; then
    command -v npm >/dev/null || { missing "npm (for the SARIF validator)" >&2; return 1; }
    echo "installing @microsoft/sarif-multitool $version" >&2
    mkdir -p "$dir"
    (cd "$dir" && npm install --no-save --no-fund --no-audit --no-package-lock --loglevel=error --prefix "$dir" \
      "@microsoft/sarif-multitool@$version" </dev/null >&2)
  fi
  printf '%s\n' "$dir/node_modules/.bin/sarif-multitool"
}

# schemas: prints the folder of the Python modules that hold pipelines to their schemas, installed once a version outside the repository.
schemas() {
  local version=0.39.0
  local dir=$cache/check-jsonschema-$version
  if [ ! -d "$dir/check_jsonschema" ]; then
    echo "installing check-jsonschema $version" >&2
    rm -rf "$dir"
    python3 -m pip install -q --no-input --disable-pip-version-check --root-user-action=ignore --target "$dir.new" "check-jsonschema==$version" </dev/null >&2
    mv "$dir.new" "$dir"
  fi
  printf '%s\n' "$dir"
}

# browser: prints the folder of the npm modules that look at HTML reports, installed once a version outside the repository.
browser() {
  local dir
  dir=$cache/browser-$(sha256sum tools/browser/package.json | cut -c1-16)
  if [ ! -d "$dir/node_modules/playwright-core" ] || [ ! -d "$dir/node_modules/axe-core" ]; then
    command -v npm >/dev/null || { missing "npm (for the browser tests)" >&2; return 1; }
    echo "installing playwright-core and axe-core" >&2
    mkdir -p "$dir"
    cp tools/browser/package.json "$dir/"
    (cd "$dir" && npm install --no-fund --no-audit --no-package-lock --loglevel=error </dev/null >&2)
  fi
  printf '%s\n' "$dir"
}

# config_mapper: fetches the product's own config mappers and what they need, which checker/deployment is held to (TestMapper).
config_mapper() {
  local dir=$cache/config-mapper artifact name
  mkdir -p "$dir"
  for artifact in org.wso2.config.mapper:config-mapper:{1.0.12,1.0.18,1.0.20,1.1.0} net.consensys.cava:cava-toml:0.5.0 org.antlr:antlr4-runtime:4.7.1 \
    commons-codec:commons-codec:1.12 commons-lang:commons-lang:2.6 commons-logging:commons-logging:1.2 com.google.code.gson:gson:2.8.5; do
    name=$(cut -d: -f2,3 <<<"$artifact" | tr : -)
    [ -s "$dir/$name.jar" ] && continue
    mvn -q -B -ntp org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy -Dartifact="$artifact" -DoutputDirectory="$dir" \
      -Dmdep.useBaseVersion=true </dev/null >"$work/mvn.log" 2>&1 || { tail -5 "$work/mvn.log" >&2; missing "$artifact"; return; }
  done
  echo "config mappers: $(ls "$dir" | grep -c ^config-mapper)"
}
