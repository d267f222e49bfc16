#Requires -Version 7.4

<#
.SYNOPSIS
Runs a batch on workers in other processes, one of which is killed half-way; one switch away from workers on other machines.

.DESCRIPTION
The same Invoke-ConcurrentBatch, with -Broker: items go to RabbitMQ, workers run them and send back what they yield, and the
journal of this process says what is done. When half of the items are done, one worker is
killed as by kill -9: what it had is done by the others, and each item has one outcome.

Without -Broker the script starts a RabbitMQ of its own on the loopback and two workers; it needs RabbitMQ installed (apt
install rabbitmq-server, brew install rabbitmq) and the .NET SDK 10 or later.

With -Broker the queues must have been installed (Install-BatchBroker), and workers must be running somewhere that have the
same signing key: Start-BatchWorker -Broker amqps://... -Credential $c -SigningKey $key -AllowScriptBlock.

.EXAMPLE
./examples/DistributedBatch.ps1

Sixty items on two workers, one of which is killed.

.EXAMPLE
./examples/DistributedBatch.ps1 -Broker amqps://rabbit.example.com/batch -Credential (Get-Credential) -SigningKey $key

The same on the workers of that broker.
#>
[CmdletBinding()]
param(
    # The broker; without it one is started here.
    [uri] $Broker,

    [pscredential] $Credential,

    # The key that submitters and workers share.
    [securestring] $SigningKey,

    [ValidateRange(1, 100000)] [int] $Count = 60,

    # Workers that are started here.
    [ValidateRange(1, 16)] [int] $Workers = 2,

    [string] $JournalPath = 'distributed.db',

    # Goes on with a run that did not come to its end.
    [switch] $Resume
)

$ErrorActionPreference = 'Stop'
Import-Module ([System.IO.Path]::Combine($PSScriptRoot, 'Emulator.psm1'))
Import-BatchOps

# A worker in a process of its own. Its secrets are in its environment, where other users don't see them.
function Start-Worker([string] $Name, [hashtable] $Connection) {
    $start = [System.Diagnostics.ProcessStartInfo]::new([Environment]::ProcessPath)
    $module = [System.IO.Path]::GetFullPath("$PSScriptRoot/../BatchOps.psd1")
    foreach ($argument in '-NoProfile', '-NonInteractive', '-Command', "Import-Module '$($module -replace "'", "''")'; Start-BatchWorker -Name $Name -ThrottleLimit 4 -AllowScriptBlock") { $start.ArgumentList.Add($argument) }
    $start.Environment['BATCHOPS_BROKER'] = "$($Connection.Broker)"
    $start.Environment['BATCHOPS_BROKER_USER'] = $Connection.Credential.UserName
    $start.Environment['BATCHOPS_BROKER_PASSWORD'] = $Connection.Credential.GetNetworkCredential().Password
    $start.Environment['BATCHOPS_SIGNING_KEY'] = ConvertFrom-SecureString $Connection.SigningKey -AsPlainText
    [System.Diagnostics.Process]::Start($start)
}

$local = $null
$started = [System.Collections.Generic.List[System.Diagnostics.Process]]::new()
try {
    $connection = @{ Broker = $Broker; Credential = $Credential; SigningKey = $SigningKey }
    if (-not $Broker) {
        $local = Start-Broker
        $key = [Convert]::ToBase64String([System.Security.Cryptography.RandomNumberGenerator]::GetBytes(32))
        $connection = @{ Broker = $local.Address; Credential = $local.Credential; SigningKey = ConvertTo-SecureString $key -AsPlainText -Force }
        $null = Install-BatchBroker -Broker $local.Address -Credential $local.Credential -Partitions 8 -ResultQueues 2
        foreach ($number in 1..$Workers) { $started.Add((Start-Worker "worker-$number" $connection)) }
        while (@(Get-BatchWorker @connection).Count -lt $Workers) {
            if ($started.Where{ $_.HasExited }) { throw 'A worker ended before it was connected; see above.' }
        }
    }

    $done = 0
    $killed = $null
    1..$Count | ForEach-Object { [pscustomobject]@{ Id = $_; Name = "customer-$_" } } |
        Invoke-ConcurrentBatch @connection {
            # Stands for a call that takes its time.
            Start-Sleep -Milliseconds 150
            [pscustomobject]@{ Id = $_.Id; Name = $_.Name.ToUpperInvariant(); Process = $PID }
        } -Key Id -Journal $JournalPath -Name distributed -Resume:$Resume -TotalCount $Count -SummaryVariable run |
        ForEach-Object {
            $done++
            if ($started.Count -gt 1 -and -not $killed -and $done -ge $Count / 2) {
                $killed = $started[0]
                $killed.Kill()
            }
            $_
        } | Tee-Object -Variable results

    Write-Host "$($run.Succeeded) of $($run.Total) items in $($run.Duration.TotalSeconds.ToString('n1')) s, by $(@($results.Process | Sort-Object -Unique).Count) processes$(if ($killed) { "; $($killed.Id) was killed after $([Math]::Ceiling($Count / 2))" })."
    Get-BatchWorker @connection | Format-Table Name, ProcessId, ThrottleLimit, Succeeded, Failed | Out-Host
}
finally {
    foreach ($process in $started) {
        $process.Kill($true)
        $process.WaitForExit()
    }
    if ($local) { $local.Stop() }
}
