BeforeAll {
    Import-Module ([System.IO.Path]::GetFullPath("$PSScriptRoot/../../BatchOps.psd1")) -Force

    # Items that let errors pass must not fail for what the test runner sets.
    $ErrorActionPreference = 'Continue'
}

Describe 'A bad argument fails before anything starts' {
    BeforeEach {
        $ran = [System.Collections.Concurrent.ConcurrentBag[object]]::new()
        $runspaces = @(Get-Runspace).Count
    }

    AfterEach {
        $ran | Should -BeNullOrEmpty -Because 'no item may have run'
        @(Get-Runspace).Count | Should -Be $runspaces
    }

    It '-<Name> <Value>: what was given and what is allowed' -ForEach @(
        @{ Name = 'ThrottleLimit'; Value = 0; Message = '*ThrottleLimit*0*less than*minimum*1*' }
        @{ Name = 'ThrottleLimit'; Value = -3; Message = '*ThrottleLimit*-3*minimum*1*' }
        @{ Name = 'ThrottleLimit'; Value = 100001; Message = '*ThrottleLimit*100001*maximum*100000*' }
        @{ Name = 'ThrottleLimit'; Value = 'many'; Message = '*ThrottleLimit*"many"*' }
        @{ Name = 'RateLimit'; Value = '600 per fortnight'; Message = "*RateLimit*'600 per fortnight' is not a rate limit*'10/s', '600/min'*" }
        @{ Name = 'RateLimit'; Value = '0/s'; Message = "*'0/s' is not a rate limit*" }
        @{ Name = 'RateLimit'; Value = '-1/s'; Message = "*'-1/s' is not a rate limit*" }
        @{ Name = 'RateLimit'; Value = '10'; Message = "*'10' is not a rate limit*" }
        @{ Name = 'RateLimitShare'; Value = 0; Message = '*RateLimitShare*0*' }
        @{ Name = 'RateLimitShare'; Value = 1.5; Message = '*RateLimitShare*1.5*' }
        @{ Name = 'RateBurst'; Value = 0.5; Message = '*RateBurst*0.5*' }
        @{ Name = 'RateCost'; Value = -1; Message = '*-RateCost is -1; it must be 0 or more*' }
        @{ Name = 'RetryCount'; Value = -1; Message = '*RetryCount*-1*' }
        @{ Name = 'RetryDelaySeconds'; Value = -1; Message = '*RetryDelaySeconds*-1*' }
        @{ Name = 'AttemptTimeoutSeconds'; Value = 0; Message = '*AttemptTimeoutSeconds*0*' }
        @{ Name = 'ItemTimeoutSeconds'; Value = -1; Message = '*ItemTimeoutSeconds*-1*' }
        @{ Name = 'TimeoutSeconds'; Value = 0; Message = '*TimeoutSeconds*0*' }
        @{ Name = 'WaitTimeoutSeconds'; Value = 0; Message = '*WaitTimeoutSeconds*0*' }
        @{ Name = 'StaggerMilliseconds'; Value = -1; Message = '*StaggerMilliseconds*-1*' }
        @{ Name = 'BreakAfter'; Value = 0; Message = '*BreakAfter*0*' }
        @{ Name = 'StopAbove'; Value = 50; Message = '*StopAbove*50*' }
        @{ Name = 'SequentialAbove'; Value = -0.1; Message = '*SequentialAbove*' }
        @{ Name = 'TotalCount'; Value = -1; Message = '*TotalCount*-1*' }
        @{ Name = 'Throttle'; Value = $null; Message = '*Throttle*null*' }
        @{ Name = 'Throttle'; Value = 5; Message = '*Throttle*' }
        @{ Name = 'Key'; Value = ''; Message = '*-Key*' }
        @{ Name = 'Function'; Value = 'Get-NoSuchFunction'; Message = "*-Function names 'Get-NoSuchFunction', but there is no such function*" }
        @{ Name = 'Variable'; Value = 'noSuchVariable'; Message = "*-Variable names 'noSuchVariable', but there is no such variable*" }
        @{ Name = 'Module'; Value = 'NoSuchModule'; Message = "*-Module names 'NoSuchModule', but there is no such module: it is neither loaded, nor found on `$env:PSModulePath*" }
        @{ Name = 'Module'; Value = './no/such/module.psm1'; Message = "*-Module names './no/such/module.psm1', but there is no such module*" }
        @{ Name = 'InitializationScript'; Value = 'text'; Message = '*InitializationScript*' }
    ) {
        $arguments = @{ $Name = $Value }
        { 1..3 | Invoke-ConcurrentBatch { ($using:ran).Add($_) } @arguments } | Should -Throw -ExpectedMessage $Message
    }

    It 'a burst above the rate that is used' {
        { 1 | Invoke-ConcurrentBatch { ($using:ran).Add($_) } -RateLimit '10/min' -RateBurst 9 } |
            Should -Throw -ErrorId 'BatchOptionsInvalid,*' -ExpectedMessage '*burst of 9, above the used share*'
    }

    It 'a retry delay above its maximum' {
        { 1 | Invoke-ConcurrentBatch { ($using:ran).Add($_) } -RetryDelaySeconds 10 -RetryMaxDelaySeconds 5 } |
            Should -Throw -ErrorId 'BatchOptionsInvalid,*'
    }

    It 'names all that cannot work together in one message' {
        { 1 | Invoke-ConcurrentBatch { ($using:ran).Add($_) } -RetryDelaySeconds 10 -RetryMaxDelaySeconds 5 -RateLimit '10/min' -RateBurst 9 } |
            Should -Throw -ExpectedMessage '*MaxDelay*burst of 9*'
    }

    It 'no script block' {
        { 1 | Invoke-ConcurrentBatch $null } | Should -Throw -ExpectedMessage '*ScriptBlock*'
    }

    It 'a block with begin and process clauses' {
        { 1 | Invoke-ConcurrentBatch { begin { ($using:ran).Add(0) } process { ($using:ran).Add($_) } } } |
            Should -Throw -ErrorId 'ScriptBlockNotSupported,*' -ExpectedMessage '*-InitializationScript*'
    }

    It 'a $using: variable that is not defined' {
        { 1 | Invoke-ConcurrentBatch { ($using:ran).Add($using:notThere) } } |
            Should -Throw -ErrorId 'UsingVariableNotDefined,*' -ExpectedMessage "*'`$using:notThere'*no variable 'notThere'*"
    }

    It 'a script block in $using:' {
        $block = { 1 }
        { 1 | Invoke-ConcurrentBatch { ($using:ran).Add((& $using:block)) } } |
            Should -Throw -ErrorId 'ScriptBlockNotAllowed,*' -ExpectedMessage "*'`$using:block' is a script block*-Function*"
    }

    It 'a script block in a member that $using: names' {
        $table = @{ Work = { 1 } }
        { 1 | Invoke-ConcurrentBatch { ($using:ran).Add((& $using:table.Work)) } } |
            Should -Throw -ErrorId 'ScriptBlockNotAllowed,*' -ExpectedMessage '*is a script block*'
    }

    It 'a script block in -Variable, by name or in a table' {
        $block = { 1 }
        { 1 | Invoke-ConcurrentBatch { ($using:ran).Add($_) } -Variable block } | Should -Throw -ErrorId 'ScriptBlockNotAllowed,*' -ExpectedMessage "*'-Variable block' is a script block*"
        { 1 | Invoke-ConcurrentBatch { ($using:ran).Add($_) } -Variable @{ work = $block } } | Should -Throw -ErrorId 'ScriptBlockNotAllowed,*' -ExpectedMessage "*'-Variable work' is a script block*"
    }

    It 'no items at all' {
        { Invoke-ConcurrentBatch { ($using:ran).Add($_) } } | Should -Throw -ErrorId 'BatchNoInput,*' -ExpectedMessage '*got no items. Pipe them in, or pass one with -InputObject*'
    }
}

Describe 'Bad and odd items' {
    It 'a script block as an item fails that item, saying what to do; the others run' {
        $results = 1, { 2 }, 3 | Invoke-ConcurrentBatch { "ran $_" } -AsResult -Ordered
        $results.Status | Should -Be 'Succeeded', 'Failed', 'Succeeded'
        $results[1].Attempts | Should -Be 0
        $results[1].Error.Exception.Message | Should -BeLike '*script block belongs to the session that made it*-Function*'
    }

    It '$null items each run' {
        $null, $null, $null | Invoke-ConcurrentBatch { if ($null -eq $_) { 'null' } else { "not null: $_" } } | Should -Be 'null', 'null', 'null'
        Invoke-ConcurrentBatch { "<$_>" } -InputObject $null | Should -Be '<>'
    }

    It 'equal items each run' {
        1, 1, 1, 1 | Invoke-ConcurrentBatch { $_ } | Should -Be 1, 1, 1, 1
    }

    It 'no item from an empty pipeline is a run that ends' {
        @() | Invoke-ConcurrentBatch { throw 'there is nothing to run' } -SummaryVariable summary | Should -BeNullOrEmpty
        $summary.Ended | Should -BeTrue
        $summary.Total | Should -Be 0
    }

    It 'an array that is passed by -InputObject is one item' {
        Invoke-ConcurrentBatch { $_.Count } -InputObject 1, 2, 3 | Should -Be 3
    }

    It 'an empty string and an empty array are items' {
        '', @(), 0, $false | ForEach-Object { , $_ } | Invoke-ConcurrentBatch { 'ran' } | Should -HaveCount 4
    }
}

Describe 'An -InitializationScript that throws' {
    It 'ends the run with one clear error, not one per item' {
        $thrown = $null
        try { 1..50 | Invoke-ConcurrentBatch { $_ } -InitializationScript { throw 'no such server' } -ErrorVariable errors -ErrorAction Continue }
        catch { $thrown = $_ }
        $thrown.FullyQualifiedErrorId | Should -BeLike 'BatchWorkerSetupFailed,*'
        $thrown.Exception.Message | Should -BeLike '*initialization script*no such server*'
        @($errors | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] -and $_.FullyQualifiedErrorId -like 'BatchItem*' }) | Should -BeNullOrEmpty
    }

    It 'is a failure by a statement-terminating error as well' {
        { 1 | Invoke-ConcurrentBatch { $_ } -InitializationScript { [int]::Parse('x') } } | Should -Throw -ErrorId 'BatchWorkerSetupFailed,*'
    }

    It 'leaves no runspace behind' {
        $before = @(Get-Runspace).Count
        try { 1..50 | Invoke-ConcurrentBatch { $_ } -InitializationScript { throw 'no' } } catch { }
        @(Get-Runspace).Count | Should -Be $before
    }

    It 'a module that fails to import is reported the same way' {
        Set-Content "$TestDrive/Broken.psm1" "throw 'broken module'"
        { 1..9 | Invoke-ConcurrentBatch { $_ } -Module "$TestDrive/Broken.psm1" } |
            Should -Throw -ErrorId 'BatchWorkerSetupFailed,*' -ExpectedMessage "*the module '*Broken.psm1'*broken module*"
    }
}

Describe '-Sequential with -ThrottleLimit' {
    It '-Sequential wins, and a warning says so' {
        1..10 | Invoke-ConcurrentBatch { $_ } -Sequential -ThrottleLimit 9 -SummaryVariable summary -WarningVariable warnings 3> $null | Should -Be (1..10)
        $summary.PeakConcurrency | Should -Be 1
        "$warnings" | Should -Be '-Sequential wins over -ThrottleLimit 9: items run one at a time.'
    }

    It 'a limit of 1 says the same and needs no warning' {
        1, 2 | Invoke-ConcurrentBatch { $_ } -Sequential -ThrottleLimit 1 -WarningVariable warnings | Should -Be 1, 2
        $warnings | Should -BeNullOrEmpty
    }

    It '-Sequential alone needs none' {
        1, 2 | Invoke-ConcurrentBatch { $_ } -Sequential -WarningVariable warnings | Should -Be 1, 2
        $warnings | Should -BeNullOrEmpty
    }
}

Describe 'BATCHOPS_THROTTLE_LIMIT=abc' {
    BeforeEach { $before = $env:BATCHOPS_THROTTLE_LIMIT; $env:BATCHOPS_THROTTLE_LIMIT = 'abc' }
    AfterEach { $env:BATCHOPS_THROTTLE_LIMIT = $before }

    It 'is an error that names variable and value' {
        { 1 | Invoke-ConcurrentBatch { $_ } } | Should -Throw -ErrorId 'PreferenceInvalid,*' -ExpectedMessage "*'abc'*BATCHOPS_THROTTLE_LIMIT*-ThrottleLimit*"
    }
}
