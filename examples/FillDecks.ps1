<#
.SYNOPSIS
Makes a deck for each customer of a table: numbers, a chart of PowerPoint's own, a drawn one, a logo, notes.

.DESCRIPTION
The template (templates/quarterly.pptx) has tokens such as {{customer}} and {{revenue:C0}} in its texts, its table, its
notes, its footer and its chart with the workbook behind it; one slide stands there for premium customers only. Each
deck is read back before it appears: when a token is left it fails, and leaves nothing.

.EXAMPLE
./FillDecks.ps1

Makes the decks in ./decks.

.EXAMPLE
./FillDecks.ps1 -Customer customers.csv -OutputFolder out -ThrottleLimit 2
#>
[CmdletBinding(SupportsShouldProcess)]
param(
    # A CSV file with the columns of the table below; without one, the table below.
    [string] $Customer,

    [string] $OutputFolder = 'decks',

    [ValidateRange(1, 100)] [int] $ThrottleLimit = 4
)

$ErrorActionPreference = 'Stop'
Import-Module ([System.IO.Path]::Combine($PSScriptRoot, '../BatchOps.psd1'))
Import-Module ([System.IO.Path]::Combine($PSScriptRoot, 'BarChart.psm1'))

$customers = if ($Customer) { Import-Csv $Customer } else {
    @'
customer,contact,plan,premium,region,revenue,growth,orders,q1,q2,q3,q4
Contoso,Ada Byron,Premium,true,Europe,1284000,0.124,8412,281000,302000,334000,367000
Fabrikam,Grace Murray,Standard,,Americas,640500,-0.031,3120,171000,163500,158000,148000
Adventure Works,Alan Mathison,Premium,true,Europe,2210800,0.207,15930,455000,521000,588800,646000
Tailspin Toys,Edsger Wybe,Standard,,Asia,98200,0.015,911,24100,24300,24700,25100
Wide World Importers,Barbara Jane,Standard,,Americas,431000,0.083,2207,101000,105000,109500,115500
Woodgrove/Bank,Frances Elizabeth,Premium,true,Asia,3120400,0.054,7718,761000,772000,783400,804000
'@ | ConvertFrom-Csv
}

# One drawn chart for each record, one logo for all of them.
$pictures = [System.IO.Directory]::CreateTempSubdirectory('batchops-').FullName
try {
    $logo = Join-Path $pictures 'logo.png'
    Export-BarChart -Value 3, 5, 8 -Path $logo -Width 240 -Height 160
    $records = foreach ($row in $customers) {
        $chart = Join-Path $pictures "$([guid]::NewGuid()).png"
        Export-BarChart -Value $row.q1, $row.q2, $row.q3, $row.q4, (1.05 * $row.q4) -Path $chart
        $row | Select-Object *, @{ n = 'quarter'; e = { 'Q4 2026' } }, @{ n = 'date'; e = { [datetime]'2027-01-11' } }, @{ n = 'chart'; e = { $chart } }
    }

    $records | Start-SlidesReplace `
        -Template (Join-Path $PSScriptRoot 'templates/quarterly.pptx') `
        -OutputPath (Join-Path $OutputFolder '{{customer}}.pptx') `
        -Section @{ slug = 'outlook'; title = 'Outlook'; body = "We expect the next quarter a little above this one.`nThe last bar is our estimate."; chart = '{{chart}}' } `
        -Image @{ logo = $logo } `
        -Notes @{ outlook = 'Ask {{contact}} about the plans for {{region}}.' } `
        -Culture en-US -ThrottleLimit $ThrottleLimit -ErrorAction Continue
}
finally {
    Remove-Item -LiteralPath $pictures -Recurse -WhatIf:$false
}
