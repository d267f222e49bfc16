BeforeAll {
    Import-Module "$PSScriptRoot/TestHelpers.psm1"
    # Run.ps1 sets Stop, and so may whoever runs the tests.
    $ErrorActionPreference = 'Continue'
}

AfterAll { Assert-NoWorker }

Describe 'Items' {
    It 'runs the block once for each item and hands its output on' {
        1..3000 | Invoke-ConcurrentBatch { $_ * 2 } -ThrottleLimit 4 | Sort-Object | Should -Be (1..3000).ForEach{ $_ * 2 }
    }

    It 'gives the item as $_ and $PSItem, and its context as $BatchItem' {
        $seen = 'a', 'b' | Invoke-ConcurrentBatch {
            [pscustomobject]@{
                Value = $_; PSItem = $PSItem; Index = $BatchItem.Index; Attempt = $BatchItem.Attempt; Key = $BatchItem.Key
                Token = $BatchItem.CancellationToken; RunId = $BatchItem.RunId
            }
        } -Ordered -SummaryVariable summary
        $seen.Value | Should -Be 'a', 'b'
        $seen.PSItem | Should -Be 'a', 'b'
        $seen.Index | Should -Be 0, 1
        $seen.Attempt | Should -Be 1, 1
        $seen.Key | Should -Be $null, $null
        $seen.Token | ForEach-Object { $_ | Should -BeOfType ([System.Threading.CancellationToken]) }
        $seen.RunId | Should -Be $summary.RunId, $summary.RunId
    }

    It 'runs null items and equal items, each' {
        $null, 1, 1, $null | Invoke-ConcurrentBatch { "<$_>" } -SummaryVariable summary -Ordered | Should -Be '<>', '<1>', '<1>', '<>'
        $summary.Executed | Should -Be 4
    }

    It 'takes one item by -InputObject' {
        Invoke-ConcurrentBatch { "item $_" } -InputObject 7 | Should -Be 'item 7'
        Invoke-ConcurrentBatch { $_.Count } -InputObject 1, 2, 3 | Should -Be 3
        Invoke-ConcurrentBatch { $null -eq $_ } -InputObject $null | Should -BeTrue
    }

    It 'does nothing for an empty pipeline' {
        @() | Invoke-ConcurrentBatch { throw 'never' } -SummaryVariable summary | Should -BeNullOrEmpty
        $summary.Ended | Should -BeTrue
        $summary.Total | Should -Be 0
        $summary.Workers | Should -Be 0
    }

    It 'hands on what the caller piped in, not a copy' {
        $object = [pscustomobject]@{ Name = 'x' }
        $back = $object | Add-Member -PassThru Extra 1 | Invoke-ConcurrentBatch { $_.Name = 'y'; $_ }
        [object]::ReferenceEquals($back, $object) | Should -BeTrue
        $object.Name | Should -Be 'y'
        $back.Extra | Should -Be 1
    }

    It 'hands on nulls and collections as a pipeline would' {
        $output = 1 | Invoke-ConcurrentBatch { $null; , @(1, 2); 3, 4 }
        $output | Should -HaveCount 4
        $output[0] | Should -Be $null
        $output[1] | Should -Be 1, 2
        $output[2, 3] | Should -Be 3, 4
    }

    It 'runs a block with a process clause, and the body of a function' {
        function Get-Twice { process { $_ * 2 } }
        1..3 | Invoke-ConcurrentBatch { process { $_ * 2 } } -Ordered | Should -Be 2, 4, 6
        1..3 | Invoke-ConcurrentBatch { process { $_ * 2; break } } -Ordered | Should -Be 2, 4, 6
        1..3 | Invoke-ConcurrentBatch ${function:Get-Twice} -Ordered | Should -Be 2, 4, 6
    }
}

Describe 'Concurrency' {
    It 'runs as many items at once as -ThrottleLimit says, and never more' {
        $together = [System.Threading.Barrier]::new(4)
        $free = [System.Threading.SemaphoreSlim]::new(4, 4)
        1..12 | Invoke-ConcurrentBatch -ThrottleLimit 4 -SummaryVariable summary {
            if (-not ($using:free).Wait(0)) { throw 'a fifth item is at work' }
            if (-not ($using:together).SignalAndWait(30000)) { throw 'fewer than four items are at work' }
            $null = ($using:free).Release()
        }
        $summary.Succeeded | Should -Be 12
        $summary.PeakConcurrency | Should -Be 4
    }

    It 'runs five at once when nothing is said' {
        $together = [System.Threading.Barrier]::new(5)
        1..10 | Invoke-ConcurrentBatch -SummaryVariable summary { if (-not ($using:together).SignalAndWait(30000)) { throw 'too few' } }
        $summary.Succeeded | Should -Be 10
        $summary.PeakConcurrency | Should -Be 5
    }

    It 'hands each item on as it finishes' {
        $second = [System.Threading.ManualResetEventSlim]::new()
        # The first item ends only after the second has come out.
        1..2 | Invoke-ConcurrentBatch {
            if ($_ -eq 1 -and -not ($using:second).Wait(30000)) { throw 'hang' }
            $_
        } | ForEach-Object { $second.Set(); $_ } | Should -Be 2, 1
    }

    It '-Ordered hands them on in input order' {
        $last = [System.Threading.ManualResetEventSlim]::new()
        1..20 | Invoke-ConcurrentBatch -Ordered -ThrottleLimit 2 {
            if ($_ -eq 1) { if (-not ($using:last).Wait(30000)) { throw 'hang' } } elseif ($_ -eq 20) { ($using:last).Set() }
            $_
        } | Should -Be (1..20)
    }

    It '-Sequential runs one at a time in input order, each to the end of its retries' {
        $free = [System.Threading.SemaphoreSlim]::new(1, 1)
        $log = [System.Collections.Concurrent.ConcurrentQueue[string]]::new()
        1..4 | Invoke-ConcurrentBatch -Sequential -RetryCount 1 -RetryDelaySeconds 0.01 -SummaryVariable summary {
            if (-not ($using:free).Wait(0)) { throw 'two at once' }
            ($using:log).Enqueue("$_.$($BatchItem.Attempt)")
            $null = ($using:free).Release()
            if ($_ -eq 2 -and $BatchItem.Attempt -eq 1) { throw [System.TimeoutException]::new() }
            $_
        } | Should -Be (1..4)
        $log.ToArray() | Should -Be '1.1', '2.1', '2.2', '3.1', '4.1'
        $summary.PeakConcurrency | Should -Be 1
    }

    It '-Sequential wins over -ThrottleLimit, and says so' {
        1..3 | Invoke-ConcurrentBatch { $_ } -Sequential -ThrottleLimit 9 -SummaryVariable summary -WarningVariable warnings -WarningAction SilentlyContinue | Should -Be 1, 2, 3
        $warnings | Should -HaveCount 1
        $warnings[0].Message | Should -BeLike '-Sequential wins over -ThrottleLimit 9*'
        $summary.PeakConcurrency | Should -Be 1
    }

    It 'opens no more workers than there is work for' {
        1 | Invoke-ConcurrentBatch { $_ } -ThrottleLimit 50 -SummaryVariable summary | Should -Be 1
        $summary.Workers | Should -Be 1
    }

    It 'Trap: thread-pool starvation: goes on while every pool thread is blocked' {
        $script = {
            $together = [System.Threading.Barrier]::new(4)
            $open = [System.Threading.ManualResetEventSlim]::new()
            $blocked = [System.Collections.Generic.List[System.Threading.Tasks.Task]]::new()
            $done = 1..40 | Invoke-ConcurrentBatch -ThrottleLimit 4 {
                # PowerShell needs the pool to open a runspace, so the workers come first.
                if ($_ -le 4) { $null = ($using:together).SignalAndWait(30000) }
                if ($_ -eq 5) {
                    $null = [System.Threading.ThreadPool]::SetMaxThreads([Environment]::ProcessorCount, 100)
                    foreach ($i in 1..32) { ($using:blocked).Add([System.Threading.Tasks.Task]::Run([Action]($using:open).Wait)) }
                }
                $_
            }
            "$($done.Count) items, $($blocked.Where{ -not $_.IsCompleted }.Count) blocked"
            $open.Set()
        }
        Invoke-Fresh $script | Should -Be '40 items, 32 blocked'
    }
}

Describe 'Intake and delivery' {
    It 'Trap: WriteObject works only on the cmdlet''s own thread: all output, errors and progress come out on the caller''s' {
        $threads = 1..20 | Invoke-ConcurrentBatch -ThrottleLimit 4 { $_; Write-Warning "$_"; if ($_ % 5 -eq 0) { throw 'x' } } -WarningAction SilentlyContinue -ErrorAction SilentlyContinue |
            ForEach-Object { [Environment]::CurrentManagedThreadId }
        $threads | Should -HaveCount 16
        $threads | Select-Object -Unique | Should -Be ([Environment]::CurrentManagedThreadId)
    }

    It 'Trap: the upstream command holds the pipeline thread: a full intake lets finished output out before it ends' {
        $made = 0
        $first = 1..2000 | ForEach-Object { $made++; $_ } | Invoke-ConcurrentBatch { $_ } | ForEach-Object { $made } | Select-Object -First 1
        $first | Should -BeLessThan 2000
    }

    It 'Trap: the upstream command holds the pipeline thread: output leaves at its next object' {
        # The one item is done before its successor is made, so it stands before the successor's mark.
        $done = [System.Threading.ManualResetEventSlim]::new()
        $order = & {
            1
            Wait-Signal $done
            # The end of the item's work comes a moment before its outcome.
            Wait-Condition { $summary.Succeeded -eq 1 }
            2
            Wait-Condition { $seen.Count -ge 1 }
            3
        } | Invoke-ConcurrentBatch { ($using:done).Set(); $_ } -SummaryVariable summary | ForEach-Object -Begin { $seen = [System.Collections.Generic.List[int]]::new() } { $seen.Add($_); $_ }
        $order | Sort-Object | Should -Be 1, 2, 3
    }

    It 'Trap: a caller-bound block called from another thread is marshalled to the pipeline thread: -<_> runs at intake, on the caller''s' -ForEach 'Key', 'SerializeBy', 'RateCost' {
        $threads = [System.Collections.Generic.List[int]]::new()
        $mine = 'caller'
        $block = { $threads.Add([Environment]::CurrentManagedThreadId); if ($mine -ne 'caller') { throw 'not my scope' }; 1 }
        $parameters = @{ $_ = $block }
        $read = 0
        # Asked as each item is read, not later.
        1..5 | ForEach-Object { $threads.Count | Should -Be $read; $read++; $_ } | Invoke-ConcurrentBatch { $_ } @parameters | Should -HaveCount 5
        $threads | Should -HaveCount 5
        $threads | Select-Object -Unique | Should -Be ([Environment]::CurrentManagedThreadId)
    }

    It 'holds the upstream back: bounded items are read and not yet delivered' {
        $state = @{ Made = 0; Out = 0; Most = 0 }
        1..3000 | ForEach-Object { $state.Made++; $state.Most = [Math]::Max($state.Most, $state.Made - $state.Out); $_ } |
            Invoke-ConcurrentBatch { $_ } | ForEach-Object { $state.Out++ }
        $state.Out | Should -Be 3000
        # 256 credits, the object in hand, and what is being written at that moment.
        $state.Most | Should -BeLessOrEqual 600
    }

    It 'Trap: retained outputs: nothing keeps finished items or their output alive' {
        $alive = [System.Collections.Generic.List[WeakReference]]::new()
        & {
            1..2000 | ForEach-Object { $item = [object]::new(); $alive.Add([WeakReference]::new($item)); $item } |
                Invoke-ConcurrentBatch { $made = [object]::new(); ($using:alive).Add([WeakReference]::new($made)); $made } -ThrottleLimit 1 -SummaryVariable script:kept |
                ForEach-Object -Begin { $out = 0; $most = 0 } {
                    if (++$out % 500 -eq 0) {
                        [GC]::Collect()
                        $most = [Math]::Max($most, $alive.ToArray().Where{ $_.IsAlive }.Count)
                    }
                } -End { $script:most = $most }
        }
        $script:kept.Succeeded | Should -Be 2000
        # At most what is held back at that moment, items and outputs, of the thousands that went through.
        $script:most | Should -BeLessThan 1300
        [GC]::Collect()
        [GC]::WaitForPendingFinalizers()
        [GC]::Collect()
        $alive.ToArray().Where{ $_.IsAlive }.Count | Should -BeLessThan 20
    }
}

Describe 'Summary' {
    It 'holds the run''s figures' {
        1..10 | Invoke-ConcurrentBatch { if ($_ -eq 3) { throw 'three' } } -SummaryVariable summary -ErrorAction SilentlyContinue
        $summary.Command | Should -Be 'Invoke-ConcurrentBatch'
        $summary.Ended | Should -BeTrue
        $summary.Total, $summary.Succeeded, $summary.Failed, $summary.TimedOut, $summary.Canceled, $summary.Skipped | Should -Be 10, 9, 1, 0, 0, 0
        $summary.Executed, $summary.Attempts, $summary.Emitted | Should -Be 10, 10, 10
        $summary.SuccessRate | Should -Be 0.9
        $summary.Duration | Should -BeGreaterThan ([timespan]::Zero)
        $summary.ItemSeconds | Should -BeGreaterThan 0
        $summary.Speedup | Should -Be ($summary.ItemSeconds / $summary.Duration.TotalSeconds)
        $summary.Limits[0].Limit | Should -Be 5
        "$($summary.Reason)" | Should -Be 'None'
    }

    It 'is live from the start' {
        $live = 1..3 | Invoke-ConcurrentBatch { if ($_ -eq 3) { Start-Sleep -Seconds 2 }; $_ } -SummaryVariable summary | ForEach-Object { $summary.Ended; $summary.Total }
        $live | Should -Contain $false
        $summary.Ended | Should -BeTrue
    }

    It 'is appended to what the variable holds with a plus sign' {
        1..2 | Invoke-ConcurrentBatch { } -SummaryVariable +all
        1..3 | Invoke-ConcurrentBatch { } -SummaryVariable +all
        1..4 | Invoke-ConcurrentBatch { } -SummaryVariable +all
        $all.Total | Should -Be 2, 3, 4
    }
}

Describe 'Runspaces' {
    It 'are reused from item to item' {
        $ids = 1..20 | Invoke-ConcurrentBatch { [runspace]::DefaultRunspace.InstanceId } -ThrottleLimit 2 -SummaryVariable summary
        @($ids | Select-Object -Unique).Count | Should -BeLessOrEqual 2
        $summary.Workers | Should -BeLessOrEqual 2
    }

    It '-UseNewRunspace gives each item its own' {
        $items = 1..6 | Invoke-ConcurrentBatch -UseNewRunspace -ThrottleLimit 2 {
            [pscustomobject]@{ Id = [runspace]::DefaultRunspace.InstanceId; Leaked = $global:leak }
            $global:leak = 'leaked'
        }
        @($items.Id | Select-Object -Unique) | Should -HaveCount 6
        $items.Leaked | Should -Be (, $null * 6)
    }

    It 'are gone after <Name>' -ForEach @(
        @{ Name = 'a run'; Run = { 1..20 | Invoke-ConcurrentBatch { $_ } -ThrottleLimit 4 } }
        @{ Name = 'a run with -UseNewRunspace'; Run = { 1..4 | Invoke-ConcurrentBatch { $_ } -UseNewRunspace } }
        @{ Name = 'failed items'; Run = { 1..4 | Invoke-ConcurrentBatch { throw 'x' } -ErrorAction SilentlyContinue } }
        @{ Name = '-ErrorAction Stop'; Run = { try { 1..4 | Invoke-ConcurrentBatch { throw 'x' } -ErrorAction Stop } catch { } } }
        @{ Name = 'attempts that timed out'; Run = { 1..4 | Invoke-ConcurrentBatch { Start-Sleep 60 } -AttemptTimeoutSeconds 0.2 -ErrorAction SilentlyContinue } }
        @{ Name = 'a deadline'; Run = { 1..4 | Invoke-ConcurrentBatch { Start-Sleep 60 } -TimeoutSeconds 0.2 -ErrorAction SilentlyContinue } }
        @{ Name = 'a setup that failed'; Run = { try { 1..4 | Invoke-ConcurrentBatch { } -InitializationScript { throw 'x' } } catch { } } }
        @{ Name = 'an early end downstream'; Run = { 1..1000 | Invoke-ConcurrentBatch { $_ } | Select-Object -First 1 } }
        @{ Name = 'an error downstream'; Run = { try { 1..1000 | Invoke-ConcurrentBatch { $_ } | ForEach-Object { throw 'x' } } catch { } } }
        @{ Name = 'an error upstream'; Run = { try { & { 1; 2; throw 'x' } | Invoke-ConcurrentBatch { Start-Sleep 60 } } catch { } } }
    ) {
        $null = & $Run
        Assert-NoWorker
    }
}
