BeforeAll {
    Import-Module ([System.IO.Path]::GetFullPath("$PSScriptRoot/../../BatchOps.psd1")) -Force

    # Items that let errors pass must not fail for what the test runner sets.
    $ErrorActionPreference = 'Continue'
}

Describe 'New-BatchThrottle' {
    It 'makes a throttle without limits of its own' {
        $throttle = New-BatchThrottle
        $throttle.CurrentLimit | Should -BeNullOrEmpty
        $throttle.Options.Rate | Should -BeNullOrEmpty
        $throttle.Breaker | Should -Be 'Closed'
        1..20 | Invoke-ConcurrentBatch { $_ } -Throttle $throttle | Sort-Object | Should -Be (1..20)
    }

    It 'has the limits that it was given' {
        $throttle = New-BatchThrottle 7 -RateLimit '600/min' -RateLimitShare 0.5 -RateBurst 3 -BreakAfter 4 -BreakSeconds 9 -CallLimit @{ reads = '300/min'; writes = '60/min' }
        $throttle.CurrentLimit | Should -Be 7
        $throttle.Options.Rate.Permits | Should -Be 600
        $throttle.Options.Rate.Window.TotalSeconds | Should -Be 60
        $throttle.Options.Rate.Share | Should -Be 0.5
        $throttle.Options.Rate.Burst | Should -Be 3
        $throttle.Options.BreakAfter | Should -Be 4
        $throttle.Options.BreakDuration.TotalSeconds | Should -Be 9
        $throttle.Options.CallRates.Keys | Sort-Object | Should -Be 'reads', 'writes'
        $throttle.Options.CallRates['writes'].Permits | Should -Be 60
    }

    It 'refuses <Name>, saying what is allowed' -ForEach @(
        @{ Name = 'a limit of 0'; Parameters = @{ ThrottleLimit = 0 }; Message = '*ThrottleLimit*0*minimum*1*' }
        @{ Name = 'a rate that is none'; Parameters = @{ RateLimit = '600 per fortnight' }; Message = "*'600 per fortnight' is not a rate limit*'600/min'*" }
        @{ Name = 'a call limit that is none'; Parameters = @{ CallLimit = @{ reads = 'many' } }; Message = "*'many' is not a rate limit*" }
        @{ Name = 'a call limit without a rate'; Parameters = @{ CallLimit = @{ reads = $null } }; Message = "*is not a rate limit*" }
        @{ Name = 'a burst above the rate'; Parameters = @{ RateLimit = '10/min'; RateBurst = 9 }; Message = '*burst of 9, above the used share*8 of 10*' }
        @{ Name = 'a breaker after 0 failures'; Parameters = @{ BreakAfter = 0 }; Message = '*BreakAfter*0*' }
        @{ Name = 'a break of no time'; Parameters = @{ BreakAfter = 1; BreakSeconds = 0 }; Message = '*BreakSeconds*' }
    ) {
        { New-BatchThrottle @Parameters } | Should -Throw -ExpectedMessage $Message
    }
}

Describe 'A throttle' {
    Context 'in one run' {
        It 'caps it below its -ThrottleLimit' {
            $throttle = New-BatchThrottle 2
            1..40 | Invoke-ConcurrentBatch { Start-Sleep -Milliseconds 5 } -ThrottleLimit 8 -Throttle $throttle -SummaryVariable summary
            $summary.PeakConcurrency | Should -Be 2
            $throttle.PeakInFlight | Should -Be 2
        }

        It 'is capped by the -ThrottleLimit of the run' {
            $throttle = New-BatchThrottle 8
            1..40 | Invoke-ConcurrentBatch { Start-Sleep -Milliseconds 5 } -ThrottleLimit 2 -Throttle $throttle
            $throttle.PeakInFlight | Should -Be 2
        }

        It 'cannot be given beside -<Parameter>, which is its own affair' -ForEach @(
            @{ Parameter = 'RateLimit'; Value = '10/s' }
            @{ Parameter = 'RateLimitShare'; Value = 0.5 }
            @{ Parameter = 'RateBurst'; Value = 2 }
            @{ Parameter = 'BreakAfter'; Value = 3 }
            @{ Parameter = 'BreakSeconds'; Value = 3 }
        ) {
            $arguments = @{ $Parameter = $Value }
            { 1 | Invoke-ConcurrentBatch { $_ } -Throttle (New-BatchThrottle) @arguments } |
                Should -Throw -ErrorId 'ThrottleConflict,*' -ExpectedMessage "-Throttle and -$Parameter are both given*New-BatchThrottle*"
        }

        It 'opens its breaker for everybody, and keeps it open for the next run' {
            $throttle = New-BatchThrottle -BreakAfter 2 -BreakSeconds 600
            $fail = { throw [System.TimeoutException]::new('service down') }
            1..2 | Invoke-ConcurrentBatch $fail -Throttle $throttle -Sequential -ErrorAction SilentlyContinue
            $throttle.Breaker | Should -Be 'Open'
            $throttle.BreakerTrips | Should -Be 1
            $results = 1..2 | Invoke-ConcurrentBatch { $_ } -Throttle $throttle -WaitTimeoutSeconds 0.2 -AsResult -ErrorAction SilentlyContinue
            $results.Status | Should -Be 'Skipped', 'Skipped'
        }
    }

    Context 'its call limits' {
        It 'an item acquires one by name, with a weight, before each call' {
            $throttle = New-BatchThrottle -CallLimit @{ reads = '100000/s'; Writes = '100000/s' } -RateBurst 100
            1..10 | Invoke-ConcurrentBatch -Throttle $throttle { $BatchItem.Acquire('reads'); $BatchItem.Acquire('WRITES', 5); $_ } |
                Sort-Object | Should -Be (1..10)
        }

        It 'paces the calls of all items together' {
            # One call in 100 ms: the fifth cannot go out before 400 ms, however many items ask.
            $throttle = New-BatchThrottle -CallLimit @{ calls = '10/s' } -RateLimitShare 1
            $clock = [System.Diagnostics.Stopwatch]::StartNew()
            1..5 | Invoke-ConcurrentBatch -Throttle $throttle -ThrottleLimit 5 { $BatchItem.Acquire('calls') }
            $clock.Elapsed.TotalMilliseconds | Should -BeGreaterThan 390
        }

        It 'a name that it does not have fails the item and names those that it has' {
            $throttle = New-BatchThrottle -CallLimit @{ reads = '100/s' }
            $result = 1 | Invoke-ConcurrentBatch -Throttle $throttle { $BatchItem.Acquire('rites') } -AsResult
            $result.Status | Should -Be 'Failed'
            $result.Error.Exception.Message | Should -BeLike "*no call limit 'rites'. It has: reads*"
        }

        It 'a run without a shared throttle has none' {
            $result = 1 | Invoke-ConcurrentBatch { $BatchItem.Acquire('reads') } -AsResult
            $result.Error.Exception.Message | Should -BeLike "*no call limit 'reads'. It has: none*"
        }

        It 'a weight that never fits fails the item instead of waiting for ever' {
            $throttle = New-BatchThrottle -CallLimit @{ reads = '100/s' }
            $result = 1 | Invoke-ConcurrentBatch -Throttle $throttle { $BatchItem.Acquire('reads', 101) } -AsResult
            $result.Error.Exception.Message | Should -BeLike "*weight of a call is 101*'reads'*"
        }

        It 'waiting for a call ends with the run' {
            $throttle = New-BatchThrottle -CallLimit @{ rare = '1/day' }
            $result = 1 | Invoke-ConcurrentBatch -Throttle $throttle { $BatchItem.Acquire('rare'); $BatchItem.Acquire('rare') } -AsResult -AttemptTimeoutSeconds 0.5
            $result.Status | Should -Be 'TimedOut'
        }
    }

    Context 'shared by several runs' {
        AfterEach { Get-Job | Remove-Job -Force }

        It 'keeps two jobs that could each fill it below its limit together' {
            $throttle = New-BatchThrottle 3
            $places = [System.Threading.SemaphoreSlim]::new(3)
            $jobs = foreach ($job in 1, 2) {
                1..60 | Invoke-ConcurrentBatch -AsJob -ThrottleLimit 8 -Throttle $throttle {
                    if (-not ($using:places).Wait(0)) { throw 'A fourth item is at work.' }
                    Start-Sleep -Milliseconds 5
                    $null = ($using:places).Release()
                }
            }
            $null = Wait-Job $jobs -Timeout 25
            $jobs.State | Should -Be 'Completed', 'Completed'
            $throttle.PeakInFlight | Should -Be 3 -Because 'both jobs have work enough to fill it'
            $throttle.Started | Should -Be 120
            $throttle.InFlight | Should -Be 0
            $throttle.Runs | Should -Be 0
        }

        It 'lets both jobs go on in turn' {
            # Each item of one job waits for one of the other: neither may have the throttle to itself.
            $throttle = New-BatchThrottle 2
            $barrier = [System.Threading.Barrier]::new(2)
            $jobs = foreach ($name in 'a', 'b') {
                1..5 | Invoke-ConcurrentBatch -AsJob -ThrottleLimit 1 -Throttle $throttle {
                    if (-not ($using:barrier).SignalAndWait(20000)) { throw 'The other job was kept out.' }
                }
            }
            $null = Wait-Job $jobs -Timeout 25
            $jobs.State | Should -Be 'Completed', 'Completed'
        }

        It 'does not deadlock two cmdlets that are chained in one pipeline under it' {
            $throttle = New-BatchThrottle 1
            1..300 | Invoke-ConcurrentBatch { $_ } -Throttle $throttle | Invoke-ConcurrentBatch { $_ * 2 } -Throttle $throttle |
                Sort-Object | Should -Be (1..300).ForEach{ $_ * 2 }
            $throttle.Started | Should -Be 600
            $throttle.PeakInFlight | Should -Be 1
        }

        It 'is left by a run that ends early' {
            $throttle = New-BatchThrottle 2
            1..100 | Invoke-ConcurrentBatch { $_ } -Throttle $throttle | Select-Object -First 1 | Should -Not -BeNullOrEmpty
            $throttle.Runs | Should -Be 0
            $throttle.InFlight | Should -Be 0
            1..3 | Invoke-ConcurrentBatch { $_ } -Throttle $throttle | Sort-Object | Should -Be 1, 2, 3
        }
    }

    Context 'and a run inside an item' {
        It 'on the throttle that the item holds is an error that says so' {
            $throttle = New-BatchThrottle 5
            $result = 1 | Invoke-ConcurrentBatch -Throttle $throttle -AsResult {
                1..2 | Invoke-ConcurrentBatch { $_ } -Throttle $using:throttle
            }
            $result.Status | Should -Be 'Failed'
            $result.Error.Exception.ItemError.FullyQualifiedErrorId | Should -BeLike 'BatchNesting,*'
            $result.Error.Exception.Message | Should -BeLike '*inside an item that holds a permit of the same throttle*a throttle of its own*'
        }

        It 'two levels down as well' {
            $throttle = New-BatchThrottle 5
            $result = 1 | Invoke-ConcurrentBatch -Throttle $throttle -Variable throttle -AsResult {
                1 | Invoke-ConcurrentBatch -Variable throttle -ErrorAction Stop { 1 | Invoke-ConcurrentBatch { $_ } -Throttle $throttle }
            }
            $result.Status | Should -Be 'Failed'
            $result.Error.Exception.Message | Should -BeLike '*holds a permit of the same throttle*'
        }

        It 'on a throttle of its own works' {
            $outer = New-BatchThrottle 2
            $inner = New-BatchThrottle 3
            1..4 | Invoke-ConcurrentBatch -Throttle $outer { $_ * 10 | Invoke-ConcurrentBatch { $_ + 1 } -Throttle $using:inner } |
                Sort-Object | Should -Be 11, 21, 31, 41
            $inner.Started | Should -Be 4
        }

        It 'without a shared throttle works' {
            1..4 | Invoke-ConcurrentBatch { 1..3 | Invoke-ConcurrentBatch { $_ } } | Measure-Object -Sum | ForEach-Object Sum | Should -Be 24
        }

        It 'serialised by the value that the item holds is an error that says so' {
            $result = 1 | Invoke-ConcurrentBatch -SerializeBy { 'db1' } -AsResult {
                (1 | Invoke-ConcurrentBatch -SerializeBy { 'db1' } { $_ } -AsResult).Error.Exception.Message
            }
            $result.Output | Should -BeLike "*itself serialised by *db1*"
        }
    }

    Context 'its live state' {
        AfterEach { Get-Job | Remove-Job -Force }

        It 'can be read while its runs are at work' {
            $throttle = New-BatchThrottle 2
            $started = [System.Threading.CountdownEvent]::new(2)
            $gate = [System.Threading.ManualResetEventSlim]::new()
            $job = 1..5 | Invoke-ConcurrentBatch -AsJob -Throttle $throttle {
                if (($using:started).CurrentCount) { $null = ($using:started).Signal() }
                if (-not ($using:gate).Wait(20000, $BatchItem.CancellationToken)) { throw 'The gate was never opened.' }
            }
            $started.Wait(20000) | Should -BeTrue
            $throttle.InFlight | Should -Be 2
            $throttle.PeakInFlight | Should -Be 2
            $throttle.Started | Should -Be 2
            $throttle.Runs | Should -Be 1
            $throttle.CurrentLimit | Should -Be 2
            $throttle.GateRemaining | Should -Be ([timespan]::Zero)

            $gate.Set()
            $null = Wait-Job $job -Timeout 20
            $throttle.InFlight | Should -Be 0
            $throttle.Runs | Should -Be 0
            $throttle.Started | Should -Be 5
        }

        It 'counts what the service throttled' {
            $throttle = New-BatchThrottle
            1 | Invoke-ConcurrentBatch -Throttle $throttle -ErrorAction SilentlyContinue {
                throw [System.Net.Http.HttpRequestException]::new('slow down', $null, [System.Net.HttpStatusCode]::TooManyRequests)
            }
            $throttle.RateLimitHits | Should -Be 1
        }

        It 'holds everything back for a time on request' {
            $throttle = New-BatchThrottle
            $throttle.Hold([timespan]::FromMinutes(5))
            $throttle.GateRemaining.TotalMinutes | Should -BeGreaterThan 4
            $result = 1 | Invoke-ConcurrentBatch { $_ } -Throttle $throttle -WaitTimeoutSeconds 0.2 -AsResult -ErrorAction SilentlyContinue
            $result.Status | Should -Be 'Skipped'
            $result.Reason | Should -Be 'AdmissionTimeout'
        }
    }
}
