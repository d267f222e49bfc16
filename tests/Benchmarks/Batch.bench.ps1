#Requires -Version 7.4
<#
.SYNOPSIS
Measures Invoke-ConcurrentBatch in PowerShell: ratios within one run of one pwsh, medians of interleaved rounds.
.DESCRIPTION
Prints one Markdown table. PSParallelPipeline is compared when it can be imported. A figure that belongs to the first run
of a session is taken in new pwsh processes.
.EXAMPLE
pwsh -NoProfile -File tests/Benchmarks/Batch.bench.ps1 -Rounds 7
#>
[CmdletBinding()]
param(
    [ValidateRange(1, 100)]
    [int] $Rounds = 7,

    # Names of the measurements to take; all when left out.
    [ValidateSet('Trivial', 'Peers', 'Waiting', 'Speedup', 'Latency', 'Memory', 'Import')]
    [string[]] $Only
)

$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$root = [System.IO.Path]::GetFullPath([System.IO.Path]::Combine($PSScriptRoot, '..', '..'))
$manifest = [System.IO.Path]::Combine($root, 'BatchOps.psd1')
$pwsh = [Environment]::ProcessPath
Import-Module $manifest
Import-Module ([System.IO.Path]::Combine($root, 'tests', 'BatchOps.Floor', 'bin', 'Release', 'net8.0', 'BatchOps.Floor.dll'))

Import-Module ([System.IO.Path]::Combine($PSScriptRoot, 'Bench.psm1'))

function Test-Wanted([string] $name) { -not $Only -or $Only -contains $name }

# Runs a script in new pwsh processes and returns the numbers it prints.
function Invoke-Fresh([string] $script) {
    foreach ($round in 1..$Rounds) { [double](& $pwsh -NoProfile -Command $script) }
}

$count = 10000
if (Test-Wanted 'Trivial') {
    # How many workers the engine thinks worth opening; the floor gets the same, and in a second row all eight.
    1..$count | Invoke-ConcurrentBatch { $_ * 2 } -ThrottleLimit 8 | Out-Null
    1..$count | Invoke-FloorBatch { $_ * 2 } -Workers 8 | Out-Null
    $same = [System.Collections.Generic.List[double]]::new()
    $eight = [System.Collections.Generic.List[double]]::new()
    $batchTimes = [System.Collections.Generic.List[double]]::new()
    $workers = [System.Collections.Generic.List[double]]::new()
    foreach ($round in 1..$Rounds) {
        $batch = Measure-Block { 1..$count | Invoke-ConcurrentBatch { $_ * 2 } -ThrottleLimit 8 -SummaryVariable script:summary | Out-Null }
        $floorSame = Measure-Block { 1..$count | Invoke-FloorBatch { $_ * 2 } -Workers $summary.Workers | Out-Null }
        $floorEight = Measure-Block { 1..$count | Invoke-FloorBatch { $_ * 2 } -Workers 8 | Out-Null }
        $same.Add($batch / $floorSame)
        $eight.Add($batch / $floorEight)
        $batchTimes.Add($batch)
        $workers.Add($summary.Workers)
    }
    $perItem = (Get-Median $batchTimes) * 1000 / $count
    Add-Row "10,000 items ``{ `$_ * 2 }``, throttle 8, against the floor with as many workers ($(Get-Median $workers))" ('{0:n2} times its time ({1:n1} us an item)' -f (Get-Median $same), $perItem) 'at most 1.5 (1.2)'
    Add-Row '10,000 items, against the floor with 8 workers' ('{0:n2} times its time' -f (Get-Median $eight)) ''
}

if (Test-Wanted 'Peers') {
    $hasPeer = [bool](Get-Module -ListAvailable PSParallelPipeline)
    if ($hasPeer) { Import-Module PSParallelPipeline }
    $parallel = [System.Collections.Generic.List[double]]::new()
    $peer = [System.Collections.Generic.List[double]]::new()
    foreach ($round in 1..$Rounds) {
        $batch = Measure-Block { 1..$count | Invoke-ConcurrentBatch { $_ * 2 } -ThrottleLimit 8 | Out-Null }
        $parallel.Add((Measure-Block { 1..$count | ForEach-Object -Parallel { $_ * 2 } -ThrottleLimit 8 | Out-Null }) / $batch)
        if ($hasPeer) { $peer.Add((Measure-Block { 1..$count | Invoke-Parallel { $_ * 2 } -ThrottleLimit 8 | Out-Null }) / $batch) }
    }
    Add-Row '10,000 items, against `ForEach-Object -Parallel -ThrottleLimit 8`' ('{0:n0} times faster' -f (Get-Median $parallel)) 'at least 40'
    Add-Row '10,000 items, against PSParallelPipeline 1.2.5 `Invoke-Parallel -ThrottleLimit 8`' $(if ($hasPeer) { '{0:n0} times faster' -f (Get-Median $peer) } else { 'not installed' }) 'at least 10'
}

if (Test-Wanted 'Waiting') {
    foreach ($items in 1000, 5000) {
        $total = Get-Median (Invoke-Fresh "Import-Module '$manifest'; `$w = [Diagnostics.Stopwatch]::StartNew(); 1..$items | Invoke-ConcurrentBatch { Start-Sleep -Milliseconds 100 } -ThrottleLimit 50; `$w.Elapsed.TotalMilliseconds")
        Add-Row ('{0:n0} items that wait 100 ms, throttle 50, first run of a session' -f $items) ('{0:p1} of the ideal ({1:n2} s of {2:n0} s)' -f (($items * 2) / $total), ($total / 1000), ($items / 500)) $(if ($items -eq 1000) { 'at least 90 %' } else { 'at least 97 %' })
    }
    $first = Get-Median (Invoke-Fresh "Import-Module '$manifest'; `$w = [Diagnostics.Stopwatch]::StartNew(); 1..1000 | Invoke-ConcurrentBatch { Start-Sleep -Milliseconds 100; 1 } -ThrottleLimit 50 | Select-Object -First 1 | ForEach-Object { `$w.Elapsed.TotalMilliseconds }")
    Add-Row 'its first result, first run of a session' ('{0:n0} ms after the start' -f $first) 'within 150 ms'
}

if (Test-Wanted 'Speedup') {
    1..500 | Invoke-ConcurrentBatch { Start-Sleep -Seconds 1 } -ThrottleLimit 50 -SummaryVariable summary
    Add-Row '500 items of 1 s, throttle 50, against one after the other (sum of the items'' own times)' ('{0:n1} times as fast' -f $summary.Speedup) 'at least 48'
}

if (Test-Wanted 'Latency') {
    $now = { [System.Diagnostics.Stopwatch]::GetTimestamp() }
    $tick = 1000 / [System.Diagnostics.Stopwatch]::Frequency
    $work = { Start-Sleep -Milliseconds (20 + $_ % 30); [System.Diagnostics.Stopwatch]::GetTimestamp() }

    # More items than credits: the intake is full until near the end, and then the input has ended.
    $late = 1..800 | Invoke-ConcurrentBatch $work -ThrottleLimit 20 | ForEach-Object { ((& $now) - $_) * $tick }
    Add-Row 'from an item''s end to its object in the pipeline, intake full or input ended' ('{0:n2} ms median, {1:n2} ms at most' -f (Get-Median $late), ($late | Measure-Object -Maximum).Maximum) 'under 20 ms median'
    $job = 1..800 | Invoke-ConcurrentBatch $work -ThrottleLimit 20 -AsJob
    $late = Receive-Job $job -Wait | ForEach-Object { ((& $now) - $_) * $tick }
    Remove-Job $job
    Add-Row 'the same with `-AsJob`, received with `Receive-Job -Wait`' ('{0:n2} ms median, {1:n2} ms at most' -f (Get-Median $late), ($late | Measure-Object -Maximum).Maximum) 'under 20 ms median'
}

if (Test-Wanted 'Memory') {
    $sizes = 1..1000000 | Invoke-ConcurrentBatch { $_ } -ThrottleLimit 8 | ForEach-Object {
        if ($_ -eq 100000 -or $_ -eq 1000000) { [GC]::GetTotalMemory($true); [Environment]::WorkingSet }
    }
    Add-Row '1,000,000 items streaming through: growth from item 100,000 to the last' ('{0:n1} MB managed, {1:n1} MB working set' -f (($sizes[2] - $sizes[0]) / 1MB), (($sizes[3] - $sizes[1]) / 1MB)) 'under 64 MB'
}

if (Test-Wanted 'Import') {
    $import = Get-Median (Invoke-Fresh "`$w = [Diagnostics.Stopwatch]::StartNew(); Import-Module '$manifest'; `$w.Elapsed.TotalMilliseconds")
    Add-Row '`Import-Module` in a fresh session' ('{0:n0} ms' -f $import) 'under 150 ms'
}

Get-RowTable $Rounds
