#Requires -Version 7.4

<#
.SYNOPSIS
Reads the items of bills through a language model and checks them against the printed totals.

.DESCRIPTION
Each page is one call: its text when that is clean, else its picture. The model only reads; adding up, leaving out subtotals
and summaries, and comparing with what is printed is done here. The script shows for each file what its items come to, what
is printed, and whether that agrees, and writes the items to a CSV file.

Without -Endpoint it starts an emulator of a chat-completions service on this machine, and makes bills for it to read; that
needs the .NET SDK 10 or later, but no account and no network. With -Endpoint the pages' texts and pictures leave the
machine: they are sent to that service, and to no other.

.EXAMPLE
./examples/ExtractBills.ps1

Three bills, one of which does not add up.

.EXAMPLE
$env:BATCHOPS_API_KEY = Get-Secret openai -AsPlainText
./examples/ExtractBills.ps1 ~/bills/*.pdf -Endpoint https://api.openai.com/v1 -Model gpt-4o-mini -RequestLimit '500/min'
#>
[CmdletBinding()]
param(
    [Parameter(Position = 0)] [string[]] $Path,

    [uri] $Endpoint,

    [string] $Model = 'bill',

    [string] $RequestLimit = '600/min',

    [string] $OutputPath = 'items.csv'
)

$ErrorActionPreference = 'Stop'
Import-Module ([System.IO.Path]::Combine($PSScriptRoot, 'Emulator.psm1'))
Import-Module ([System.IO.Path]::Combine($PSScriptRoot, 'SmallPdf.psm1'))
Import-BatchOps

$emulator = $null
$made = $null
try {
    if (-not $Path) {
        $made = [System.IO.Directory]::CreateTempSubdirectory('batchops-').FullName
        $Path = "$made/*.pdf"
        $head = 'Bill No: INV-2041', 'Currency: EUR', 'Item | Quantity | Rate | Amount'
        Export-SmallPdf "$made/agrees.pdf" @(
            , ($head + 'Paper A4 | 10 | 4.50 | 45.00' + 'Toner black | 2 | 89.90 | 179.80' + 'Carried forward | | | 224.80')
            , ('Bill No: INV-2041', 'Item | Quantity | Rate | Amount', 'Carried forward | | | 224.80', 'Paper A4 | 10 | 4.50 | 45.00', 'Discount | | | -5.00', 'VAT 20 % | | | 52.96', 'Total | | | 317.76'))
        Export-SmallPdf "$made/indian.pdf" @(, ('Bill No: 77', 'Currency: INR', 'Item | Quantity | Rate | Amount', 'Room charges | 3 | 45,000.00 | 1,35,000.00', 'Pharmacy | 1 | 12,345.50 | 12,345.50', 'Total | | | 1,47,345.50'))
        Export-SmallPdf "$made/wrong.pdf" @(, ('Bill No: 78', 'Currency: EUR', 'Item | Quantity | Rate | Amount', 'Visit | 1 | 80.00 | 80.00', 'Report | 2 | 15.00 | 30.00', 'Total | | | 120.00'))
    }
    if (-not $Endpoint) {
        $emulator = Start-Emulator chat --latency, 300, --fail-rate, 0.05
        $Endpoint = [uri]::new($emulator.Address, 'v1')
    }

    $bills = Invoke-PdfExtract $Path -As Bill -Endpoint $Endpoint -Model $Model -RequestLimit $RequestLimit -SummaryVariable run -ErrorAction Continue |
        Where-Object { $_.pstypenames -contains 'BatchOps.BillDocument' }
    $bills | ForEach-Object { $file = Split-Path -Leaf $_.Path; $_.Items | Select-Object @{ n = 'File'; e = { $file } }, * } | Export-Csv $OutputPath
    $bills
    Write-Host "$($run.Total) pages in $($run.Duration.TotalSeconds.ToString('n1')) s, $(($bills.TokenUsage.Total | Measure-Object -Sum).Sum) tokens."
}
finally {
    if ($emulator) { $emulator.Stop() }
    if ($made) { Remove-Item -LiteralPath $made -Recurse }
}
