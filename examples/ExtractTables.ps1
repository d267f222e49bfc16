#Requires -Version 7.4

<#
.SYNOPSIS
Writes each table of PDF files to a CSV file, named for the file, the page and the table's place on it.

.DESCRIPTION
Tables are found by their ruling lines, or by how their words stand below each other. Those that go on across pages become
one.

.EXAMPLE
./examples/ExtractTables.ps1 report.pdf -Page '3-' -OutputFolder tables
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory, Position = 0)] [string[]] $Path,

    [string] $Page,

    [string] $OutputFolder = 'tables'
)

$ErrorActionPreference = 'Stop'
Import-Module ([System.IO.Path]::Combine($PSScriptRoot, 'Emulator.psm1'))
Import-BatchOps

$null = New-Item -ItemType Directory -Force $OutputFolder
$pages = @{}
if ($Page) { $pages.Page = $Page }
Invoke-PdfExtract $Path -As Tables -Aggregate -JoinTables @pages -ErrorAction Continue |
    Where-Object { $_.pstypenames -contains 'BatchOps.PdfDocument' } |
    ForEach-Object {
        $name = [System.IO.Path]::GetFileNameWithoutExtension($_.Path)
        foreach ($table in $_.Tables) {
            $file = Join-Path $OutputFolder ('{0}-{1:0000}-{2:0000}.csv' -f $name, $table.PageNumber, $table.Top)
            $table.Rows | Export-Csv $file
            [pscustomobject]@{ File = $file; Page = $table.PageNumber; Rows = $table.Rows.Count; Columns = $table.Columns -join ', ' }
        }
    }
