BeforeAll {
    Import-Module ([System.IO.Path]::GetFullPath("$PSScriptRoot/../../BatchOps.psd1")) -Force

    # Items that let errors pass must not fail for what the test runner sets.
    $ErrorActionPreference = 'Continue'

    # A run of which one item is at work until the gate opens or the run is stopped.
    function Start-Held([int] $Items = 1) {
        $started = [System.Threading.ManualResetEventSlim]::new()
        $gate = [System.Threading.ManualResetEventSlim]::new()
        $job = 1..$Items | Invoke-ConcurrentBatch -AsJob -ThrottleLimit 1 {
            ($using:started).Set()
            if (-not ($using:gate).Wait(20000, $BatchItem.CancellationToken)) { throw 'The gate was never opened.' }
            "done $_"
        }
        $started.Wait(20000) | Should -BeTrue -Because 'the first item starts without anybody waiting for the job'
        @{ Job = $job; Gate = $gate }
    }
}

Describe 'A run as a job' {
    BeforeEach {
        $runspaces = @(Get-Runspace).Count
    }

    AfterEach {
        Get-Job | Remove-Job -Force -ErrorAction Stop
        @(Get-Runspace).Count | Should -Be $runspaces -Because 'a job leaves no runspace behind'
    }

    Context 'its life' {
        It 'is a job like any other: Get-Job finds it by id, name and state' {
            $held = Start-Held
            $job = $held.Job
            $job | Should -BeOfType ([System.Management.Automation.Job])
            $job.PSJobTypeName | Should -Be 'BatchJob'
            $job.Command | Should -BeLike '*Invoke-ConcurrentBatch -AsJob*'
            Get-Job -Id $job.Id | Should -Be $job
            Get-Job -Name $job.Name | Should -Be $job
            Get-Job -State Running | Should -Be $job
            $job.HasMoreData | Should -BeTrue
            $job.PSEndTime | Should -BeNullOrEmpty

            $held.Gate.Set()
            Wait-Job $job -Timeout 20 | Should -Be $job
            $job.State | Should -Be 'Completed'
            $job.PSEndTime | Should -BeGreaterOrEqual $job.PSBeginTime
            Receive-Job $job | Should -Be 'done 1'
        }

        It 'Wait-Job gives up after its timeout, and the run goes on' {
            $held = Start-Held
            Wait-Job $held.Job -Timeout 1 | Should -BeNullOrEmpty
            $held.Job.State | Should -Be 'Running'
            $held.Gate.Set()
            Wait-Job $held.Job -Timeout 20 | Receive-Job | Should -Be 'done 1'
        }

        It 'hands over what is finished while the rest is at work' {
            $gate = [System.Threading.ManualResetEventSlim]::new()
            $job = 1, 2 | Invoke-ConcurrentBatch -AsJob -ThrottleLimit 2 {
                if ($_ -eq 2 -and -not ($using:gate).Wait(20000)) { throw 'The gate was never opened.' }
                $_
            }
            Receive-Job $job -Wait | Select-Object -First 1 | Should -Be 1
            $job.State | Should -Be 'Running'
            $gate.Set()
            Receive-Job $job -Wait | Should -Be 2
        }

        It 'Receive-Job -Keep leaves the results in place, Receive-Job takes them' {
            $job = 1..3 | Invoke-ConcurrentBatch { $_ * 2 } -AsJob -Ordered
            $null = Wait-Job $job -Timeout 20
            Receive-Job $job -Keep | Should -Be 2, 4, 6
            Receive-Job $job -Keep | Should -Be 2, 4, 6
            Receive-Job $job | Should -Be 2, 4, 6
            Receive-Job $job | Should -BeNullOrEmpty
        }

        It 'has no more data when all streams are received' {
            $job = 1..3 | Invoke-ConcurrentBatch { $_ } -AsJob
            $null = Wait-Job $job -Timeout 20
            $job.HasMoreData | Should -BeTrue
            $null = Receive-Job $job
            $job.HasMoreData | Should -BeFalse
        }

        It 'Receive-Job -Wait -AutoRemoveJob gives everything and takes the job away' {
            $job = 1..20 | Invoke-ConcurrentBatch { $_ } -AsJob
            Receive-Job $job -Wait -AutoRemoveJob | Sort-Object | Should -Be (1..20)
            Get-Job | Should -BeNullOrEmpty
        }

        It 'Remove-Job refuses a running job; with -Force it ends the run' {
            $held = Start-Held 3
            { Remove-Job $held.Job -ErrorAction Stop } | Should -Throw
            Get-Job | Should -Be $held.Job

            Remove-Job $held.Job -Force
            Get-Job | Should -BeNullOrEmpty
            $held.Job.Summary.Ended | Should -BeTrue
            $held.Job.Summary.Canceled | Should -Be 3
        }

        It 'reads all of its input, however many items that are, without one being received' {
            $job = 1..1000 | Invoke-ConcurrentBatch { $_ } -AsJob -ThrottleLimit 2
            $job.Summary.Total | Should -Be 1000
            @(Receive-Job $job -Wait).Count | Should -Be 1000
        }

        It 'an empty input is a job that completes' {
            $job = @() | Invoke-ConcurrentBatch { $_ } -AsJob
            $null = Wait-Job $job -Timeout 20
            $job.State | Should -Be 'Completed'
            $job.Summary.Total | Should -Be 0
        }

        It 'two jobs run side by side' {
            $barrier = [System.Threading.Barrier]::new(2)
            $jobs = foreach ($name in 'a', 'b') {
                $name | Invoke-ConcurrentBatch -AsJob { if (-not ($using:barrier).SignalAndWait(20000)) { throw 'The other job did not run.' }; $_ }
            }
            $jobs | Receive-Job -Wait | Sort-Object | Should -Be 'a', 'b'
        }
    }

    Context 'its state at the end' {
        It 'Completed when every item succeeded' {
            $job = 1..3 | Invoke-ConcurrentBatch { $_ } -AsJob | Wait-Job -Timeout 20
            $job.State | Should -Be 'Completed'
        }

        It 'Failed when an item failed, and the others are there all the same' {
            $job = 1..3 | Invoke-ConcurrentBatch { if ($_ -eq 2) { throw 'no two' }; $_ } -AsJob | Wait-Job -Timeout 20
            $job.State | Should -Be 'Failed'
            Receive-Job $job -ErrorVariable errors -ErrorAction SilentlyContinue | Sort-Object | Should -Be 1, 3
            $errors | Should -HaveCount 1
            $errors[0].FullyQualifiedErrorId | Should -BeLike 'BatchItemFailed*'
            $errors[0].TargetObject | Should -Be 2
            $errors[0].Exception.Message | Should -BeLike '*no two*'
        }

        It 'Failed when an item timed out' {
            $job = 1 | Invoke-ConcurrentBatch { Start-Sleep 60 } -AsJob -AttemptTimeoutSeconds 0.2 | Wait-Job -Timeout 20
            $job.State | Should -Be 'Failed'
            $job.Summary.TimedOut | Should -Be 1
            $job.Error[0].FullyQualifiedErrorId | Should -BeLike 'BatchItemTimedOut*'
        }

        It 'Failed when the first failure is to end the run; the rest is canceled' {
            $gate = [System.Threading.ManualResetEventSlim]::new()
            $job = 1..5 | Invoke-ConcurrentBatch -AsJob -ThrottleLimit 2 -ErrorAction Stop {
                if ($_ -eq 1) { $null = ($using:gate).Wait(20000); throw 'no one' }
                $null = [System.Threading.ManualResetEventSlim]::new().Wait(20000, $BatchItem.CancellationToken)
            }
            $gate.Set()
            $null = Wait-Job $job -Timeout 20
            $job.State | Should -Be 'Failed'
            $job.Error | Should -HaveCount 1
            $job.Summary.Failed | Should -Be 1
            $job.Summary.Canceled | Should -Be 4
            $job.Summary.Reason | Should -Be 'Canceled'
        }

        It 'Failed with one error when no worker could be made ready' {
            $job = 1..5 | Invoke-ConcurrentBatch { $_ } -AsJob -InitializationScript { throw 'no workers today' } | Wait-Job -Timeout 20
            $job.State | Should -Be 'Failed'
            $job.Output | Should -BeNullOrEmpty
            $job.Error | Should -HaveCount 1
            $job.Error[0].FullyQualifiedErrorId | Should -Be 'BatchWorkerSetupFailed'
            $job.Error[0].Exception.Message | Should -BeLike '*no workers today*'
        }

        It 'Failed with one error that has the counts when the run stopped early' {
            $job = 1..5 | Invoke-ConcurrentBatch { Start-Sleep 60 } -AsJob -ThrottleLimit 1 -TimeoutSeconds 0.5 | Wait-Job -Timeout 20
            $job.State | Should -Be 'Failed'
            $stopped = @($job.Error | Where-Object FullyQualifiedErrorId -like 'BatchRunStopped*')
            $stopped | Should -HaveCount 1
            $stopped[0].Exception.Message | Should -BeLike '*5 read*4 skipped*'
        }

        It 'Stopped after Stop-Job, which ends every item' {
            $held = Start-Held 4
            Stop-Job $held.Job
            $held.Job.State | Should -Be 'Stopped'
            $held.Job.Summary.Ended | Should -BeTrue
            $held.Job.Summary.Canceled | Should -Be 4
            $held.Job.Summary.Reason | Should -Be 'Canceled'
            Receive-Job $held.Job | Should -BeNullOrEmpty
        }

        It 'Stop-Job keeps what was finished, and does nothing to a job that has ended' {
            $finished = [System.Threading.ManualResetEventSlim]::new()
            $job = 1, 2 | Invoke-ConcurrentBatch -AsJob -Sequential {
                if ($_ -eq 2) {
                    ($using:finished).Set()
                    $null = $BatchItem.CancellationToken.WaitHandle.WaitOne(20000)
                }
                $_
            }
            $finished.Wait(20000) | Should -BeTrue
            Stop-Job $job
            $job.Summary.Succeeded | Should -BeGreaterOrEqual 1
            (Receive-Job $job)[0] | Should -Be 1

            $ended = 1 | Invoke-ConcurrentBatch { $_ } -AsJob | Wait-Job -Timeout 20
            Stop-Job $ended
            $ended.State | Should -Be 'Completed'
        }
    }

    Context 'its streams' {
        It 'has all of them, each record tagged with its item' {
            $job = 0..1 | Invoke-ConcurrentBatch -AsJob -Verbose -Debug {
                Write-Output "output $_"
                Write-Error "error $_"
                Write-Warning "warning $_"
                Write-Verbose "verbose $_"
                Write-Debug "debug $_"
                Write-Information "information $_"
                Write-Host "host $_"
            } | Wait-Job -Timeout 20

            $job.State | Should -Be 'Completed'
            $job.Output | Sort-Object | Should -Be 'output 0', 'output 1'
            foreach ($stream in 'Error', 'Warning', 'Verbose', 'Debug') {
                $records = $job.$stream | Sort-Object BatchItemIndex
                "$($records[0])", "$($records[1])" | Should -Be "$($stream.ToLower()) 0", "$($stream.ToLower()) 1"
                $records.BatchItemIndex | Should -Be 0, 1
            }
            $job.Information | Group-Object BatchItemIndex | ForEach-Object {
                "$($_.Group)" | Should -Be "information $($_.Name) host $($_.Name)"
            }
        }

        It 'Receive-Job writes them to the streams of its caller' {
            $job = 1 | Invoke-ConcurrentBatch -AsJob { 'out'; Write-Warning 'careful'; Write-Error 'bad'; Write-Host 'hello' }
            $out = Receive-Job $job -Wait -WarningVariable warnings -ErrorVariable errors -InformationVariable information 3> $null 2> $null 6> $null
            $out | Should -Be 'out'
            "$warnings" | Should -Be 'careful'
            "$errors" | Should -BeLike '*bad*'
            "$information" | Should -Be 'hello'
        }

        It 'emits one result for each item with -AsResult, and no error records of items' {
            $job = 1..3 | Invoke-ConcurrentBatch { if ($_ -eq 2) { throw 'no two' }; $_ } -AsJob -AsResult
            $results = Receive-Job $job -Wait | Sort-Object Index
            $results.Status | Should -Be 'Succeeded', 'Failed', 'Succeeded'
            $job.Error | Should -BeNullOrEmpty
            $job.State | Should -Be 'Failed'
        }

        It 'an inherited Stop preference changes nothing in the job' {
            $ErrorActionPreference = 'Stop'
            $job = 1..3 | Invoke-ConcurrentBatch { if ($_ -eq 2) { throw 'no two' }; $_ } -AsJob | Wait-Job -Timeout 20
            $job.Output | Sort-Object | Should -Be 1, 3
            $job.Error | Should -HaveCount 1
        }

        It 'holds a $null that an item wrote, which Receive-Job passes over as it does for every job' {
            $job = 1 | Invoke-ConcurrentBatch { $null; 'after' } -AsJob | Wait-Job -Timeout 20
            $job.Output | Should -HaveCount 2
            @(Receive-Job $job) | Should -Be @('after')
        }

        It 'has progress records of one bar that ends' {
            $held = Start-Held 2
            $null = Register-ObjectEvent $held.Job.Progress DataAdded -SourceIdentifier progress
            if ($held.Job.Progress.Count -eq 0) { $null = Wait-Event progress -Timeout 20 }
            Unregister-Event progress
            Remove-Event progress -ErrorAction Ignore
            $held.Job.Progress[0].Activity | Should -Be 'Invoke-ConcurrentBatch'
            $held.Job.Progress[0].StatusDescription | Should -BeLike '0/2, *1 running*'
            $held.Gate.Set()
            $null = Wait-Job $held.Job -Timeout 20
            $held.Job.Progress | ForEach-Object ActivityId | Select-Object -Unique | Should -HaveCount 1
            $held.Job.Progress[-1].RecordType | Should -Be 'Completed'
            @($held.Job.Progress | Where-Object RecordType -eq Completed) | Should -HaveCount 1
        }
    }

    Context 'its summary' {
        It 'is live, and complete at the end' {
            $held = Start-Held 3
            $summary = $held.Job.Summary
            $summary.Ended | Should -BeFalse
            $summary.Total | Should -Be 3
            $summary.Running | Should -Be 1
            $held.Job.StatusMessage | Should -Be '0/3, 0 failed'

            $held.Gate.Set()
            $null = Wait-Job $held.Job -Timeout 20
            $held.Job.Summary | Should -Be $summary
            $summary.Ended | Should -BeTrue
            $summary.Succeeded | Should -Be 3
            $summary.Executed | Should -Be 3
            $summary.Emitted | Should -Be 3
            $summary.Running | Should -Be 0
            $summary.PeakConcurrency | Should -Be 1
            $summary.Reason | Should -Be 'None'
            $held.Job.StatusMessage | Should -Be '3/3, 0 failed'
        }

        It 'is the one that -SummaryVariable holds' {
            $job = 1..3 | Invoke-ConcurrentBatch { $_ } -AsJob -SummaryVariable mine
            $mine | Should -Be $job.Summary
            $null = Wait-Job $job -Timeout 20
            $mine.Succeeded | Should -Be 3
        }
    }
}
