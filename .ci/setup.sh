# Set-up steps that ./run and ./test share. Each does nothing when its work is done, and says so in a line when it is not.
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
engine=src/CommandLine/bin/Release/net10.0/cloudpacs.dll

say() { printf '%s\n' "cloudpacs: $*" >&2; }

need_dotnet() {
  if ! command -v dotnet >/dev/null || ! dotnet --list-sdks | grep -q '^10\.'; then
    say "the .NET 10 SDK is missing. Install it (package dotnet-sdk-10.0 of your distribution or of Microsoft) and run this again."
    exit 1
  fi
}

has_postgres() { command -v initdb >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; }
has_command() { command -v "$1" >/dev/null; }

# need_package PACKAGE WHAT CHECK...: installs a Debian package unless CHECK succeeds. No service of it is started.
need_package() {
  local package=$1 what=$2
  shift 2
  if "$@"; then return; fi
  if [ "$(id -u)" -ne 0 ]; then
    say "$what is missing. As root: apt-get install $package"
    exit 1
  fi
  say "installing $package ($what)"
  local policy=/usr/sbin/policy-rc.d made=
  if [ ! -e $policy ]; then
    printf '#!/bin/sh\nexit 101\n' >$policy
    chmod +x $policy
    made=1
  fi
  local log
  log=$(mktemp)
  if ! { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package"; } >"$log" 2>&1; then
    cat "$log" >&2
    [ -n "$made" ] && rm -f $policy
    say "could not install $package; its output is above"
    exit 1
  fi
  [ -n "$made" ] && rm -f $policy
  rm -f "$log"
}

has_library() { ldconfig -p 2>/dev/null | grep -q "$1"; }

# want_package PACKAGE WHAT CHECK...: the same for what the engine can do without.
want_package() {
  local package=$1 what=$2
  shift 2
  if "$@"; then return; fi
  if [ "$(id -u)" -eq 0 ] && (need_package "$package" "$what" "$@"); then return; fi
  say "going on without $what (package $package)"
}

# Decoders of images: a syntax whose library is missing is kept and sent as it is, but not rendered.
want_codecs() {
  want_package libopenjp2-7 "the decoder of JPEG 2000" has_library libopenjp2.so.7
  want_package libcharls2 "the decoder of JPEG-LS" has_library libcharls.so.2
}

build_engine() {
  if [ -f "$engine" ] && [ -z "$(find src Directory.Build.props Directory.Packages.props -newer "$engine" -type f -not -path '*/obj/*' -not -path '*/bin/*' -print -quit)" ]; then return; fi
  say "building the engine"
  local log
  log=$(mktemp)
  if ! dotnet build src/CommandLine -c Release -v q --nologo >"$log" 2>&1; then
    cat "$log" >&2
    exit 1
  fi
  rm -f "$log"
  touch "$engine"
}
