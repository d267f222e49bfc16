# Runs one Pester file and writes what came of it as JSON; tests/BatchOps.PowerShell.Tests calls it for each.
param([string] $Path, [string] $ResultPath)

$ErrorActionPreference = 'Stop'
if (-not (Get-Module -ListAvailable -FullyQualifiedName @{ ModuleName = 'Pester'; ModuleVersion = '5.5' })) {
    @{ Missing = 'Pester 5.5 or later is not installed' } | ConvertTo-Json | Set-Content -LiteralPath $ResultPath
    return
}

Import-Module -FullyQualifiedName @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }
$configuration = New-PesterConfiguration
$configuration.Run.Path = $Path
$configuration.Run.PassThru = $true
$configuration.Output.Verbosity = 'None'
$run = Invoke-Pester -Configuration $configuration

# A container or block that fails in its setup has failed as surely as a test.
$broken = @($run.Failed) + @($run.FailedBlocks) + @($run.FailedContainers)
@{
    Passed   = $run.PassedCount
    Failed   = $run.FailedCount
    Skipped  = $run.SkippedCount
    Failures = @(foreach ($item in $broken) {
            foreach ($record in $item.ErrorRecord) { "$($item)`n$($record.DisplayErrorMessage)`n$($record.DisplayStackTrace)" }
        })
    Reasons  = @($run.Skipped.ErrorRecord.Exception.Message | Where-Object { $_ } | Select-Object -Unique)
} | ConvertTo-Json | Set-Content -LiteralPath $ResultPath
