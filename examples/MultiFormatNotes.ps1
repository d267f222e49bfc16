#Requires -Version 7.4

<#
.SYNOPSIS
Makes notes of one video transcript in many forms: every format in every
level of detail, each on its own.

.DESCRIPTION
The transcript is crossed with the formats and the levels. Each
combination is an item with a status of its own: notes are written and
shown as soon as they are there, while others are still being made, and
one that fails spoils no other. Starts are spread, equal requests are made
once, and what is spent stays within a budget. When more than 20 % of the
notes fail, or more than 5 % of the calls are answered with "too many
requests", the run goes on one at a time.

The service is an emulator on this machine, started by the script. It
needs the .NET SDK 10 or later, and no account and no network.

.PARAMETER TranscriptPath
A text file; by default the one beside this script.

.PARAMETER Format
The formats: any of summary, outline, quiz, flashcards, and others, which
are written as a summary.

.PARAMETER Verbosity
The levels of detail: brief, standard, full.

.PARAMETER ThrottleLimit
How many notes are made at once. Up to 10 of them have a progress bar
each.

.PARAMETER Budget
How many tokens may be spent. What does not fit is skipped.

.PARAMETER OutputFolder
Where the notes go, one file each; by default a folder 'notes' in the
current location.

.PARAMETER ServiceOption
Options of the emulator, to see how the run takes it: '--fail-rate', 0.5
or '--concurrent', 2 or '--outage-time', 5.

.PARAMETER Service
The address of a service that runs already, instead of an emulator of the
script's own.

.EXAMPLE
./examples/MultiFormatNotes.ps1
Eight formats in three levels of detail.

.EXAMPLE
./examples/MultiFormatNotes.ps1 -Format summary, quiz -Verbosity brief, full -Budget 1500
Four notes, of which not all fit the budget.

.EXAMPLE
./examples/MultiFormatNotes.ps1 -ServiceOption --concurrent, 2
A service that takes two calls at once and refuses the others: the run
goes on one at a time.
#>
[CmdletBinding()]
param(
    [string] $TranscriptPath = "$PSScriptRoot/transcript.txt",
    [string[]] $Format = @('summary', 'outline', 'quiz', 'flashcards', 'article', 'faq', 'timeline', 'glossary'),
    [ValidateSet('brief', 'standard', 'full')] [string[]] $Verbosity = @('brief', 'standard', 'full'),
    [ValidateRange(1, 100)] [int] $ThrottleLimit = 8,
    [ValidateRange(1, 1e9)] [double] $Budget = 20000,
    [string] $OutputFolder = 'notes',
    [object[]] $ServiceOption = @('--fail-rate', 0.05),
    [uri] $Service
)

$ErrorActionPreference = 'Stop'
Import-Module ([System.IO.Path]::Combine($PSScriptRoot, 'Emulator.psm1'))
Import-Module ([System.IO.Path]::Combine($PSScriptRoot, 'ChatModel.psm1'))
Import-BatchOps

$OutputFolder = (New-Item -ItemType Directory -Force $OutputFolder).FullName
$transcript = Get-Content -Raw $TranscriptPath

# The most that notes can cost, in tokens of four characters: the question, and an answer up to this part of it.
$answerShare = @{ brief = 0.1; standard = 0.6; full = 1.5 }
$cost = { [math]::Ceiling($transcript.Length / 4 * (1 + $answerShare[$_.Verbosity])) + 50 }

$emulator = $null
try {
    if (-not $Service) {
        $emulator = Start-Emulator chat (@('--latency', 500, '--latency-spread', 1500) + $ServiceOption)
        $Service = $emulator.Address
    }

    # The name comes first, for the progress bars.
    $combinations = @($transcript |
            Expand-BatchMatrix ([ordered]@{ Format = $Format; Verbosity = $Verbosity }) |
            ForEach-Object { [pscustomobject]@{ Name = "$($_.Format), $($_.Verbosity)"; Format = $_.Format; Verbosity = $_.Verbosity; Transcript = $_.Item } })

    $batch = @{
        ThrottleLimit            = $ThrottleLimit
        StaggerMilliseconds      = 100
        Deduplicate              = $true
        RetryCount               = 2
        RetryDelaySeconds        = 0.5
        SequentialAbove          = 0.2
        SequentialAboveThrottled = 0.05
        UsageLimit               = $Budget
        UsageCost                = $cost
        Function                 = 'Invoke-ChatModel'
        TotalCount               = $combinations.Count
        SummaryVariable          = 'summary'
        AsResult                 = $true
        ErrorAction              = 'Continue'
    }

    $notes = $combinations | Invoke-ConcurrentBatch @batch {
        $prompt = "Make notes of this transcript.`nFormat: $($_.Format)`nVerbosity: $($_.Verbosity)`n`n$($_.Transcript)"
        Invoke-ChatModel $using:Service notes $prompt
    } | ForEach-Object {
        # Here notes come one by one, as each is done.
        $path = $null
        $answer = $_.Output | Select-Object -First 1
        $state = if ($_.Status -ne 'Succeeded') { "$($_.Status)".ToLower() } elseif ($_.FromCache) { 'shared' } else { 'done' }
        $detail = if ($_.Status -eq 'Succeeded') {
            $path = Join-Path $OutputFolder "$($_.InputObject.Format).$($_.InputObject.Verbosity).md"
            Set-Content $path $answer.Content
            '{0,5:n1} s, {1,4} tokens' -f $_.Duration.TotalSeconds, $answer.Tokens
        }
        elseif ($_.Reason -ne 'None') { $_.Reason }
        else { $_.Error.Exception.ItemError.Exception.Message ?? $_.Error }
        Write-Host ('{0,-24} {1,-9} {2}' -f $_.InputObject.Name, $state, $detail)

        [pscustomobject]@{
            Format = $_.InputObject.Format; Verbosity = $_.InputObject.Verbosity; State = $state; Reason = $_.Reason
            Attempts = $_.Attempts; Tokens = $answer.Tokens; Path = $path
        }
    }

    # One row for a format, one column for a level.
    $notes | Group-Object Format | ForEach-Object {
        $row = [ordered]@{ Format = $_.Name }
        foreach ($level in $Verbosity) { $row[$level] = ($_.Group | Where-Object Verbosity -EQ $level | Select-Object -First 1).State }
        [pscustomobject]$row
    } | Sort-Object { $Format.IndexOf($_.Format) } | Format-Table -AutoSize

    [pscustomobject]@{
        Notes      = $summary.Total
        Done       = $summary.Succeeded
        Failed     = $summary.Failed
        Skipped    = $summary.Skipped
        Budget     = "$([long]$summary.UsageSpent) of $([long]$Budget)"
        Calls      = (Get-EmulatorStats $Service).requests
        Throttled  = $summary.RateLimitHits
        Sequential = $summary.FellBackToSequential
        Seconds    = [math]::Round($summary.Duration.TotalSeconds, 1)
    } | Format-Table * -AutoSize
    "Notes: $OutputFolder"
    if ($summary.Succeeded -lt $summary.Total) { exit 1 }
}
finally {
    if ($emulator) { $emulator.Stop() }
}
