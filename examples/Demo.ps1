#Requires -Version 7.4
# The main job on embedded defaults: call a flaky service for many items at once, below its quota, with retries, and pipe
# the results on. Needs no account and no network.
$ErrorActionPreference = 'Stop'
Import-Module ([System.IO.Path]::Combine($PSScriptRoot, '..', 'BatchOps.psd1'))
. ([System.IO.Path]::Combine($PSScriptRoot, 'FlakyServer.ps1'))

$server = Start-FlakyServer
try {
    $address = $server.Address
    'Calling 120 items, 20 at once, at 80 % of a quota of 100/s; every tenth answers 503 first, one does not exist:'
    1..120 |
        Invoke-ConcurrentBatch {
            Start-Sleep -Milliseconds 100
            Invoke-RestMethod "$using:address$_"
        } -ThrottleLimit 20 -RateLimit '100/s' -RateBurst 10 -RetryCount 3 -RetryDelaySeconds 0.2 -TotalCount 120 -SummaryVariable summary -ErrorAction SilentlyContinue -ErrorVariable failed |
        Group-Object state -NoElement |
        Format-Table Count, Name -AutoSize

    'What failed, with the item and the place in the block:'
    $failed | ForEach-Object { "  $($_.TargetObject): $($_.Exception.Message)" }
    ''
    $summary | Format-Table Total, Succeeded, Failed, Attempts, RateLimitHits, PeakConcurrency, ItemsPerSecond, Speedup -AutoSize

    'One report for each page and format, a bad combination failing alone:'
    'index', 'about' |
        Expand-BatchMatrix ([ordered]@{ Format = 'html', 'pdf'; Detail = 'brief', 'full' }) |
        Invoke-ConcurrentBatch { if ($_.Format -eq 'pdf' -and $_.Detail -eq 'full') { throw "no full pdf of $($_.Item)" }; "$($_.Item).$($_.Detail).$($_.Format)" } -Ordered -AsResult |
        Format-Table Index, Status, Output, Error -AutoSize

    if ($summary.Succeeded -ne 119) { throw "The demo expected 119 items to succeed, but $($summary.Succeeded) did." }
}
finally {
    $server.Dispose()
}
