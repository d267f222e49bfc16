#Requires -Version 7.4

<#
.SYNOPSIS
Makes flash cards of 500 vocabulary items: two model calls for each, 50
items at once, below a quota, resumable after a kill.

.DESCRIPTION
Each item is translated by one model and then put into a sentence by a
second one, which needs the first one's result. Both calls are steps of
the item with results of their own in the journal: a crash between the two
does not pay for the first again. Every call takes a token of a limit that
is used at 80 %.

The cards go, in the order of the words, into a file of JSON lines and
into a table of a SQLite database. The journal holds what was answered:
with -Resume a run that was killed goes on where it was, and without it
everything is taken from the cache for a day.

The service is an emulator on this machine, started by the script, with a
quota, a spread of answer times, and one call in fifty that fails. It
needs the .NET SDK 10 or later, and no account and no network.

.PARAMETER Count
How many words, 1 to 500.

.PARAMETER RateLimit
What the service allows, such as '600/min'. 80 % of it are used.

.PARAMETER ThrottleLimit
How many items are at work at once.

.PARAMETER OutputFolder
Where run.db (the journal), flashcards.jsonl and flashcards.db are
written; by default a folder 'vocabulary' in the current location.

.PARAMETER Resume
Goes on with a run that did not come to its end.

.PARAMETER KillHalfway
Shows the worst case: starts the run in a process of its own, kills it
(SIGKILL) when half of the calls are answered, and resumes it here.

.PARAMETER Service
The address of a service that runs already, instead of an emulator of the
script's own.

.EXAMPLE
./examples/VocabularyPipeline.ps1
All 500 words: 1000 calls at 480 a minute, a bit more than two minutes. A
second time it takes seconds, and no call.

.EXAMPLE
./examples/VocabularyPipeline.ps1 -KillHalfway
The same, killed in the middle and resumed.

.EXAMPLE
./examples/VocabularyPipeline.ps1 -Count 50 -RateLimit '3000/min' -OutputFolder /tmp/cards
A short form: a few seconds.
#>
[CmdletBinding()]
param(
    [ValidateRange(1, 500)] [int] $Count = 500,
    [ValidatePattern('^[1-9]\d*/min$')] [string] $RateLimit = '600/min',
    [ValidateRange(1, 1000)] [int] $ThrottleLimit = 50,
    [string] $OutputFolder = 'vocabulary',
    [switch] $Resume,
    [switch] $KillHalfway,
    [uri] $Service
)

$ErrorActionPreference = 'Stop'
Import-Module ([System.IO.Path]::Combine($PSScriptRoot, 'Emulator.psm1'))
Import-Module ([System.IO.Path]::Combine($PSScriptRoot, 'ChatModel.psm1'))
Import-BatchOps

$OutputFolder = (New-Item -ItemType Directory -Force $OutputFolder).FullName
$journal = Join-Path $OutputFolder run.db
$lines = Join-Path $OutputFolder flashcards.jsonl
$database = Join-Path $OutputFolder flashcards.db

$nouns = 'apple boat book bridge chair cloud door field flower forest garden house island lamp letter mountain path river road stone storm table tree window winter' -split ' '
$adjectives = 'big blue bright broken cold dark deep dry early empty green heavy late little long new old quiet red round' -split ' '
$words = @(foreach ($noun in $nouns) { foreach ($adjective in $adjectives) { "$adjective $noun" } })[0..($Count - 1)]

function Start-HalfRun {
    # The run in a process of its own, killed as soon as half of the calls are answered.
    $start = [System.Diagnostics.ProcessStartInfo]::new([Environment]::ProcessPath)
    $start.RedirectStandardOutput = $true
    $start.RedirectStandardError = $true
    $arguments = '-NoProfile', '-NonInteractive', '-File', $PSCommandPath, '-Count', $Count, '-RateLimit', $RateLimit, '-ThrottleLimit', $ThrottleLimit, '-OutputFolder', $OutputFolder, '-Service', $Service
    foreach ($argument in $arguments) { $start.ArgumentList.Add("$argument") }
    $process = [System.Diagnostics.Process]::Start($start)
    $output = $process.StandardOutput.ReadToEndAsync()
    $errors = $process.StandardError.ReadToEndAsync()
    try {
        while (($answered = (Get-EmulatorStats $Service).ok) -lt $Count) {
            Write-Progress 'In another process' -Status "$answered of $(2 * $Count) calls answered" -PercentComplete (50 * $answered / $Count)
            if ($process.WaitForExit(100)) { throw "The run ended before it could be killed: $($output.Result)$($errors.Result)" }
        }
    }
    finally {
        $process.Kill()
        $process.WaitForExit()
        Write-Progress 'In another process' -Completed
    }

    "Killed process $($process.Id) when $answered of $(2 * $Count) calls were answered. Resuming it here."
}

$emulator = $null
try {
    if (-not $Service) {
        $emulator = Start-Emulator chat --rpm, ($RateLimit -replace '/min'), --latency, 300, --latency-spread, 400, --fail-rate, 0.02
        $Service = $emulator.Address
    }

    if ($KillHalfway) {
        Start-HalfRun
        $Resume = $true
    }

    $throttle = New-BatchThrottle $ThrottleLimit -CallLimit @{ requests = $RateLimit } -RateLimitShare 0.8
    $batch = @{
        Throttle        = $throttle
        ThrottleLimit   = $ThrottleLimit
        RetryCount      = 3
        Function        = 'Invoke-ChatModel'
        Journal         = $journal
        Name            = 'flashcards'
        Resume          = $Resume
        CacheSeconds    = 24 * 60 * 60
        IgnoreVariable  = 'Service'    # the emulator's port is another one each time
        Ordered         = $true
        TotalCount      = $words.Count
        SummaryVariable = 'summary'
        ErrorAction     = 'Continue'
    }

    $cards = $words | Invoke-ConcurrentBatch @batch {
        $service = $using:Service
        $word = $_

        $translation = Invoke-BatchStep translate {
            $BatchItem.Acquire('requests')
            (Invoke-ChatModel $service translate "Translate ""$word"" and answer in JSON." -AsJson).Content.translation
        }
        $example = Invoke-BatchStep example {
            $BatchItem.Acquire('requests')
            (Invoke-ChatModel $service example "Write a sentence with ""$translation"" and answer in JSON." -AsJson).Content.example
        }

        [pscustomobject]@{ Word = $word; Translation = $translation; Example = $example }
    }

    Export-BatchResult $journal -RunId $summary.RunId -Path $lines -Force
    $table = Export-BatchResult $journal -RunId $summary.RunId -Database $database -Table flashcards -PassThru

    $cards | Select-Object -First 3 | Format-Table -AutoSize
    $stats = Get-EmulatorStats $Service
    [pscustomobject]@{
        Cards       = $cards.Count
        Failed      = $summary.Failed
        Resumed     = $summary.Resumed
        'Cached %'  = [int](100 * $summary.CacheHitRate)
        Retries     = $summary.Attempts - $summary.Executed
        Peak        = $summary.PeakConcurrency
        Seconds     = [math]::Round($summary.Duration.TotalSeconds, 1)
        Calls       = $stats.requests
        Answered    = $stats.ok
        '429'       = $stats.rejected429
    } | Format-Table * -AutoSize
    "Cards, in the order of the words: $lines"
    "The same $($table.Rows) cards as table flashcards: $database"
    if ($summary.Failed) { exit 1 }
}
finally {
    if ($emulator) { $emulator.Stop() }
}
