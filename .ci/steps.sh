# The steps of .ci/run and .ci/long, one function each. To be sourced after lib.sh.
# shellcheck shell=bash

toolchain() {
  local wanted
  wanted=$(awk '$1 == "go" {print $2}' go.mod)
  go version
  [ "$(printf '%s\n' "go$wanted" "$(go env GOVERSION)" | sort -V | head -n 1)" = "go$wanted" ] ||
    { echo "Go $wanted or newer is needed" >&2; return 1; }
  for program in git python3; do command -v $program || { echo "$program is needed" >&2; return 1; }; done
  if [ -d "$shared" ]; then echo "test material: $shared"; else missing "the folder ../shared with incidents and real stores"; fi
}

# The oracles and what the race detector needs.
dependencies() {
  debian default-jdk-headless javac -version && java -version 2>&1 | head -n 1
  debian libbcprov-java test -e /usr/share/java/bcprov.jar
  debian libhttpclient-java test -e /usr/share/java/httpclient.jar
  debian openssl openssl version
  debian pre-commit pre-commit --version && pre-commit --version
  debian libnss3-tools command -v pk12util && command -v pk12util
  debian gcc gcc --version
  # What shows man pages, and the shells that complete; jq is in the commands of the documentation.
  debian groff groff --version
  debian mandoc command -v mandoc
  debian zsh zsh --version
  debian fish fish --version
  debian jq jq --version
  debian maven mvn --version
  config_mapper
}

# What a generator writes must be what is committed.
generated() {
  local before after
  before=$(git status --porcelain; git diff | sha256sum)
  if [ -d "$shared" ]; then go generate ./...; else go generate ./rules/...; fi
  .ci/readme update
  after=$(git status --porcelain; git diff | sha256sum)
  if [ "$before" != "$after" ]; then
    git status --short
    git --no-pager diff --stat
    echo "generated files are not current: run 'go generate ./...' and '.ci/readme update', and commit" >&2
    return 1
  fi
}

build() {
  rm -f "$cli" # so that no older one is judged
  go build ./...
  mkdir -p bin
  go build -o bin/mi-kscheck ./cmd/mi-kscheck
  "$cli" version
}

# The README's own command, so that README and CI can't say different things.
tests() {
  local command
  command=$(.ci/readme code test)
  printf '$ %s\n' "$command"
  bash -euo pipefail -c "$command" </dev/null
}

vet() { go vet ./...; }

lint() {
  local linter
  linter=$(tool golangci-lint)
  "$linter" config verify
  "$linter" run ./...
}

# Where something runs at the same time as something else.
race() {
  local packages
  packages=$(git ls-files '*.go' | grep -v _test.go | xargs grep -slE '^\s*go |errgroup' | xargs dirname | sort -u | sed 's|^|./|')
  printf '%s\n' $packages
  # shellcheck disable=SC2086
  go test -race -short $packages ./checker ./cmd/mi-kscheck
  go test -race -run SideBySide ./checker/keystore # the rest of it runs on one core
}

policies() {
  local opa unformatted
  opa=$(tool opa)
  "$opa" check --strict policies
  unformatted=$("$opa" fmt --list policies)
  [ -z "$unformatted" ] || { printf 'opa fmt would change:\n%s\n' "$unformatted" >&2; return 1; }
  # Homes lie beside the policies, whose JSON and YAML opa would take for data.
  local only=$work/policies
  mkdir -p "$only"
  git -C policies ls-files -co --exclude-standard -z '*.rego' | tar -C policies --null -T - -cf - | tar -xf - -C "$only"
  "$opa" test "$only" | tee "$work/opa.log"
  grep -q "^PASS: " "$work/opa.log" # none at all is no success
  agreement "$only"
}

# agreement DIR: what our own commands say of policies is what opa says, of the built-in ones and of the examples for others.
agreement() {
  local ours theirs broken=$work/unformatted
  ours=$(go test ./policies -run 'TestRego$' -count=1 -v | sed -n 's/.* \([0-9]*\) tests$/\1/p')
  theirs=$(sed -n 's|^PASS: \([0-9]*\)/\1$|\1|p' "$work/opa.log")
  [ -n "$ours" ] && [ "$ours" = "$theirs" ] || { echo "policies: we run '$ours' tests, opa '$theirs'" >&2; return 1; }

  # The examples, with the library that mi-kscheck brings along.
  ours=$("$cli" policy test docs/policies | sed -n 's/^[0-9]* tests, \([0-9]*\) passed, 0 failed, 0 skipped$/\1/p')
  theirs=$("$opa" test docs/policies "$1/lib" --run '^data\.custom\.' | sed -n 's|^PASS: \([0-9]*\)/\1$|\1|p')
  [ -n "$ours" ] && [ "$ours" = "$theirs" ] || { echo "docs/policies: we run '$ours' tests, opa '$theirs'" >&2; return 1; }

  rm -rf "$broken"
  cp -r "$1" "$broken"
  find "$broken" -name 'weak_*.rego' -exec sed -i 's/ := /  :=  /' {} +
  ours=$("$cli" policy fmt --list "$broken" | sort)
  theirs=$("$opa" fmt --list "$broken" | sort)
  [ -n "$ours" ] && [ "$ours" = "$theirs" ] || { printf 'we would format:\n%s\nopa:\n%s\n' "$ours" "$theirs" >&2; return 1; }
  [ -z "$("$cli" policy fmt --list "$1")$("$cli" policy fmt --list docs/policies)" ] || { echo "our own fmt would change policies" >&2; return 1; }

  # A bundle that opa signed is taken with its key, and with no other.
  local signed=$work/signed key
  rm -rf "$signed"
  cp -r docs/policies "$signed"
  for key in right wrong; do
    openssl genrsa -out "$work/$key.pem" 2048 2>/dev/null
    openssl rsa -in "$work/$key.pem" -pubout -out "$work/$key.pub" 2>/dev/null
    printf 'policy = ["bundle.tar.gz"]\npolicy_key = "%s.pub"\n' "$key" >"$work/$key.toml"
  done
  (cd "$signed" && "$opa" sign --signing-key ../right.pem --signing-alg RS256 --bundle . && tar czf ../bundle.tar.gz -- .signatures.json *)
  "$cli" rules --config "$work/right.toml" | grep -q '^CORP001 ' || { echo "a bundle that opa signed is not taken" >&2; return 1; }
  ! "$cli" rules --config "$work/wrong.toml" 2>/dev/null || { echo "a bundle is taken that another key signed" >&2; return 1; }
  echo "our commands and opa agree"
}

incidents() {
  [ -d "$shared/incidents" ] || { missing "../shared/incidents"; return; }
  python3 "$shared/tools/incidents.py" "$cli" "$shared/incidents" --rules "$(grep -o "^MIKS[0-9]*" .ci/rules.txt | paste -sd,)"
}

# sarif [CASE-GLOB]: reports of the demo and of incidents, as the validator of the SARIF project judges them.
sarif() {
  local validator out=$work/sarif name code
  validator=$(multitool)
  mkdir -p "$out"
  report() { # NAME ARGUMENTS…
    name=$1 code=0
    shift
    "$cli" check --format sarif --now "$now" "$@" >"$out/$name.sarif" || code=$?
    [ "$code" -le 1 ] || { echo "$name: exit $code" >&2; return 1; }
  }
  report demo testdata/demo
  report clean --no-env --env-file testdata/homes/clean.env testdata/homes/clean
  (cd testdata && python3 -m zipfile -c "$work/demo.zip" demo && tar czf "$work/clean.tar.gz" -C homes clean)
  report archives --no-env --env-file testdata/homes/clean.env "$work/demo.zip" "$work/clean.tar.gz"
  [ -d "$shared/incidents" ] || missing "../shared/incidents"
  for c in "$shared"/incidents/${1:-0[0-2]*}; do
    [ -d "$c/home" ] || continue
    report "$(basename "$c")" --no-env --env-file "$c/env" "$c/home"
  done
  # What is in a baseline, and several runs joined.
  "$cli" check --now "$now" --quiet --baseline "$work/baseline.json" --update-baseline testdata/demo >/dev/null 2>&1
  report baseline --baseline "$work/baseline.json" testdata/demo
  "$cli" merge "$out/demo.sarif" "$out/clean.sarif" "$out/archives.sarif" -o "$out/merged.sarif"
  # The npm wrapper goes through a shell, hence the inner quotes. Its exit code is 0 whatever it finds.
  "$validator" validate "$out"/*.sarif --rule-kind "'Sarif;Ghas'" >"$work/validator.log" 2>&1 || { cat "$work/validator.log"; return 1; }
  grep -q 'Analysis completed successfully' "$work/validator.log" || { cat "$work/validator.log"; return 1; }
  sed -n "s|^$out/||; / warning /p; / note /p" "$work/validator.log" | sed 's/([^)]*)//' | sort | uniq -c | sort -rn | head -n 20
  printf '%d reports, %d errors, %d warnings\n' "$(find "$out" -name '*.sarif' | wc -l)" \
    "$(grep -c ': error ' "$work/validator.log" || true)" "$(grep -c ': warning ' "$work/validator.log" || true)"
  if grep -E ': (error|warning) ' "$work/validator.log"; then return 1; fi
}

# html [CASE-GLOB]: the HTML report in a real browser: accessible, without a request to anywhere, by keyboard, printed.
html() {
  local modules reports=$work/html c name code
  debian chromium chromium --version
  modules=$(browser)
  mkdir -p "$reports"
  report() { # NAME ARGUMENTS…
    name=$1 code=0
    shift
    "$cli" check --format "html=$reports/$name.html" --now "$now" "$@" || code=$?
    [ "$code" -le 1 ] || { echo "$name: exit $code" >&2; return 1; }
  }
  report demo testdata/demo testdata/homes/clean
  report clean --no-env --env-file testdata/homes/clean.env testdata/homes/clean
  for c in "$shared"/incidents/${1:-056*}; do
    [ -d "$c/home" ] || continue
    report "$(basename "$c")" --no-env --env-file "$c/env" "$c/home"
  done
  node tools/browser/audit.mjs "$modules" "$work/shots" "$reports"/*.html
}

# The hook as users have it: the real pre-commit installs this very commit and is asked about commits.
precommit() {
  command -v pre-commit >/dev/null || { missing pre-commit; return; }
  local project=$work/project commit start
  commit=$(git rev-parse HEAD)
  GOMODCACHE=$(go env GOMODCACHE) # pre-commit sets GOPATH; without this it would load every module again
  export GOMODCACHE PRE_COMMIT_HOME=$work/pre-commit-home
  export GIT_AUTHOR_NAME=ci GIT_AUTHOR_EMAIL=ci@example.org GIT_COMMITTER_NAME=ci GIT_COMMITTER_EMAIL=ci@example.org
  rm -rf "$project"
  mkdir -p "$project"
  cat >"$project/.pre-commit-config.yaml" <<YAML
repos:
  - repo: $repo
    rev: $commit
    hooks:
      - id: mi-kscheck
YAML
  git -C "$project" -c init.defaultBranch=main init -q
  cd "$project"
  pre-commit install --install-hooks
  echo '# Our integration' >README.md
  git add .
  start=$(date +%s%N)
  git commit -qm 'harmless'
  echo "a harmless commit passes, in $((($(date +%s%N) - start) / 1000000)) ms"

  cp -r "$repo/testdata/demo/deployment" "$repo/testdata/demo/pom.xml" .
  git add .
  start=$(date +%s%N)
  if git commit -qm 'faulty' >"$work/hook.log" 2>&1; then
    cat "$work/hook.log"
    echo "a faulty deployment.toml was committed" >&2
    return 1
  fi
  echo "a faulty deployment.toml is blocked, in $((($(date +%s%N) - start) / 1000000)) ms"
  for rule in MIKS101 MIKS203; do
    grep -q $rule "$work/hook.log" || { cat "$work/hook.log"; echo "the hook does not name $rule" >&2; return 1; }
  done

  # What is judged is the index, not the work tree.
  git reset -q
  echo 'another line' >>README.md
  git add README.md
  git commit -qm 'harmless, with a faulty file that is not staged'
  git add deployment
  cp "$repo/testdata/homes/clean/conf/deployment.toml" deployment/deployment.toml
  if git commit -qm 'faulty in the index, repaired in the work tree' >"$work/hook.log" 2>&1; then
    echo "the work tree was judged, not the index" >&2
    return 1
  fi
  echo "the index is what counts"
  cd "$repo"
}

# What the documentation shows for GitHub, GitLab, Azure and Bitbucket, and action.yml, as those systems would take it.
pipelines() {
  local modules linter
  debian shellcheck shellcheck --version
  modules=$(schemas)
  linter=$(tool actionlint)
  PYTHONPATH=$modules .ci/pipelines "$work/pipelines" "$linter"
}

# A release of HEAD, whole but for publishing: what is in each archive and package, that the checksums are right, and that the packed
# program runs.
release() {
  local goreleaser copy=$work/release path=$work/path version archive listed name
  debian rpm rpm --version
  goreleaser=$(tool goreleaser)
  mkdir -p "$path"
  ln -sf "$(tool cyclonedx-gomod)" "$path/cyclonedx-gomod"
  git clone -q . "$copy"
  cd "$copy"
  "$goreleaser" check
  PATH=$path:$PATH "$goreleaser" release --snapshot --clean >"$work/goreleaser.log" 2>&1 || { tail -40 "$work/goreleaser.log"; return 1; }
  cd dist
  sha256sum --check --quiet SHA256SUMS
  version=$(python3 -c 'import json; print(json.load(open("metadata.json"))["version"])')
  for name in mi-kscheck_"$version"_{linux,darwin,windows}_{amd64,arm64}; do
    case $name in
      *windows*) archive=$name.zip listed=$(python3 -m zipfile -l "$name.zip") ;;
      *) archive=$name.tar.gz listed=$(tar -tzf "$name.tar.gz") ;;
    esac
    for file in mi-kscheck LICENSE NOTICE README.md completions/mi-kscheck.bash completions/_mi-kscheck completions/mi-kscheck.fish man/mi-kscheck-check.1; do
      grep -q "/$file" <<<"$listed" || { echo "$archive holds no $file" >&2; return 1; }
    done
    python3 - "$name.cdx.json" <<'PYTHON'
import json, sys
names = {c["name"] for c in json.load(open(sys.argv[1]))["components"]}
sys.exit(0 if "github.com/open-policy-agent/opa" in names else f"{sys.argv[1]} does not name opa: {len(names)} components")
PYTHON
  done
  for name in amd64 arm64; do
    diff <(dpkg-deb --fsys-tarfile "mi-kscheck_${version}_linux_$name.deb" | tar -t | sed -n 's|^\./\(.*[^/]\)$|/\1|p' | sort) \
      <(rpm -qlp "mi-kscheck_${version}_linux_$name.rpm" | sort)
  done
  dpkg-deb -x "mi-kscheck_${version}_linux_$(dpkg --print-architecture).deb" unpacked
  [ "$(unpacked/usr/bin/mi-kscheck version)" = "mi-kscheck $version" ] || { echo "the packed program says $(unpacked/usr/bin/mi-kscheck version)" >&2; return 1; }
  zcat unpacked/usr/share/man/man1/mi-kscheck-check.1.gz | grep -q '^\.TH MI'
  grep -c . SHA256SUMS
  cd "$repo"
}

# What other tools make of the same faults, as the documentation says it.
differences() {
  .ci/differ >"$work/differ.md"
  cat "$work/differ.md"
  local line
  while IFS= read -r line; do
    grep -qxF "$line" docs/comparison.md || { printf 'docs/comparison.md does not say:\n%s\n' "$line" >&2; return 1; }
  done < <(grep '^|' "$work/differ.md")
}

# fuzz DURATION: every fuzz target for a while; a crash fails and stays behind as a seed.
fuzz() {
  local targets
  targets=$(git ls-files '*_test.go' | xargs grep -oH '^func Fuzz[A-Za-z0-9_]*' | sed 's/func //')
  [ -n "$targets" ] || { echo "no fuzz target was found" >&2; return 1; }
  # Two at a time with a worker each: minimizing keeps one worker busy and the others waiting.
  # shellcheck disable=SC2016
  xargs -P 2 -I{} bash -c '
    IFS=: read -r file target <<<"$1"
    package=./$(dirname "$file")
    out=$(go test -run "^\$" -fuzz "^$target\$" -fuzztime "$2" -parallel 1 "$package" </dev/null 2>&1) && code=0 || code=$?
    # A worker that is busy when the time is up fails the run without an input that does: golang.org/issue/75804.
    if grep -q "context deadline exceeded" <<<"$out" && ! grep -q "Failing input" <<<"$out"; then code=0; fi
    if [ $code = 0 ]; then out=$(tail -n 3 <<<"$out"); fi
    printf "%s %s\n%s\n" "$package" "$target" "$out"
    exit $code' _ {} "$1" <<<"$targets"
  echo "$(wc -l <<<"$targets") fuzz targets, $1 each"
}
