#Requires -Version 7.4
<#
.SYNOPSIS
Measures long runs: what a journal costs, and what the examples' kind of work gains, against the emulated service.
.DESCRIPTION
Prints one Markdown table. Ratios are of interleaved rounds in one pwsh. The service is the chat emulator of the tests,
with answers that take one second.
.EXAMPLE
pwsh -NoProfile -File tests/Benchmarks/Journal.bench.ps1 -Rounds 5
#>
[CmdletBinding()]
param(
    [ValidateRange(1, 100)]
    [int] $Rounds = 5,

    # Names of the measurements to take; all when left out.
    [ValidateSet('Cost', 'Speedup', 'Quota', 'Cache', 'Matrix', 'Kill')]
    [string[]] $Only
)

$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$root = [System.IO.Path]::GetFullPath([System.IO.Path]::Combine($PSScriptRoot, '..', '..'))
Import-Module ([System.IO.Path]::Combine($root, 'BatchOps.psd1'))
Import-Module ([System.IO.Path]::Combine($root, 'examples', 'Emulator.psm1'))
Import-Module ([System.IO.Path]::Combine($root, 'examples', 'ChatModel.psm1'))
$folder = [System.IO.Directory]::CreateTempSubdirectory('batchops-').FullName

Import-Module ([System.IO.Path]::Combine($PSScriptRoot, 'Bench.psm1'))

function Test-Wanted([string] $name) { -not $Only -or $Only -contains $name }

# A journal of its own for each use, so that none grows over the rounds.
function New-JournalPath { [System.IO.Path]::Combine($folder, [System.IO.Path]::GetRandomFileName() + '.db') }

function Measure-Cost([scriptblock] $items, [scriptblock] $operation, [int] $throttle) {
    & $items | Invoke-ConcurrentBatch $operation -ThrottleLimit $throttle | Out-Null
    & $items | Invoke-ConcurrentBatch $operation -ThrottleLimit $throttle -Journal (New-JournalPath) -Name warm | Out-Null
    foreach ($round in 1..$Rounds) {
        $bare = Measure-Block { & $items | Invoke-ConcurrentBatch $operation -ThrottleLimit $throttle | Out-Null }
        $journal = New-JournalPath
        $kept = Measure-Block { & $items | Invoke-ConcurrentBatch $operation -ThrottleLimit $throttle -Journal $journal -Name cost | Out-Null }
        [pscustomobject]@{ Bare = $bare; Kept = $kept }
    }
}

try {
    if (Test-Wanted 'Cost') {
        $trivial = Measure-Cost { 1..10000 } { $_ * 2 } 8
        Add-Row 'a journal, added to each of 10,000 items `{ $_ * 2 }`, throttle 8' ('{0:n1} us ({1:n1} us without)' -f ((Get-Median ($trivial | ForEach-Object { $_.Kept - $_.Bare })) / 10), ((Get-Median $trivial.Bare) / 10)) 'at most 30 us'
        $short = Measure-Cost { 1..10000 } { [System.Threading.Thread]::Sleep(10) } 8
        Add-Row 'a journal, added to 10,000 items of 10 ms, throttle 8, file made and closed included' ('{0:p1}' -f ((Get-Median ($short | ForEach-Object { $_.Kept / $_.Bare })) - 1)) 'under 2 %'
    }

    $ask = { (Invoke-ChatModel $using:address translate "Translate ""word $_"" and answer in JSON." -AsJson).Content.translation }
    if ((Test-Wanted 'Speedup') -or (Test-Wanted 'Cache')) {
        $service = Start-Emulator chat --rpm, 1000000, --tpm, 1000000000, --latency, 1000
        $address = $service.Address
        try {
            $common = @{ Function = 'Invoke-ChatModel'; Journal = (New-JournalPath); Name = 'calls'; IgnoreVariable = 'address'; CacheSeconds = 3600 }
            1..50 | Invoke-ConcurrentBatch $ask -ThrottleLimit 50 -Function Invoke-ChatModel | Out-Null
            $sequential = Measure-Block { 1..20 | Invoke-ConcurrentBatch $ask -Sequential -Function Invoke-ChatModel | Out-Null }
            $script:order = $null
            $parallel = Measure-Block { $script:order = @(1..500 | Invoke-ConcurrentBatch $ask -ThrottleLimit 50 -Ordered -AsResult @common) }
            Add-Row '500 calls of 1 s, 50 at once with journal, against one after the other (20 calls)' ('{0:n1} times as fast' -f (($sequential / 20) / ($parallel / 500))) 'at least 48'
            $violations = @(0..499 | Where-Object { $script:order[$_].Index -ne $_ }).Count
            Add-Row 'results out of input order with `-Ordered`' "$violations" '0'
            $before = (Get-EmulatorStats $address).requests
            $again = @(1..500 | Invoke-ConcurrentBatch $ask -ThrottleLimit 50 -SummaryVariable summary @common)
            Add-Row 'the same 500 items a second time, from the cache' ('{0:p0} hits, {1} requests, {2:n2} s' -f $summary.CacheHitRate, ((Get-EmulatorStats $address).requests - $before), $summary.Duration.TotalSeconds) '100 %, 0'
            if ($again.Count -ne 500) { throw "$($again.Count) of 500 results came out." }
        }
        finally { $service.Stop() }
    }

    if (Test-Wanted 'Quota') {
        $failures = foreach ($mode in @{ Sequential = $true }, @{ ThrottleLimit = 50 }) {
            $service = Start-Emulator chat --rpm, 600, --latency, 100
            $address = $service.Address
            try {
                1..200 | Invoke-ConcurrentBatch $ask -Function Invoke-ChatModel -RateLimit '600/min' -SummaryVariable summary -ErrorAction SilentlyContinue @mode | Out-Null
                [pscustomobject]@{ Failed = $summary.Failed; Rejected = (Get-EmulatorStats $address).rejected429 }
            }
            finally { $service.Stop() }
        }
        Add-Row '200 calls below a quota of 600/min: errors 50 at once, against one after the other' ('{0} against {1} failed, {2} against {3} rejected' -f $failures[1].Failed, $failures[0].Failed, $failures[1].Rejected, $failures[0].Rejected) 'none more'
    }

    if (Test-Wanted 'Matrix') {
        $service = Start-Emulator chat --rpm, 1000000, --tpm, 1000000000, --latency, 1000
        $address = $service.Address
        try {
            $combinations = @('transcript' | Expand-BatchMatrix @{ Format = 'summary', 'quiz', 'outline'; Verbosity = 'brief', 'standard', 'full' })
            $note = { (Invoke-ChatModel $using:address notes "Write a $($_.Format), $($_.Verbosity), about $($_.Item).").Content }
            $one = Measure-Block { $combinations | Invoke-ConcurrentBatch $note -Function Invoke-ChatModel -Sequential | Out-Null }
            $all = Measure-Block { $combinations | Invoke-ConcurrentBatch $note -Function Invoke-ChatModel -ThrottleLimit 9 | Out-Null }
            Add-Row '3 formats x 3 levels of 1 s: less time than one after the other' ('{0:p1}' -f (1 - $all / $one)) 'at least 85 %'
        }
        finally { $service.Stop() }
    }

    if (Test-Wanted 'Kill') {
        $figures = & ([System.IO.Path]::Combine($root, 'examples', 'VocabularyPipeline.ps1')) -Count 200 -RateLimit '6000/min' -ThrottleLimit 20 -KillHalfway -OutputFolder (Join-Path $folder vocabulary) | Out-String -Width 200
        Write-Host $figures
        $calls = [int][regex]::Match($figures, '(?m)^\s*200\s.*$').Value.Trim().Split(' ', [StringSplitOptions]::RemoveEmptyEntries)[7]
        Add-Row '200 items of two calls, killed when half of them were answered, and resumed: calls in all' "$calls for 400" 'at most items + in flight (420), and the retries'
    }
}
finally {
    Remove-Item -LiteralPath $folder -Recurse -Force
}

Get-RowTable $Rounds
