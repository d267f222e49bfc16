# What the runbooks share: the module of this checkout, and the emulators that stand in for services.

<#
.SYNOPSIS
Imports BatchOps from this checkout, and builds it first when that was not done yet.
#>
function Import-BatchOps {
    $root = [System.IO.Path]::GetFullPath("$PSScriptRoot/..")
    if (-not (Test-Path "$root/module/bin/BatchOps.Loader.dll")) { Invoke-Build "$root/src/BatchOps.PowerShell" }
    Import-Module "$root/BatchOps.psd1" -Global
}

<#
.SYNOPSIS
Starts the emulator of a service, 'chat' or 'google', with options such as '--rpm', 600. Its Address is where it listens;
Stop() ends it, and so does the end of this process, whatever ended it.
#>
function Start-Emulator {
    param([Parameter(Mandatory)] [ValidateSet('chat', 'google')] [string] $Service, [object[]] $Option)

    $project = [System.IO.Path]::GetFullPath("$PSScriptRoot/../tests/BatchOps.Emulators")
    $program = "$project/bin/Release/net10.0/BatchOps.Emulators.dll"
    $newest = Get-ChildItem $project -Recurse -Include *.cs, *.csproj | Where-Object FullName -NotMatch '[\\/](bin|obj)[\\/]' | Sort-Object LastWriteTime | Select-Object -Last 1
    if (-not (Test-Path $program) -or (Get-Item $program).LastWriteTime -lt $newest.LastWriteTime) { Invoke-Build $project }

    $start = [System.Diagnostics.ProcessStartInfo]::new('dotnet')
    $start.RedirectStandardInput = $true
    $start.RedirectStandardOutput = $true
    foreach ($argument in @($program, $Service, '--parent-pid', $PID) + $Option) { $start.ArgumentList.Add("$argument") }
    $process = [System.Diagnostics.Process]::Start($start)
    $line = $process.StandardOutput.ReadLineAsync()
    if (-not $line.Wait([timespan]::FromSeconds(60)) -or $line.Result -notmatch '^listening (\S+)$') {
        if (-not $process.HasExited) { $process.Kill() }
        throw "The emulator did not start: $Service $Option"
    }

    [pscustomobject]@{ Address = [uri]$Matches[1]; Process = $process } |
        Add-Member -MemberType ScriptMethod -Name Stop -Value { $this.Process.Kill(); $this.Process.WaitForExit() } -PassThru
}

<#
.SYNOPSIS
Says what an emulator was asked since its start or since -Reset.
#>
function Get-EmulatorStats {
    param([Parameter(Mandatory)] [uri] $Service, [switch] $Reset)
    Invoke-RestMethod ([uri]::new($Service, 'stats'))
    if ($Reset) { $null = Invoke-RestMethod ([uri]::new($Service, 'reset')) -Method Post }
}

function Invoke-Build([string] $Project) {
    Write-Host "Building $(Split-Path -Leaf $Project) ..."
    $output = dotnet build $Project -c Release -v quiet
    if ($LASTEXITCODE -ne 0) { throw "dotnet build $Project failed:`n$($output -join "`n")" }
}

Export-ModuleMember -Function Import-BatchOps, Start-Emulator, Get-EmulatorStats
