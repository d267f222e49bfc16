#Requires -Version 7.4

<#
.SYNOPSIS
Builds, tests, measures, shows or packs BatchOps. MSBuild does the work; see build.sh for a machine without PowerShell.
.EXAMPLE
./build.ps1 Pack
#>
[CmdletBinding()]
param(
    [ValidateSet('Build', 'Test', 'Bench', 'Demo', 'Pack', 'Clean')]
    [string] $Task = 'Build',

    [ValidateSet('Debug', 'Release')]
    [string] $Configuration = 'Release'
)

# A command that fails ends the script, with an exit code that says so.
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $true

$pwsh = [Environment]::ProcessPath
Push-Location $PSScriptRoot
try {
    if ($Task -in 'Test', 'Demo' -and -not $IsWindows) { bash build/native-parts.sh ($Task.ToLowerInvariant()) }
    switch ($Task) {
        'Build' { dotnet build BatchOps.sln -c $Configuration }
        'Test' { dotnet test BatchOps.sln -c $Configuration }
        'Pack' { dotnet pack build/Pack.proj -c $Configuration }
        'Demo' {
            dotnet build src/BatchOps.PowerShell -c $Configuration -v quiet -clp:NoSummary
            & $pwsh -NoProfile -File examples/Demo.ps1
        }
        'Bench' {
            # Figures of a debug build say nothing.
            dotnet build BatchOps.sln -c Release -v quiet -clp:NoSummary
            dotnet run --project tests/Benchmarks -c Release --no-build -- --filter '*'
            foreach ($bench in Get-ChildItem tests/Benchmarks/*.bench.ps1) { & $pwsh -NoProfile -File $bench.FullName }
        }
        'Clean' {
            dotnet clean BatchOps.sln -c $Configuration -v quiet -clp:NoSummary
            if (Test-Path out) { Remove-Item -Recurse out }
        }
    }
}
finally {
    Pop-Location
}
