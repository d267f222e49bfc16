@{
    RootModule           = 'module/BatchOps.psm1'
    ModuleVersion        = '0.1.0'
    GUID                 = 'a8653836-f661-455b-9c08-28aaf9ccdbc3'
    Author               = 'BatchOps contributors'
    CompanyName          = 'BatchOps contributors'
    Copyright            = 'Copyright (c) BatchOps contributors. MIT License.'
    Description          = 'Runs many slow, failure-prone operations side by side, safely: throttles, retries, rate limits, circuit breaker, deadlines; results leave as each item finishes.'

    PowerShellVersion    = '7.4'
    CompatiblePSEditions = @('Core')

    FormatsToProcess     = @('module/BatchOps.format.ps1xml')
    CmdletsToExport      = @(
        'Expand-BatchMatrix'
        'Export-BatchReport'
        'Export-BatchResult'
        'Get-BatchItem'
        'Get-BatchRun'
        'Get-BatchWorker'
        'Install-BatchBroker'
        'Invoke-BatchStep'
        'Invoke-ConcurrentBatch'
        'Invoke-PdfExtract'
        'New-BatchThrottle'
        'Remove-BatchRun'
        'Start-BatchWorker'
        'Start-SlidesReplace'
        'Test-BatchEnvironment'
    )
    FunctionsToExport    = @()
    AliasesToExport      = @()
    VariablesToExport    = @()

    PrivateData          = @{
        PSData = @{
            Tags         = @('parallel', 'concurrency', 'batch', 'throttle', 'retry', 'rate-limit', 'circuit-breaker', 'runspace', 'automation', 'PSEdition_Core', 'Windows', 'Linux', 'MacOS')
            LicenseUri   = 'https://opensource.org/license/mit'
            ReleaseNotes = 'See CHANGELOG.md.'
        }
    }
}
