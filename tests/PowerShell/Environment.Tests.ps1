BeforeAll {
    Import-Module ([System.IO.Path]::GetFullPath("$PSScriptRoot/../../BatchOps.psd1")) -Force
    $before = @(Get-ChildItem env:BATCHOPS_*)

    function Get-Check([string] $Name) { Test-BatchEnvironment | Where-Object Name -eq $Name }
}

Describe 'Test-BatchEnvironment' {
    BeforeEach {
        Get-ChildItem env:BATCHOPS_* | Remove-Item
    }

    AfterAll {
        Get-ChildItem env:BATCHOPS_* | Remove-Item
        foreach ($variable in $before) { [Environment]::SetEnvironmentVariable($variable.Name, $variable.Value) }
    }

    It 'looks at each thing once and says what it found' {
        $checks = Test-BatchEnvironment
        $checks.Name | Should -Be ($checks.Name | Select-Object -Unique)
        'PowerShell', '.NET', 'Processors', 'Language mode', 'SQLite', 'Settings' | Should -BeIn $checks.Name
        $checks.ForEach{ $_.GetType().FullName } | Select-Object -Unique | Should -Be 'BatchOps.EnvironmentCheck'
    }

    It 'finds what this session is' {
        (Get-Check PowerShell).Found | Should -Be "$($PSVersionTable.PSVersion)"
        (Get-Check .NET).Found | Should -Be ([System.Runtime.InteropServices.RuntimeInformation]::FrameworkDescription)
        (Get-Check Processors).Found | Should -Be "$([Environment]::ProcessorCount)"
        (Get-Check 'Language mode').Found | Should -Be 'FullLanguage'
    }

    It 'has a remedy exactly where something is not as it should be' {
        $env:BATCHOPS_RETRY_COUNT = 'abc'
        foreach ($check in Test-BatchEnvironment) {
            [bool] $check.Remedy | Should -Be (-not $check.Ok) -Because $check.Name
        }
        (Get-Check PowerShell).Ok | Should -BeTrue
        (Get-Check Settings).Ok | Should -BeFalse
    }

    It 'says which settings the environment has' {
        (Get-Check Settings).Found | Should -BeNullOrEmpty
        $env:BATCHOPS_THROTTLE_LIMIT = '8'
        $env:BATCHOPS_ENABLE_CONCURRENCY = 'false'
        $check = Get-Check Settings
        $check.Ok | Should -BeTrue
        $check.Found | Should -Be 'BATCHOPS_THROTTLE_LIMIT=8, BATCHOPS_ENABLE_CONCURRENCY=false'
    }

    It 'a setting that cannot be used is found without a run: <Name>' -ForEach @(
        @{ Name = 'BATCHOPS_THROTTLE_LIMIT'; Value = 'abc' }
        @{ Name = 'BATCHOPS_BREAK_SECONDS'; Value = '-1' }
        @{ Name = 'BATCHOPS_ENABLE_CONCURRENCY'; Value = 'maybe' }
    ) {
        [Environment]::SetEnvironmentVariable($Name, $Value)
        $check = Get-Check Settings
        $check.Ok | Should -BeFalse
        $check.Remedy | Should -BeLike "*'$Value'*$Name*"
        $check.Found | Should -Be "$Name=$Value"
    }

    It 'so is a preference that cannot be used' {
        $BatchOpsPreference = @{ ThrotleLimit = 3 }
        $check = Get-Check Settings
        $check.Ok | Should -BeFalse
        $check.Remedy | Should -BeLike "*'ThrotleLimit'*"
        $BatchOpsPreference = @{ ThrottleLimit = 3 }
        (Get-Check Settings).Ok | Should -BeTrue
    }

    It 'writes no error, whatever it finds' {
        $env:BATCHOPS_THROTTLE_LIMIT = 'abc'
        $null = Test-BatchEnvironment -ErrorVariable errors
        $errors | Should -BeNullOrEmpty
    }

    It 'tells when the session is in a constrained language mode' {
        $manifest = [System.IO.Path]::GetFullPath("$PSScriptRoot/../../BatchOps.psd1")
        $state = [initialsessionstate]::CreateDefault2()
        $state.ImportPSModule($manifest)
        $shell = [powershell]::Create($state)
        try {
            $shell.Runspace.SessionStateProxy.LanguageMode = 'ConstrainedLanguage'
            $check = $shell.AddCommand('Test-BatchEnvironment').Invoke() | Where-Object Name -eq 'Language mode'
            $check.Found | Should -Be 'ConstrainedLanguage'
            $check.Ok | Should -BeFalse
            $check.Remedy | Should -BeLike '*language mode*'
        }
        finally { $shell.Dispose() }
    }
}
