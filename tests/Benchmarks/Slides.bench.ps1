#Requires -Version 7.4
<#
.SYNOPSIS
Measures the filling of decks: .pptx files on this machine, and Google presentations against the emulator.
.DESCRIPTION
Prints one Markdown table. The emulator answers writes after 500 ms; quotas are measured over 6 seconds instead of a
minute, with a tenth of the units. The peers of the .pptx decks are npm packages: 'npm install' in tests/Benchmarks/peers
brings them, and without it their rows are left out.
.EXAMPLE
pwsh -NoProfile -File tests/Benchmarks/Slides.bench.ps1
#>
[CmdletBinding()]
param(
    [ValidateRange(1, 100)] [int] $Rounds = 3,

    # Names of the measurements to take; all when left out.
    [ValidateSet('Batching', 'Parallel', 'Quota', 'Faults', 'Adaptive', 'Pptx', 'Peers')]
    [string[]] $Only
)

$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$root = [System.IO.Path]::GetFullPath([System.IO.Path]::Combine($PSScriptRoot, '..', '..'))
Import-Module ([System.IO.Path]::Combine($root, 'BatchOps.psd1'))
Import-Module ([System.IO.Path]::Combine($root, 'examples', 'Emulator.psm1'))
Import-Module ([System.IO.Path]::Combine($root, 'examples', 'BarChart.psm1'))
Import-Module ([System.IO.Path]::Combine($PSScriptRoot, 'Bench.psm1'))
$folder = [System.IO.Directory]::CreateTempSubdirectory('batchops-').FullName
$peers = [System.IO.Path]::Combine($PSScriptRoot, 'peers')

function Test-Wanted([string] $name) { -not $Only -or $Only -contains $name }

# Values that differ, so that the images do.
foreach ($i in 0..4) { Export-BarChart -Value 3, (5 + $i), 8 -Path "$folder/image$i.png" -Width 400 -Height 300 }

# Runs a block with an emulator of its own: $emulator, and $google with what every call has in common.
function Use-Emulator([int] $Slides, [object[]] $Option, [scriptblock] $Block) {
    $emulator = Start-Emulator google (@('--slides', $Slides, '--write-latency', 500, '--token', 'benchmark') + $Option)
    $google = @{
        TemplateId = 'slides-template'; Title = '{{customer}}'; Endpoint = $emulator.Address; WriteLimit = '1000000/min'; ReadLimit = '1000000/min'
        AccessToken = ConvertTo-SecureString benchmark -AsPlainText -Force
        Image = @{ image0 = "$folder/image0.png"; image1 = "$folder/image1.png"; image2 = "$folder/image2.png" }
        Notes = 'Say hello to {{customer}}.'
    }
    try { & $Block }
    finally { $emulator.Stop() }
}

function Get-Record([int] $Count) { foreach ($i in 1..$Count) { [pscustomobject]@{ customer = "Customer $i"; quarter = 'Q4'; body = "Text of deck $i." } } }

# Writes that a quota refused.
function Get-Throttled($Stats) { $Stats.methods.'slides.presentations.batchUpdate'.throttled }

function Get-Stats { Get-EmulatorStats $emulator.Address }

try {
    # What the first calls of a process compile is not what is measured.
    Use-Emulator 2 @() { Get-Record 1 | Start-SlidesReplace @google | Out-Null }

    if (Test-Wanted 'Batching') {
        Use-Emulator 12 @() {
            $times = foreach ($round in 1..$Rounds) {
                $whole = Measure-Block { $script:deck = Get-Record 1 | Start-SlidesReplace @google }
                $bySlide = Measure-Block { $script:slow = Get-Record 1 | Start-SlidesReplace @google -Batching Slide }
                [pscustomobject]@{ Whole = $whole; BySlide = $bySlide }
            }
            if ($deck.Unresolved.Count + $slow.Unresolved.Count -or $deck.ImagesReplaced -ne 12 -or $deck.NotesReplaced -ne 12) { throw 'The decks are not whole.' }
            Add-Row 'one deck of 12 slides with text, images and notes: default against `-Batching Slide`' ('{0:n1} times faster ({1:n1} s, {2:n1} s)' -f (Get-Median ($times | ForEach-Object { $_.BySlide / $_.Whole })), ((Get-Median $times.Whole) / 1000), ((Get-Median $times.BySlide) / 1000)) 'at least 5 times'
            Add-Row 'its calls, with 3 distinct images' ('{0}: {1} and 2 for each image; {2} with `-Batching Slide`' -f $deck.Calls, ($deck.Calls - 6), $slow.Calls) 'at most 4 and 2 for each image'
        }
    }

    if (Test-Wanted 'Parallel') {
        foreach ($withImages in $false, $true) {
            Use-Emulator 12 @() {
                if (-not $withImages) { $google.Image = @{}; $google.AllowUnresolved = $true }
                $fast = Measure-Block { $script:decks = Get-Record 60 | Start-SlidesReplace @google -ThrottleLimit 10 }
                $slow = Measure-Block { Get-Record 60 | Start-SlidesReplace @google -Sequential | Out-Null }
                Add-Row "60 decks of text and notes$(if ($withImages) { ', and 3 images that are uploaded and deleted again' }), throttle 10, against ``-Sequential``" ('{0:n1} times faster ({1:n1} s, {2:n1} s), {3} whole' -f ($slow / $fast), ($fast / 1000), ($slow / 1000), @($decks | Where-Object Status -eq Succeeded).Count) 'at least 9 times'
            }
        }
    }

    if (Test-Wanted 'Quota') {
        Use-Emulator 12 @('--writes-per-user', 600, '--quota-window', 6) {
            $google.WriteLimit = '60/6s'
            Get-Record 600 | Start-SlidesReplace @google -ThrottleLimit 10 -SummaryVariable run | Out-Null
            $stats = Get-Stats
            $rate = $stats.appliedWrites / $run.Duration.TotalSeconds
            Add-Row '600 decks, 600 writes a minute known, 80 % used, throttle 10' ('{0:p1} of the used share, {1} rejected, {2} whole in {3:n1} s' -f ($rate / 8), (Get-Throttled $stats), $run.Succeeded, $run.Duration.TotalSeconds) 'at least 95 %, 0 rejected'
        }
    }

    if (Test-Wanted 'Faults') {
        $kinds = 'drop-before', 'drop-after', 'fail-500', 'fail-503', 'fail-503-after', 'fail-502', 'stall', 'stall-after', 'throttle'
        foreach ($case in @{ Name = '5 % of the calls fail, in all ways'; Rate = 0.05 / $kinds.Count; Retries = 3 }, @{ Name = '5 % of the calls fail in each of nine ways'; Rate = 0.05; Retries = 20 }) {
            Use-Emulator 12 (@('--throttle-wait', 0.5) + ($kinds | ForEach-Object { "--$_-rate", $case.Rate })) {
                $decks = Get-Record 200 | Start-SlidesReplace @google -ThrottleLimit 20 -ConnectionTimeoutSeconds 3 -RetryCount $case.Retries -RetryDelaySeconds 0.5 -BreakAfter 1000 -SummaryVariable run -ErrorAction Continue
                $stats = Get-Stats
                Add-Row "200 decks, $($case.Name), ``-RetryCount $($case.Retries)``" ('{0} whole, {1} tokens left, {2} applied twice, {3} overlapping writes, {4} uploads of 3 images, {5} copies, {6} left public; {7} calls repeated; {8:n0} s' -f `
                        $run.Succeeded, ($decks.Unresolved.Count | Measure-Object -Sum).Sum, $stats.duplicateWrites, $stats.overlappingWrites, ($stats.uploads.psobject.Properties.Value | Measure-Object -Sum).Sum,
                    ($stats.copies.psobject.Properties.Value | Measure-Object -Sum).Sum, @($stats.publicFiles).Count, ($decks.Retries | Measure-Object -Sum).Sum, $run.Duration.TotalSeconds) '200 whole, 0, 0, 0, 3, 200, 0'
            }
        }
    }

    if (Test-Wanted 'Adaptive') {
        # Four services at once: they wait most of the time.
        $results = 'none', 'header', 'info', 'window' | ForEach-Object {
            $emulator = Start-Emulator google --slides, 12, --write-latency, 500, --token, benchmark, --writes-per-user, 60, --quota-window, 6, --hints, $_
            [pscustomobject]@{ Hint = $_; Emulator = $emulator; Job = $null; Summary = $null }
        }
        try {
            foreach ($result in $results) {
                $google = @{ TemplateId = 'slides-template'; Title = '{{customer}}'; Endpoint = $result.Emulator.Address; WriteLimit = '1000000/min'; ReadLimit = '1000000/min'; AccessToken = ConvertTo-SecureString benchmark -AsPlainText -Force }
                $result.Job = Get-Record 600 | Start-SlidesReplace @google -AllowUnresolved -Adaptive -ThrottleLimit 50 -RetryCount 20 -BreakAfter 1000 -AsJob
            }
            foreach ($result in $results) {
                $null = Wait-Job $result.Job
                $run = $result.Job.Summary
                $stats = Get-EmulatorStats $result.Emulator.Address
                Add-Row "600 writes, 60 a minute that nobody told, ``-Adaptive``, hint: $($result.Hint)" ('{0:p1} of the quota, {1:p2} rejected, {2} whole in {3:n0} s' -f ($stats.appliedWrites / $run.Duration.TotalSeconds), ((Get-Throttled $stats) / ($stats.appliedWrites + (Get-Throttled $stats))), $run.Succeeded, $run.Duration.TotalSeconds) 'at least 90 %, at most 2 %'
            }
        }
        finally { $results | ForEach-Object { Remove-Job $_.Job -Force; $_.Emulator.Stop() } }
    }

    $peersAreThere = Test-Path "$peers/node_modules"
    if (-not $peersAreThere) { Write-Host "No peers: run 'npm install' in $peers." }
    if (((Test-Wanted 'Pptx') -or (Test-Wanted 'Peers')) -and $peersAreThere) {
        # The template is drawn by a peer too: one of nobody's making.
        node "$peers/template.js" "$folder/shapes.pptx" shapes
        node "$peers/template.js" "$folder/pictures.pptx" pictures "$folder/image0.png"
        node "$peers/template.js" "$folder/root.pptx" root
        $fill = @{ Template = "$folder/shapes.pptx"; OutputPath = "$folder/decks/{{customer}}.pptx"; Image = @{} }
        foreach ($i in 0..4) { $fill.Image["image$i"] = "$folder/image$i.png" }
        $records = foreach ($i in 1..300) { [pscustomobject]@{ customer = "Customer $i"; title = 'Review'; body = "Text of deck $i."; quarter = 'Q4'; contact = 'Ada' } }
        $warm = $records | Select-Object -First 20 | Start-SlidesReplace @fill -ThrottleLimit 2
        if ($warm[0].ImagesReplaced -ne 5 -or $warm[0].TextReplaced -ne 100) { throw 'The decks are not whole.' }

        # Until the runtime has compiled what is used often for good: before that the second of a pair is the faster one.
        foreach ($round in 1..5) { $records | Start-SlidesReplace @fill -ThrottleLimit 2 | Out-Null }
        $times = foreach ($round in 1..$Rounds) {
            $two = Measure-Block { $records | Start-SlidesReplace @fill -ThrottleLimit 2 | Out-Null }
            $one = Measure-Block { $records | Start-SlidesReplace @fill -Sequential | Out-Null }
            [pscustomobject]@{ Two = $two; One = $one }
        }
        $ours = Get-Median $times.Two
        Add-Row '300 .pptx decks of 20 slides with 5 images, throttle 2, against `-Sequential`' ('{0:n2} times faster; {1:n0} decks a second ({2:n0})' -f (Get-Median ($times | ForEach-Object { $_.One / $_.Two })), (300000 / $ours), (300000 / (Get-Median $times.One))) 'at least 1.7 times'

        if (Test-Wanted 'Peers') {
            $null = New-Item -ItemType Directory "$folder/peers"
            $text = $fill.Clone()
            $text.Image = @{}
            $blank = $records | Select-Object *, @{ n = 'image0'; e = { '' } }, @{ n = 'image1'; e = { '' } }, @{ n = 'image2'; e = { '' } }, @{ n = 'image3'; e = { '' } }, @{ n = 'image4'; e = { '' } }
            $ratios = foreach ($round in 1..$Rounds) {
                $textOnly = Measure-Block { $blank | Start-SlidesReplace @text -ThrottleLimit 2 | Out-Null }
                $whole = Measure-Block { $records | Start-SlidesReplace @fill -ThrottleLimit 2 | Out-Null }
                $docx = [double](node "$peers/docxtemplater.js" "$folder/shapes.pptx" "$folder/peers" 60) * 5
                $automizer = [double](node "$peers/automizer.js" "$folder/pictures.pptx" "$folder/peers" 20 $folder "$folder/root.pptx") * 15
                [pscustomobject]@{ Docx = $docx / $textOnly; Automizer = $automizer / $whole; DocxRate = 300000 / $docx; AutomizerRate = 300000 / $automizer; TextRate = 300000 / $textOnly }
            }
            Add-Row 'the same with text only, against docxtemplater (its open part)' ('{0:n1} times faster ({1:n0} and {2:n1} decks a second)' -f (Get-Median $ratios.Docx), (Get-Median $ratios.TextRate), (Get-Median $ratios.DocxRate)) 'at least 3 times'
            Add-Row 'the same with images, against pptx-automizer' ('{0:n0} times faster ({1:n0} and {2:n1} decks a second)' -f (Get-Median $ratios.Automizer), (300000 / $ours), (Get-Median $ratios.AutomizerRate)) 'at least 3 times'
        }
    }
}
finally { Remove-Item -LiteralPath $folder -Recurse -Force }

Get-RowTable $Rounds
