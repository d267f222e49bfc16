#!/usr/bin/env bash
# The door for a bare machine: needs the .NET SDK, uses PowerShell where there is one.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

require_sdk() {
    local version
    version=$(dotnet --version 2>/dev/null) || version=0
    if ((${version%%.*} < 10)); then
        echo "build.sh: BatchOps is built with the .NET SDK 10 or later; get it from https://dotnet.microsoft.com/download" >&2
        exit 1
    fi
}

# What only the SDK is needed for; the second argument is what that leaves out.
with_sdk() {
    local left_out=$1
    shift
    "$@"
    if [[ -n $left_out ]]; then echo "build.sh: no pwsh on PATH, so this was left out: $left_out."; fi
}

task=${1:-build}
case $task in
    build | test | demo | pack) ;;
    *)
        echo "usage: ./build.sh [build|test|demo|pack]" >&2
        exit 2
        ;;
esac

require_sdk
build/native-parts.sh "$task"

if command -v pwsh >/dev/null; then
    exec pwsh -NoProfile -NonInteractive -File build.ps1 -Task "$task"
fi

case $task in
    build) with_sdk '' dotnet build BatchOps.sln -c Release ;;
    test) with_sdk 'the tests of the cmdlets (Pester)' dotnet test BatchOps.sln -c Release ;;
    demo) with_sdk 'the demo in PowerShell (examples/Demo.ps1)' dotnet run --project examples/QuickStart -c Release ;;
    pack) with_sdk '' dotnet pack build/Pack.proj -c Release ;;
esac
