#Requires -Version 7.4
<#
.SYNOPSIS
Measures the pages of PDF files: text, images, OCR, many files, and the calls of a model.
.DESCRIPTION
Prints one Markdown table. Ratios are of interleaved rounds in one pwsh. The document is 'sample-geotopo.pdf' (117 pages)
of the corpus beside the checkout, and four times the same in one file. Peers are taken along where they are installed:
pdf2txt (python3-pdfminer), ocrmypdf, tesseract driven by xargs.
.EXAMPLE
pwsh -NoProfile -File tests/Benchmarks/Pdf.bench.ps1
#>
[CmdletBinding()]
param(
    [ValidateRange(1, 100)] [int] $Rounds = 7,

    # Names of the measurements to take; all when left out.
    [ValidateSet('Text', 'Images', 'Ocr', 'Files', 'Model')]
    [string[]] $Only,

    [string] $Document
)

$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$root = [System.IO.Path]::GetFullPath([System.IO.Path]::Combine($PSScriptRoot, '..', '..'))
Import-Module ([System.IO.Path]::Combine($root, 'BatchOps.psd1'))
Import-Module ([System.IO.Path]::Combine($root, 'examples', 'Emulator.psm1'))
Import-Module ([System.IO.Path]::Combine($root, 'examples', 'SmallPdf.psm1'))
Import-Module ([System.IO.Path]::Combine($PSScriptRoot, 'Bench.psm1'))
if (-not $Document) { $Document = [System.IO.Path]::GetFullPath("$root/../shared/corpus/pdf/sample-geotopo.pdf") }
$folder = [System.IO.Directory]::CreateTempSubdirectory('batchops-').FullName

function Test-Wanted([string] $name) { -not $Only -or $Only -contains $name }

function Get-Ratio([object[]] $times, [string] $of, [string] $to) { Get-Median ($times | ForEach-Object { $_.$of / $_.$to }) }

try {
    $long = "$folder/long.pdf"
    if (Test-Path $Document) {
        qpdf --empty --pages $Document $Document $Document $Document -- $long
        # The first call finds the tools and compiles what it needs.
        Invoke-PdfExtract $Document -Page 1 | Out-Null
    }
    else { Write-Host "No document '$Document': only the model is measured." }

    if ((Test-Wanted 'Text') -and (Test-Path $Document)) {
        foreach ($case in @{ Path = $Document; Pages = 117 }, @{ Path = $long; Pages = 468 }) {
            $times = foreach ($round in 1..$Rounds) {
                $first = [System.Diagnostics.Stopwatch]::StartNew()
                Invoke-PdfExtract $case.Path -ThrottleLimit 2 -Ocr Never | Select-Object -First 1 | Out-Null
                $firstPage = $first.Elapsed.TotalMilliseconds
                $ours = Measure-Block { $script:count = @(Invoke-PdfExtract $case.Path -ThrottleLimit 2 -Ocr Never).Count }
                $whole = Measure-Block { pdftotext $case.Path "$folder/whole.txt" }
                [pscustomobject]@{ Ours = $ours; Whole = $whole; First = $firstPage }
            }
            if ($count -ne $case.Pages) { throw "There are $count pages." }
            $single = Measure-Block { foreach ($page in 1..60) { pdftotext -f $page -l $page $case.Path "$folder/page.txt" } }
            Add-Row "text of $($case.Pages) pages, throttle 2, against one ``pdftotext`` of the whole file" ('{0:n2} times faster ({1:n0} ms, {2:n0} ms)' -f (Get-Ratio $times Whole Ours), (Get-Median $times.Ours), (Get-Median $times.Whole)) 'at least 1.3 times'
            Add-Row "the same against one process per page, one after the other" ('{0:n1} times faster' -f ($single / 60 * $case.Pages / (Get-Median $times.Ours))) 'at least 4 times'
            Add-Row "its first page object" ('{0:n0} ms after the start, in the median' -f (Get-Median $times.First)) 'within 150 ms'
        }
        if (Get-Command pdf2txt -ErrorAction Ignore) {
            $peer = Measure-Block { pdf2txt -o "$folder/peer.txt" $Document }
            $ours = Measure-Block { Invoke-PdfExtract $Document -ThrottleLimit 2 -Ocr Never | Out-Null }
            Add-Row 'text of 117 pages against pdfminer' ('{0:n0} times faster' -f ($peer / $ours)) ''
        }
    }

    if ((Test-Wanted 'Images') -and (Test-Path $Document)) {
        foreach ($case in @{ Path = $Document; Pages = 117 }, @{ Path = $long; Pages = 468 }) {
            $times = foreach ($round in 1..$Rounds) {
                $ours = Measure-Block { Invoke-PdfExtract $case.Path -As Image -ThrottleLimit 2 -ImageFolder "$folder/images" | Out-Null }
                $one = Measure-Block { pdftoppm -r 150 -jpeg $case.Path "$folder/one" }
                $half = [int] ($case.Pages / 2)
                $halves = Measure-Block { bash -c "pdftoppm -r 150 -jpeg -l $half '$($case.Path)' '$folder/one' & pdftoppm -r 150 -jpeg -f $($half + 1) '$($case.Path)' '$folder/one'; wait" }
                [pscustomobject]@{ Ours = $ours; One = $one; Halves = $halves }
            }
            Add-Row "images of $($case.Pages) pages at 150 dpi, throttle 2, against one ``pdftoppm``" ('{0:n2} times faster ({1:n0} pages a second)' -f (Get-Ratio $times One Ours), ($case.Pages * 1000 / (Get-Median $times.Ours))) 'at least 1.8 times'
            Add-Row 'two `pdftoppm`, each of one half, against one' ('{0:n2} times faster' -f (Get-Ratio $times One Halves)) ''
        }
    }

    if ((Test-Wanted 'Ocr') -and (Test-Path $Document)) {
        pdftoppm -r 300 -gray -f 20 -l 39 $Document "$folder/scan"
        $times = foreach ($round in 1..2) {
            $ours = Measure-Block { Invoke-PdfExtract $Document -Page 20-39 -Ocr Always -ThrottleLimit 2 | Out-Null }
            $env:OMP_THREAD_LIMIT = '1'
            $one = Measure-Block {
                pdftoppm -r 300 -gray -f 20 -l 39 $Document "$folder/scan"
                (Get-ChildItem "$folder/scan*.pgm").FullName | Set-Content "$folder/scans.txt"
                tesseract "$folder/scans.txt" "$folder/read" 2>&1 | Out-Null
            }
            $each = Measure-Block {
                pdftoppm -r 300 -gray -f 20 -l 39 $Document "$folder/scan"
                bash -c "ls '$folder'/scan*.pgm | xargs -P 1 -I{} tesseract {} {} > /dev/null 2>&1"
            }
            $xargs = Measure-Block { bash -c "ls '$folder'/scan*.pgm | xargs -P 2 -I{} tesseract {} {} > /dev/null 2>&1" }
            $env:OMP_THREAD_LIMIT = $null
            [pscustomobject]@{ Ours = $ours; One = $one; Each = $each; Xargs = $xargs }
        }
        Add-Row 'OCR of 20 pages at 300 dpi, throttle 2, against one `pdftoppm` and one `tesseract` for all' ('{0:n2} times faster ({1:n2} s a page)' -f (Get-Ratio $times One Ours), ((Get-Median $times.Ours) / 20000)) 'at least 1.8 times'
        Add-Row 'the same against one `tesseract` for each page, one after the other' ('{0:n2} times faster' -f (Get-Ratio $times Each Ours)) 'at least 1.8 times'
        Add-Row 'the same against tesseract by `xargs -P 2`, pages drawn before' ('{0:n2} times its time' -f (Get-Median ($times | ForEach-Object { $_.Ours / $_.Xargs }))) ''
        if (Get-Command ocrmypdf -ErrorAction Ignore) {
            qpdf --empty --pages $Document 20-39 -- "$folder/twenty.pdf"
            $peer = Measure-Block { ocrmypdf --force-ocr --jobs 2 --output-type pdf --optimize 0 -q "$folder/twenty.pdf" "$folder/peer.pdf" 2>&1 | Out-Null }
            Add-Row 'the same against ocrmypdf --force-ocr --jobs 2, which writes a PDF' ('{0:n2} times faster' -f ($peer / (Get-Median $times.Ours))) ''
        }
    }

    if ((Test-Wanted 'Files') -and (Test-Path $Document)) {
        Export-SmallPdf "$folder/small.pdf" @('One page', 'Two pages', 'Three pages')
        function Get-Memory { [GC]::Collect(); [GC]::WaitForPendingFinalizers(); [GC]::Collect(); [GC]::GetTotalMemory($true) / 1MB }
        $file = Get-Item "$folder/small.pdf"
        1..50 | ForEach-Object { $file } | Invoke-PdfExtract | Out-Null
        $script:at = @{}
        $seen = 0
        $watch = [System.Diagnostics.Stopwatch]::StartNew()
        1..1000 | ForEach-Object { $file } | Invoke-PdfExtract -ThrottleLimit 2 | ForEach-Object { $seen++; if ($seen -in 300, 2900) { $script:at[$seen] = Get-Memory } }
        $left = @(Get-ChildItem ([System.IO.Path]::GetTempPath()) -Filter 'batchops-pdf*' -ErrorAction Ignore).Count
        Add-Row '1,000 files of 3 pages streamed' ('{0:n0} files a second; memory from page 300 to 2,900 {1:+0.0;-0.0} MB, {2} private folders left' -f (1000 / $watch.Elapsed.TotalSeconds), ($at[2900] - $at[300]), $left) 'flat, 0'
    }

    if (Test-Wanted 'Model') {
        $service = Start-Emulator chat --latency, 10000
        try {
            foreach ($pages in 20, 40) {
                Export-SmallPdf "$folder/bill.pdf" @(1..$pages | ForEach-Object { , @('Bill No: 1', 'Item | Quantity | Rate | Amount', "Row $_ | 1 | 1.00 | 1.00") })
                Invoke-PdfExtract "$folder/bill.pdf" -As Bill -Endpoint ([uri]::new($service.Address, 'v1')) -Model bill -SummaryVariable run | Out-Null
                Add-Row "$pages pages of bills, 10 s a call, throttle 15" ('{0:n1} s, {1:n1} times faster than one by one; {2} read' -f $run.Duration.TotalSeconds, (10 * $pages / $run.Duration.TotalSeconds), $run.Succeeded) "at most $(if ($pages -eq 20) { 21 } else { 31 }) s and 5 %"
            }
        }
        finally { $service.Stop() }
    }
}
finally { Remove-Item -LiteralPath $folder -Recurse -Force }

Get-RowTable $Rounds
