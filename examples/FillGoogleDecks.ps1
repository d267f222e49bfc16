#Requires -Version 7.4

<#
.SYNOPSIS
Makes a Google presentation for each region of a table, against an emulator on this machine; one switch away from the real
service.

.DESCRIPTION
Each record gets a copy of the template: one copy, one batch with all its text, pictures and notes, one read to check it.
The logo is uploaded once for all decks, made readable for Google to fetch, and deleted at the end. Calls keep to 80 % of
what Google allows one user (60 writes and 600 reads a minute), and a journal lets a run that was killed go on.

Without -TemplateId the script starts an emulator of Slides and Drive, which behaves as Google does - quotas, refusals,
broken connections - and needs the .NET SDK 10 or later, but no account and no network.

With -TemplateId the decks are made in Google Drive. The account needs the scopes 'presentations' and 'drive'. Share the
template with it as a reader and the folder as an editor. A service account has no storage of its own: give it a folder of
a shared drive, or a user to act for with -Subject. Without -CredentialPath the application default credentials are used.

.EXAMPLE
./examples/FillGoogleDecks.ps1

Twelve decks in the emulator, with one call in twenty failing.

.EXAMPLE
./examples/FillGoogleDecks.ps1 -TemplateId 1AbC... -FolderId 0XyZ... -CredentialPath key.json

The same in Google Drive, with a template of your own that has the tokens of the records.
#>
[CmdletBinding()]
param(
    # The template; without it the emulator and its template are used.
    [string] $TemplateId,

    # The folder for the copies.
    [string] $FolderId,

    # A service account's key file.
    [string] $CredentialPath,

    # The user that the service account acts for.
    [string] $Subject,

    [ValidateRange(1, 1000)] [int] $Count = 12,

    [ValidateRange(1, 100)] [int] $ThrottleLimit = 10,

    [string] $JournalPath = 'decks.db',

    # Goes on with a run that did not come to its end.
    [switch] $Resume,

    # How the emulator behaves.
    [object[]] $ServiceOption = @('--write-latency', 100, '--writes-per-user', 60, '--fail-503-rate', 0.05)
)

$ErrorActionPreference = 'Stop'
Import-Module ([System.IO.Path]::Combine($PSScriptRoot, 'Emulator.psm1'))
Import-Module ([System.IO.Path]::Combine($PSScriptRoot, 'BarChart.psm1'))
Import-BatchOps

$records = 1..$Count | ForEach-Object {
    [pscustomobject]@{
        customer = "Customer $_"; quarter = 'Q4 2026'; contact = 'Ada Byron'; premium = $_ % 3 -eq 0
        north    = 1000 * $_; south = 700 * $_; total = 1700 * $_
        items    = @([pscustomobject]@{ name = 'Support'; price = 1200.5 }, [pscustomobject]@{ name = 'Training'; price = 800 })
    }
}

$emulator = $null
$pictures = [System.IO.Directory]::CreateTempSubdirectory('batchops-').FullName
try {
    $google = @{ TemplateId = $TemplateId }
    if ($TemplateId) {
        if ($FolderId) { $google.FolderId = $FolderId }
        if ($CredentialPath) { $google.CredentialPath = $CredentialPath }
        if ($Subject) { $google.Subject = $Subject }
    }
    else {
        $token = [guid]::NewGuid().ToString('N')
        $emulator = Start-Emulator google (@('--demo', 'yes', '--token', $token) + $ServiceOption)
        $google = @{ TemplateId = 'demo-template'; Endpoint = $emulator.Address; AccessToken = ConvertTo-SecureString $token -AsPlainText -Force }
    }

    foreach ($name in 'logo', 'chart') { Export-BarChart -Value 3, 5, 8 -Path "$pictures/$name.png" -Width 300 -Height 200 }
    $records | Start-SlidesReplace @google -Title '{{customer}} {{quarter}}' `
        -Image @{ '{{logo}}' = "$pictures/logo.png"; '{{chart}}' = "$pictures/chart.png" } `
        -ThrottleLimit $ThrottleLimit -RateBurst 10 -Culture en-US `
        -Journal $JournalPath -Name google-decks -Resume:$Resume -SummaryVariable run -ErrorAction Continue

    Write-Host "$($run.Succeeded) of $($run.Total) decks in $($run.Duration.TotalSeconds.ToString('n1')) s."
    if ($emulator) {
        $stats = Get-EmulatorStats $emulator.Address
        Write-Host "The emulator saw $($stats.requests) requests, $($stats.appliedWrites) writes, $($stats.methods.'slides.presentations.batchUpdate'.throttled) refused for the quota, $(@($stats.publicFiles).Count) files left public."
    }
}
finally {
    if ($emulator) { $emulator.Stop() }
    Remove-Item -LiteralPath $pictures -Recurse
}
