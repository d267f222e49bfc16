#Requires -Version 7.4

<#
.SYNOPSIS
Writes the text of PDF files beside each other: one text file per PDF, and a table of what did not come out.

.EXAMPLE
./examples/ExtractText.ps1 ~/Documents/*.pdf -OutputFolder text
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory, Position = 0)] [string[]] $Path,

    [string] $OutputFolder = 'text',

    # Tesseract's names of the languages of scanned pages.
    [string[]] $OcrLanguage = 'eng',

    # Goes on with a run that did not come to its end.
    [switch] $Resume
)

$ErrorActionPreference = 'Stop'
Import-Module ([System.IO.Path]::Combine($PSScriptRoot, 'Emulator.psm1'))
Import-BatchOps

$null = New-Item -ItemType Directory -Force $OutputFolder
$journal = Join-Path $OutputFolder 'extract.db'
$bad = [System.Collections.Generic.List[object]]::new()
Invoke-PdfExtract $Path -Aggregate -OcrLanguage $OcrLanguage -Journal $journal -Name text -Resume:$Resume -SummaryVariable run -ErrorAction SilentlyContinue |
    ForEach-Object {
        if ($_.pstypenames -contains 'BatchOps.PdfPage') {
            if ("$($_.Status)" -ne 'Ok') { $bad.Add($_) }
            return
        }
        Set-Content (Join-Path $OutputFolder "$([System.IO.Path]::GetFileNameWithoutExtension($_.Path)).txt") $_.Text -NoNewline
        Get-Item (Join-Path $OutputFolder "$([System.IO.Path]::GetFileNameWithoutExtension($_.Path)).txt")
    }

Write-Host "$($run.Succeeded) of $($run.Total) pages in $($run.Duration.TotalSeconds.ToString('n1')) s."
if ($bad) { Write-Host ($bad | Format-Table | Out-String) }
foreach ($item in Get-BatchItem $journal -Status Failed) { Write-Host "$($item.Error)" }
