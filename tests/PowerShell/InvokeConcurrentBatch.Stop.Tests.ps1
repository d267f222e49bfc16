BeforeAll {
    Import-Module "$PSScriptRoot/TestHelpers.psm1"
    # Run.ps1 sets Stop, and so may whoever runs the tests.
    $ErrorActionPreference = 'Continue'

    # Far below what the items would take, far above what a stop takes.
    $promptly = [timespan]::FromSeconds(5)

    function Assert-Complete($Summary) {
        $Summary.Ended | Should -BeTrue
        $Summary.Running | Should -Be 0
        $Summary.Retrying | Should -Be 0
        $Summary.Succeeded + $Summary.Failed + $Summary.TimedOut + $Summary.Canceled + $Summary.Skipped |
            Should -Be $Summary.Total -Because 'every item that was read has one status'
    }

    <# Starts a run in a session of its own, stops it when it has set the signal, and gives its summary. #>
    function Stop-Run([scriptblock] $Script, $Signal, [object[]] $More = @()) {
        $caller = Start-Caller $Script -ArgumentList (@($Signal) + $More)
        try {
            Wait-Signal $Signal -What 'items at work'
            Get-Worker | Should -Not -BeNullOrEmpty -Because 'the run is at work when it is stopped'
            $took = Stop-Caller $caller
            $caller.Shell.InvocationStateInfo.State | Should -Be 'Stopped'
            $took | Should -BeLessThan $promptly
            [pscustomobject]@{ Summary = $caller.Runspace.SessionStateProxy.GetVariable('summary'); Output = $caller.Output; Errors = $caller.Shell.Streams.Error }
        }
        finally { Remove-Caller $caller }
    }
}

Describe 'Ctrl+C' {
    AfterEach { Assert-NoWorker }

    It 'ends the items at work and those that wait' {
        $run = Stop-Run -Signal ([System.Threading.CountdownEvent]::new(5)) {
            param($signal)
            & { 1..20; $null = $signal.Signal() } | Invoke-ConcurrentBatch { $null = ($using:signal).Signal(); Start-Sleep 60 } -ThrottleLimit 4 -SummaryVariable summary
        }
        Assert-Complete $run.Summary
        $run.Summary.Total | Should -Be 20
        $run.Summary.Canceled | Should -Be 20
        $run.Summary.Executed | Should -Be 4
        $run.Summary.Reason | Should -Be 'Canceled'
        $run.Output | Should -HaveCount 0
        $run.Errors | Should -HaveCount 0 -Because 'nothing is written after Ctrl+C'
    }

    It 'leaves what was finished before as it is' {
        $run = Stop-Run -Signal ([System.Threading.ManualResetEventSlim]::new()) {
            param($signal)
            1..6 | Invoke-ConcurrentBatch {
                if ($_ -eq 2) { throw 'no two' }
                if ($_ -eq 4) { ($using:signal).Set(); Start-Sleep 60 }
                $_
            } -Sequential -SummaryVariable summary
        }
        Assert-Complete $run.Summary
        $run.Summary.Succeeded | Should -Be 2
        $run.Summary.Failed | Should -Be 1
        $run.Summary.Canceled | Should -Be 3
    }

    It 'ends a run whose upstream command is the one at work' {
        $run = Stop-Run -Signal ([System.Threading.CountdownEvent]::new(2)) {
            param($signal)
            & { 1; $null = $signal.Signal(); Start-Sleep 60; 2 } | Invoke-ConcurrentBatch { $null = ($using:signal).Signal(); Start-Sleep 60 } -SummaryVariable summary
        }
        Assert-Complete $run.Summary
        # The upstream may get one more object out before it sees the stop.
        $run.Summary.Total | Should -BeLessOrEqual 2
        $run.Summary.Canceled | Should -Be $run.Summary.Total
    }

    It 'ends a run that holds its upstream back' {
        $run = Stop-Run -Signal ([System.Threading.ManualResetEventSlim]::new()) {
            param($signal)
            # Far more than a run takes in while nothing is finished; 256 are.
            & { 1..255; $signal.Set(); 256..100000 } | Invoke-ConcurrentBatch { Start-Sleep 60 } -ThrottleLimit 2 -SummaryVariable summary
        }
        Assert-Complete $run.Summary
        $run.Summary.Total | Should -BeGreaterOrEqual 255
        $run.Summary.Total | Should -BeLessThan 100000
        $run.Summary.Canceled | Should -Be $run.Summary.Total
    }

    It 'ends a run in which items wait for their next attempt' {
        $run = Stop-Run -Signal ([System.Threading.CountdownEvent]::new(4)) {
            param($signal)
            1..4 | Invoke-ConcurrentBatch {
                $null = ($using:signal).Signal()
                throw [TimeoutException] 'too slow'
            } -ThrottleLimit 2 -RetryCount 1 -RetryDelaySeconds 86400 -RetryMaxDelaySeconds 86400 -SummaryVariable summary
        }
        Assert-Complete $run.Summary
        $run.Summary.Canceled | Should -Be 4
    }

    It 'ends a run in which finished items wait for their turn (-Ordered)' {
        $run = Stop-Run -Signal ([System.Threading.CountdownEvent]::new(5)) {
            param($signal)
            1..5 | Invoke-ConcurrentBatch {
                $null = ($using:signal).Signal()
                if ($_ -eq 1) { Start-Sleep 60 }
                $_
            } -ThrottleLimit 2 -Ordered -SummaryVariable summary
        }
        Assert-Complete $run.Summary
        $run.Summary.Total | Should -Be 5
        # The fifth may be on its last step when the stop comes.
        $run.Summary.Succeeded | Should -BeGreaterOrEqual 3
        $run.Summary.Canceled | Should -BeGreaterOrEqual 1
        $run.Output | Should -HaveCount 0 -Because 'the first never finished'
    }

    It 'ends items that have a runspace each' {
        $run = Stop-Run -Signal ([System.Threading.CountdownEvent]::new(2)) {
            param($signal)
            1..4 | Invoke-ConcurrentBatch { $null = ($using:signal).Signal(); Start-Sleep 60 } -ThrottleLimit 2 -UseNewRunspace -SummaryVariable summary
        }
        Assert-Complete $run.Summary
        $run.Summary.Executed | Should -Be 2
    }

    It 'reaches a .NET call by $BatchItem.CancellationToken' {
        $run = Stop-Run -Signal ([System.Threading.ManualResetEventSlim]::new()) {
            param($signal)
            1 | Invoke-ConcurrentBatch { ($using:signal).Set(); $BatchItem.CancellationToken.WaitHandle.WaitOne(20000) } -SummaryVariable summary
        }
        Assert-Complete $run.Summary
        $run.Summary.Abandoned | Should -Be 0 -Because 'the call ends by itself'
    }

    It 'ends a run inside an item' {
        $run = Stop-Run -Signal ([System.Threading.CountdownEvent]::new(2)) {
            param($signal)
            1 | Invoke-ConcurrentBatch {
                $inner = $using:signal
                1, 2 | Invoke-ConcurrentBatch { $null = ($using:inner).Signal(); Start-Sleep 60 }
            } -SummaryVariable summary
        }
        Assert-Complete $run.Summary
        $run.Summary.Canceled | Should -Be 1
    }

    It 'ends <Name>' -ForEach @(
        @{ Name = 'items that never leave a loop'; Script = { param($signal) 1..20 | Invoke-ConcurrentBatch { ($using:signal).Set(); while ($true) { } } -ThrottleLimit 2 -SummaryVariable summary } }
        @{ Name = 'items that catch everything'; Script = { param($signal) 1..20 | Invoke-ConcurrentBatch { ($using:signal).Set(); while ($true) { try { Start-Sleep 60 } catch { 'caught' } } } -SummaryVariable summary } }
        @{ Name = 'items that wait for a rate'; Script = { param($signal) 1..3 | Invoke-ConcurrentBatch { ($using:signal).Set() } -RateLimit 1/day -RateLimitShare 1 -SummaryVariable summary } }
        @{ Name = 'items that wait for a call limit'; Script = { param($signal) 1..3 | Invoke-ConcurrentBatch { $BatchItem.Acquire('calls'); ($using:signal).Set(); $BatchItem.Acquire('calls') } -Throttle (New-BatchThrottle -CallLimit @{ calls = '1/day' }) -SummaryVariable summary } }
    ) {
        $run = Stop-Run -Signal ([System.Threading.ManualResetEventSlim]::new()) $Script
        Assert-Complete $run.Summary
        $run.Summary.Canceled | Should -BeGreaterOrEqual 2
        $run.Summary.Abandoned | Should -Be 0
    }

    It 'ends a run whose downstream command is the one at work' {
        $run = Stop-Run -Signal ([System.Threading.ManualResetEventSlim]::new()) {
            param($signal)
            1..300 | Invoke-ConcurrentBatch { $_; Start-Sleep -Milliseconds 1 } -SummaryVariable summary | ForEach-Object { $signal.Set(); Start-Sleep 60 }
        }
        Assert-Complete $run.Summary
    }

    It 'lets nothing out of items that end by themselves when they are told to stop' {
        $run = Stop-Run -Signal ([System.Threading.ManualResetEventSlim]::new()) {
            param($signal)
            1..5 | Invoke-ConcurrentBatch { ($using:signal).Set(); $null = $BatchItem.CancellationToken.WaitHandle.WaitOne(20000); "out $_"; Write-Error "error $_" } -SummaryVariable summary
        }
        Assert-Complete $run.Summary
        $run.Output | Should -HaveCount 0
        $run.Errors | Should -HaveCount 0
    }

    It 'runs what items have in finally' {
        $cleaned = [System.Collections.Concurrent.ConcurrentBag[int]]::new()
        $null = Stop-Run -Signal ([System.Threading.ManualResetEventSlim]::new()) -More (, $cleaned) {
            param($signal, $cleaned)
            1 | Invoke-ConcurrentBatch { try { ($using:signal).Set(); Start-Sleep 60 } finally { ($using:cleaned).Add($_) } }
        }
        Assert-NoWorker
        $cleaned | Should -Be 1
    }

    It 'ends a native command that an item runs' -Skip:$IsWindows {
        $file = "$TestDrive/pid"
        $null = Stop-Run -Signal ([System.Threading.ManualResetEventSlim]::new()) -More $file {
            param($signal, $file)
            1 | Invoke-ConcurrentBatch { sh -c "echo `$`$ > '$using:file'; echo up; exec sleep 60" | ForEach-Object { ($using:signal).Set() } }
        }
        $id = [int](Get-Content $file)
        Wait-Condition { -not (Get-Process -Id $id -ErrorAction Ignore) } -What 'the native command'
    }

    It 'leaves a session in which the next run works' {
        $signal = [System.Threading.ManualResetEventSlim]::new()
        $caller = Start-Caller -ArgumentList $signal { param($signal) 1..5 | Invoke-ConcurrentBatch { ($using:signal).Set(); Start-Sleep 60 } }
        try {
            Wait-Signal $signal
            $null = Stop-Caller $caller
            $next = [powershell]::Create($caller.Runspace)
            $next.AddScript('1..5 | Invoke-ConcurrentBatch { $_ * 2 } -Ordered').Invoke() | Should -Be 2, 4, 6, 8, 10
            $next.Dispose()
        }
        finally { Remove-Caller $caller }
    }

    It 'comes with the end of the session, too' {
        $signal = [System.Threading.ManualResetEventSlim]::new()
        $caller = Start-Caller -ArgumentList $signal { param($signal) 1..5 | Invoke-ConcurrentBatch { ($using:signal).Set(); Start-Sleep 60 } }
        Wait-Signal $signal
        Remove-Caller $caller
    }
}

Describe 'Trap: Ctrl+C with work that ignores it' {
    AfterEach { Assert-NoWorker }

    It 'does not wait for a .NET call that ignores it; the worker goes when the call ends' {
        $gate = [System.Threading.ManualResetEventSlim]::new()
        try {
            $run = Stop-Run -Signal ([System.Threading.ManualResetEventSlim]::new()) -More $gate {
                param($signal, $gate)
                1..3 | Invoke-ConcurrentBatch { ($using:signal).Set(); ($using:gate).Wait() } -Sequential -SummaryVariable summary
            }
            Assert-Complete $run.Summary
            $run.Summary.Canceled | Should -Be 3
            $run.Summary.Abandoned | Should -Be 1
            Get-Worker | Should -HaveCount 1 -Because 'the call is still going on'
        }
        finally { $gate.Set() }
    }

    It 'is told of on the console when the pipeline is closed, once' {
        # Stopped by an end downstream: a process can't press Ctrl+C on itself.
        $lines = Invoke-Fresh {
            $busy = [System.Threading.ManualResetEventSlim]::new()
            1, 2 | Invoke-ConcurrentBatch {
                if ($_ -eq 1) { ($using:busy).Set(); [System.Threading.Thread]::Sleep(60000) } else { $null = ($using:busy).Wait(20000); 'out' }
            } | Select-Object -First 1
            'after'
            # PowerShell waits at its end for every runspace that is at work.
            [Environment]::Exit(0)
        }
        $lines[0] | Should -Be 'out'
        $lines[-1] | Should -Be 'after'
        $lines -like '*WARNING: 1 item ignored the stop and was left behind*' | Should -HaveCount 1
    }

    It 'is told of on the console when a timeout ended the item, once' {
        $lines = Invoke-Fresh {
            $null = 1 | Invoke-ConcurrentBatch { [System.Threading.Thread]::Sleep(60000) } -AttemptTimeoutSeconds 0.5 -AsResult
            [Environment]::Exit(0)
        }
        $lines -like 'WARNING: 1 item ignored the stop and was left behind*' | Should -HaveCount 1
    }

    It 'what it writes in the end reaches nobody' {
        $gate = [System.Threading.ManualResetEventSlim]::new()
        $late = [System.Threading.ManualResetEventSlim]::new()
        try {
            $all = 1 | Invoke-ConcurrentBatch -AttemptTimeoutSeconds 0.5 -SummaryVariable summary {
                ($using:gate).Wait()
                try { 'late'; Write-Warning 'late' } finally { ($using:late).Set() }
            } *>&1
        }
        finally { $gate.Set() }
        Assert-NoWorker
        $all | Should -HaveCount 2 -Because 'there is an error and a warning'
        $summary.TimedOut, $summary.Succeeded | Should -Be 1, 0
    }
}

Describe 'Trap: Select-Object -First stops the pipeline, so EndProcessing and StopProcessing never run' {
    AfterEach { Assert-NoWorker }

    It 'stops the run promptly when Select-Object -First has enough' {
        $clock = [System.Diagnostics.Stopwatch]::StartNew()
        $some = 1..50 | Invoke-ConcurrentBatch { if ($_ -gt 3) { Start-Sleep 60 }; $_ } -SummaryVariable summary | Select-Object -First 3
        $clock.Elapsed | Should -BeLessThan ([timespan]::FromSeconds(20))
        $some | Sort-Object | Should -Be 1, 2, 3
        Assert-Complete $summary
        $summary.Canceled | Should -Be ($summary.Total - 3)
        Assert-NoWorker
    }

    It 'lets the script go on after it, again and again' {
        $all = foreach ($round in 1..5) {
            1..100 | Invoke-ConcurrentBatch { $_ } -Ordered | Select-Object -First 1
            "after $round"
        }
        $all | Should -Be 1, 'after 1', 1, 'after 2', 1, 'after 3', 1, 'after 4', 1, 'after 5'
    }

    It 'stops a run whose input has no end' {
        $some = & { $i = 0; while ($true) { ($i++) } } | Invoke-ConcurrentBatch { $_ } -ThrottleLimit 2 -Ordered -SummaryVariable summary | Select-Object -First 3
        $some | Should -Be 0, 1, 2
        Assert-Complete $summary
    }

    It 'stops the run at an error downstream, which stays what it was' {
        $clock = [System.Diagnostics.Stopwatch]::StartNew()
        $caught = $null
        try {
            1..50 | Invoke-ConcurrentBatch { if ($_ -gt 1) { Start-Sleep 60 }; $_ } -SummaryVariable summary | ForEach-Object { throw "downstream $_" }
        }
        catch { $caught = $_ }
        $clock.Elapsed | Should -BeLessThan ([timespan]::FromSeconds(20))
        "$caught" | Should -Be 'downstream 1'
        Assert-Complete $summary
        $summary.Succeeded | Should -Be 1
    }

    It 'stops the run at an error upstream, which stays what it was' {
        $caught = $null
        try {
            & { 1..3; throw 'upstream' } | Invoke-ConcurrentBatch { Start-Sleep 60 } -SummaryVariable summary
        }
        catch { $caught = $_ }
        "$caught" | Should -Be 'upstream'
        Assert-Complete $summary
        $summary.Canceled | Should -Be 3
    }

    It 'stops the run at a break downstream' {
        $seen = @()
        foreach ($once in 1) {
            1..50 | Invoke-ConcurrentBatch { if ($_ -gt 1) { Start-Sleep 60 }; $_ } -SummaryVariable summary | ForEach-Object { $seen += $_; break }
        }
        $seen | Should -Be 1
        Assert-Complete $summary
    }
}

Describe 'A timeout' {
    AfterEach { Assert-NoWorker }

    It 'of an attempt frees the worker for the next item' {
        $results = 1..3 | Invoke-ConcurrentBatch { if ($_ -eq 2) { Start-Sleep 60 }; [runspace]::DefaultRunspace.Id } -ThrottleLimit 1 -AttemptTimeoutSeconds 1.5 -AsResult -Ordered -SummaryVariable summary
        $results.Status | Should -Be 'Succeeded', 'TimedOut', 'Succeeded'
        $results[1].Reason | Should -Be 'AttemptTimeout'
        $results[1].Output | Should -BeNullOrEmpty
        $results[2].Output | Should -Be $results[0].Output -Because 'the worker goes on'
        $summary.Workers | Should -Be 1
        $summary.TimedOut | Should -Be 1
        Assert-Complete $summary
    }

    It 'of an attempt writes one error that says so' {
        1 | Invoke-ConcurrentBatch { Start-Sleep 60 } -AttemptTimeoutSeconds 0.2 -ErrorVariable errors 2> $null
        $errors | Should -HaveCount 1
        $errors[0].FullyQualifiedErrorId | Should -BeLike 'BatchItemTimedOut*'
        $errors[0].TargetObject | Should -Be 1
        $errors[0].Exception.Message | Should -BeLike '*-AttemptTimeoutSeconds*'
    }

    It 'that a .NET call ignores leaves it behind with a warning; the run goes on and ends' {
        $gate = [System.Threading.ManualResetEventSlim]::new()
        try {
            $results = 1..4 | Invoke-ConcurrentBatch {
                if ($_ -eq 2) { ($using:gate).Wait() }
                $_
            } -ThrottleLimit 2 -AttemptTimeoutSeconds 1 -RetryCount 3 -AsResult -Ordered -SummaryVariable summary -WarningVariable warnings 3> $null
            $results.Status | Should -Be 'Succeeded', 'TimedOut', 'Succeeded', 'Succeeded'
            $results[1].Attempts | Should -Be 1 -Because 'no attempt starts before the one before it has ended'
            $results[1].Error.Exception.Message | Should -BeLike '*its work ignored the stop and was left behind*'
            $summary.Abandoned | Should -Be 1
            "$warnings" | Should -BeLike '1 item ignored the stop and was left behind*'
            Assert-Complete $summary
            Get-Worker | Should -HaveCount 1
        }
        finally { $gate.Set() }
    }

    It 'of the run ends what runs, skips what has not started, and says so once' {
        $out = 1..6 | Invoke-ConcurrentBatch { if ($_ -gt 1) { Start-Sleep 60 }; $_ } -ThrottleLimit 2 -TimeoutSeconds 2 -SummaryVariable summary -ErrorVariable errors 2> $null
        $out | Should -Be 1
        Assert-Complete $summary
        $summary.Succeeded | Should -Be 1
        $summary.TimedOut | Should -Be 2
        $summary.Skipped | Should -Be 3
        $summary.Reason | Should -Be 'Deadline'
        @($errors | Where-Object FullyQualifiedErrorId -Like 'BatchItemTimedOut*') | Should -HaveCount 2
        $stopped = @($errors | Where-Object FullyQualifiedErrorId -Like 'BatchRunStopped*')
        $stopped | Should -HaveCount 1
        $stopped[0].Exception.Message | Should -BeLike '*-TimeoutSeconds*6 read, 1 succeeded, 2 timed out, 3 skipped*'
        $errors | Should -HaveCount 3
    }
}

Describe '-ErrorAction Stop' {
    AfterEach { Assert-NoWorker }

    It 'ends the run at the first failed item' {
        $atWork = [System.Threading.CountdownEvent]::new(3)
        $caught = $null
        try {
            1..20 | Invoke-ConcurrentBatch {
                if ($_ -le 3) { $null = ($using:atWork).Signal() }
                if ($_ -ne 2) { Start-Sleep 60 }
                if (-not ($using:atWork).Wait(20000)) { throw 'The others did not start.' }
                throw 'no two'
            } -ThrottleLimit 3 -ErrorAction Stop -SummaryVariable summary
        }
        catch { $caught = $_ }
        $caught.FullyQualifiedErrorId | Should -BeLike 'BatchItemFailed*'
        $caught.TargetObject | Should -Be 2
        $caught.Exception.Message | Should -BeLike '*no two*'
        Assert-Complete $summary
        $summary.Failed | Should -Be 1
        # The failed item's worker may have taken one more before the pipeline's thread saw the failure.
        $summary.Executed | Should -BeIn 3, 4
        $summary.Canceled | Should -Be ($summary.Total - 1)
    }

    It 'lets a run without failures alone' {
        1..3 | Invoke-ConcurrentBatch { $_ } -Ordered -ErrorAction Stop | Should -Be 1, 2, 3
    }
}
