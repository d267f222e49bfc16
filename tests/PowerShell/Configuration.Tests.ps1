BeforeAll {
    Import-Module ([System.IO.Path]::GetFullPath("$PSScriptRoot/../../BatchOps.psd1")) -Force

    # Items that let errors pass must not fail for what the test runner sets.
    $ErrorActionPreference = 'Continue'

    $before = @(Get-ChildItem env:BATCHOPS_*)

    # The most items that a run lets work at once.
    function Get-Limit([hashtable] $Parameters = @{}) {
        1 | Invoke-ConcurrentBatch { } @Parameters -SummaryVariable summary -WarningAction SilentlyContinue
        $summary.Limits[0].Limit
    }

    function Get-RetryAttempt([hashtable] $Parameters = @{}) {
        (1 | Invoke-ConcurrentBatch { throw 'again' } -RetryWhen { 'Retry' } -RetryDelaySeconds 0 -AsResult @Parameters).Attempts
    }
}

Describe 'Settings' {
    BeforeEach {
        Get-ChildItem env:BATCHOPS_* | Remove-Item
        $BatchOpsPreference = $null
    }

    AfterAll {
        Get-ChildItem env:BATCHOPS_* | Remove-Item
        foreach ($variable in $before) { [Environment]::SetEnvironmentVariable($variable.Name, $variable.Value) }
    }

    Context 'order' {
        It 'the default stands when nothing else is said' {
            Get-Limit | Should -Be 5
            Get-RetryAttempt | Should -Be 1
        }

        It 'the environment goes before the default' {
            $env:BATCHOPS_THROTTLE_LIMIT = '3'
            $env:BATCHOPS_RETRY_COUNT = '2'
            Get-Limit | Should -Be 3
            Get-RetryAttempt | Should -Be 3
        }

        It 'the preference goes before the environment' {
            $env:BATCHOPS_THROTTLE_LIMIT = '3'
            $BatchOpsPreference = @{ ThrottleLimit = 4 }
            Get-Limit | Should -Be 4
        }

        It 'the parameter goes before both' {
            $env:BATCHOPS_THROTTLE_LIMIT = '3'
            $BatchOpsPreference = @{ ThrottleLimit = 4 }
            Get-Limit @{ ThrottleLimit = 2 } | Should -Be 2
        }

        It 'each setting goes its own way' {
            $env:BATCHOPS_RETRY_COUNT = '2'
            $BatchOpsPreference = @{ ThrottleLimit = 4 }
            Get-Limit @{ RetryCount = 0 } | Should -Be 4
            Get-RetryAttempt @{ ThrottleLimit = 1 } | Should -Be 3
        }
    }

    Context 'in $BatchOpsPreference' {
        It 'may be any parameter that is a habit, by name in any case' {
            $BatchOpsPreference = @{ asresult = $true; Ordered = $true; RATELIMIT = '1000/s'; AttemptTimeoutSeconds = 60; StopAbove = 0.5 }
            (1..3 | Invoke-ConcurrentBatch { $_ }).Output | Should -Be 1, 2, 3
        }

        It 'may be a script block for -Key' {
            $BatchOpsPreference = @{ Key = { "k$_" }; Deduplicate = $true }
            (1 | Invoke-ConcurrentBatch { $_ } -AsResult).Key | Should -BeLike '*k1'
        }

        It 'may be text that reads as the value' {
            $BatchOpsPreference = @{ ThrottleLimit = '4' }
            Get-Limit | Should -Be 4
        }

        It 'holds where it was set: in the function that calls, not in the one before' {
            function Invoke-Mine { $BatchOpsPreference = @{ ThrottleLimit = 2 }; Get-Limit }
            Invoke-Mine | Should -Be 2
            Get-Limit | Should -Be 5
        }

        It 'holds for runs inside items as well' {
            $BatchOpsPreference = @{ ThrottleLimit = 3 }
            1 | Invoke-ConcurrentBatch { $null = 1 | Invoke-ConcurrentBatch { $_ } -SummaryVariable inner; $inner.Limits[0].Limit } | Should -Be 3
        }

        It 'an unknown key is an error that names it and those that there are' {
            $BatchOpsPreference = @{ ThrotleLimit = 3 }
            { 1 | Invoke-ConcurrentBatch { $_ } } | Should -Throw -ErrorId 'PreferenceUnknown,*' -ExpectedMessage "*'ThrotleLimit'*no parameter that can be preset*ThrottleLimit*"
        }

        It '<_>, which means one call, cannot be preset' -ForEach 'InputObject', 'ScriptBlock', 'Throttle', 'TotalCount', 'SummaryVariable', 'AsJob' {
            $BatchOpsPreference = @{ $_ = 1 }
            { 1 | Invoke-ConcurrentBatch { $_ } } | Should -Throw -ErrorId 'PreferenceUnknown,*' -ExpectedMessage "*'$_'*"
        }

        It 'a value that cannot be used is an error that names it: <Name> = <Value>' -ForEach @(
            @{ Name = 'ThrottleLimit'; Value = 'abc' }
            @{ Name = 'ThrottleLimit'; Value = 0 }
            @{ Name = 'RateLimit'; Value = 'often' }
            @{ Name = 'StopAbove'; Value = 7 }
            @{ Name = 'AttemptTimeoutSeconds'; Value = -1 }
            @{ Name = 'RetryCount'; Value = 1.5e12 }
        ) {
            $BatchOpsPreference = @{ $Name = $Value }
            { 1 | Invoke-ConcurrentBatch { $_ } } | Should -Throw -ErrorId 'PreferenceInvalid,*' -ExpectedMessage "*'$Value'*`$BatchOpsPreference*$Name*"
        }

        It 'a preference that is no table is an error' {
            $BatchOpsPreference = 'ThrottleLimit=3'
            { 1 | Invoke-ConcurrentBatch { $_ } } | Should -Throw -ErrorId 'PreferenceInvalid,*' -ExpectedMessage '*$BatchOpsPreference is a String; it must be a hashtable*'
        }

        It 'a bad setting is an error even where the parameter is given' {
            $BatchOpsPreference = @{ Nonsense = 1 }
            { 1 | Invoke-ConcurrentBatch { $_ } -ThrottleLimit 2 } | Should -Throw -ErrorId 'PreferenceUnknown,*'
        }
    }

    Context 'in the environment' {
        It '<Variable> is -<Parameter>' -ForEach @(
            @{ Variable = 'BATCHOPS_THROTTLE_LIMIT'; Parameter = 'ThrottleLimit' }
            @{ Variable = 'BATCHOPS_RETRY_COUNT'; Parameter = 'RetryCount' }
            @{ Variable = 'BATCHOPS_RETRY_DELAY'; Parameter = 'RetryDelaySeconds' }
            @{ Variable = 'BATCHOPS_BREAK_AFTER'; Parameter = 'BreakAfter' }
            @{ Variable = 'BATCHOPS_BREAK_SECONDS'; Parameter = 'BreakSeconds' }
        ) {
            # What does not parse is named together with the parameter that it was to be.
            [Environment]::SetEnvironmentVariable($Variable, 'abc')
            { 1 | Invoke-ConcurrentBatch { $_ } } | Should -Throw -ErrorId 'PreferenceInvalid,*' -ExpectedMessage "The value 'abc' of the environment variable $Variable can't be used as -${Parameter}:*"
            [Environment]::SetEnvironmentVariable($Variable, '1')
            1 | Invoke-ConcurrentBatch { $_ } | Should -Be 1
        }

        It 'a value out of range is an error that says the range' {
            $env:BATCHOPS_THROTTLE_LIMIT = '0'
            { 1 | Invoke-ConcurrentBatch { $_ } } | Should -Throw -ExpectedMessage "*'0'*BATCHOPS_THROTTLE_LIMIT*between 1 and 100000*"
        }

        It 'no item runs when a value does not parse' {
            $env:BATCHOPS_THROTTLE_LIMIT = 'abc'
            $ran = [System.Collections.Concurrent.ConcurrentBag[object]]::new()
            { 1 | Invoke-ConcurrentBatch { ($using:ran).Add($_) } } | Should -Throw -ExpectedMessage "*'abc'*BATCHOPS_THROTTLE_LIMIT*"
            $ran | Should -BeNullOrEmpty
        }

        It 'a value is not looked at where the parameter is given' {
            $env:BATCHOPS_THROTTLE_LIMIT = 'abc'
            Get-Limit @{ ThrottleLimit = 2 } | Should -Be 2
        }

        It 'an empty value is none' {
            $env:BATCHOPS_THROTTLE_LIMIT = ''
            Get-Limit | Should -Be 5
        }

        It 'is read with a dot, whatever the culture' {
            $culture = [cultureinfo]::CurrentCulture
            try {
                [cultureinfo]::CurrentCulture = 'de-DE'
                $env:BATCHOPS_RETRY_DELAY = '0.001'
                (1 | Invoke-ConcurrentBatch { throw 'again' } -RetryWhen { 'Retry' } -RetryCount 2 -AsResult).Attempts | Should -Be 3
            }
            finally { [cultureinfo]::CurrentCulture = $culture }
        }

        It 'does not touch throttles that are made' {
            $env:BATCHOPS_THROTTLE_LIMIT = '3'
            (New-BatchThrottle).CurrentLimit | Should -BeNullOrEmpty
        }
    }

    Context 'BATCHOPS_ENABLE_CONCURRENCY' {
        It '<_> makes every run sequential, with a warning, whatever else is given' -ForEach 'false', 'False', '0', ' false ' {
            $env:BATCHOPS_ENABLE_CONCURRENCY = $_
            $BatchOpsPreference = @{ ThrottleLimit = 9 }
            1..10 | Invoke-ConcurrentBatch { $_ } -ThrottleLimit 8 -SummaryVariable summary -WarningVariable warnings 3> $null | Should -Be (1..10)
            $summary.PeakConcurrency | Should -Be 1
            @($warnings) -like 'BATCHOPS_ENABLE_CONCURRENCY is false: items run one at a time.' | Should -HaveCount 1
        }

        It 'says nothing more to a run that is sequential anyway' {
            $env:BATCHOPS_ENABLE_CONCURRENCY = 'false'
            1, 2 | Invoke-ConcurrentBatch { $_ } -Sequential -WarningVariable warnings | Should -Be 1, 2
            $warnings | Should -BeNullOrEmpty
        }

        It '<_> changes nothing' -ForEach 'true', '1', '' {
            $env:BATCHOPS_ENABLE_CONCURRENCY = $_
            Get-Limit | Should -Be 5
        }

        It 'another value is an error that names it' {
            $env:BATCHOPS_ENABLE_CONCURRENCY = 'maybe'
            { 1 | Invoke-ConcurrentBatch { $_ } } | Should -Throw -ErrorId 'PreferenceInvalid,*' -ExpectedMessage "*'maybe'*BATCHOPS_ENABLE_CONCURRENCY is neither true nor false*"
        }

        It 'holds for jobs' {
            $env:BATCHOPS_ENABLE_CONCURRENCY = 'false'
            $job = 1..10 | Invoke-ConcurrentBatch { $_ } -AsJob -ThrottleLimit 4 3> $null
            Receive-Job $job -Wait | Should -Be (1..10)
            $job.Summary.PeakConcurrency | Should -Be 1
            Remove-Job $job
        }
    }
}
