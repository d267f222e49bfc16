# What the runbooks share: the module of this checkout, and what stands in for services: emulators, and a broker of one's own.

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

    $program = Get-Program BatchOps.Emulators
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

<#
.SYNOPSIS
Starts a RabbitMQ broker of one's own on the loopback: its Address, its Credential. Stop() ends it and removes what it had,
and so does the end of this process. Needs RabbitMQ installed.
#>
function Start-Broker {
    $start = [System.Diagnostics.ProcessStartInfo]::new('dotnet')
    $start.RedirectStandardInput = $true
    $start.RedirectStandardOutput = $true
    $start.RedirectStandardError = $true
    $start.ArgumentList.Add((Get-Program BatchOps.Broker))
    $process = [System.Diagnostics.Process]::Start($start)
    $line = $process.StandardOutput.ReadLine()
    if (-not $line) { throw "No broker was started: $($process.StandardError.ReadToEnd().Trim())" }

    $broker = $line | ConvertFrom-Json
    [pscustomobject]@{
        Address    = [uri]$broker.uri
        Credential = [pscredential]::new($broker.user, (ConvertTo-SecureString $broker.password -AsPlainText -Force))
        Process    = $process
    } | Add-Member -MemberType ScriptMethod -Name Stop -Value { $this.Process.StandardInput.Close(); $this.Process.WaitForExit() } -PassThru
}

# A program of the tests, built first when it is not there or older than its source.
function Get-Program([string] $Name) {
    $project = [System.IO.Path]::GetFullPath("$PSScriptRoot/../tests/$Name")
    $program = "$project/bin/Release/net10.0/$Name.dll"
    $newest = Get-ChildItem $project -Recurse -Include *.cs, *.csproj | Where-Object FullName -NotMatch '[\\/](bin|obj)[\\/]' | Sort-Object LastWriteTime | Select-Object -Last 1
    if (-not (Test-Path $program) -or (Get-Item $program).LastWriteTime -lt $newest.LastWriteTime) { Invoke-Build $project }
    $program
}

function Invoke-Build([string] $Project) {
    Write-Host "Building $(Split-Path -Leaf $Project) ..."
    $output = dotnet build $Project -c Release -v quiet
    if ($LASTEXITCODE -ne 0) { throw "dotnet build $Project failed:`n$($output -join "`n")" }
}

Export-ModuleMember -Function Import-BatchOps, Start-Emulator, Get-EmulatorStats, Start-Broker
