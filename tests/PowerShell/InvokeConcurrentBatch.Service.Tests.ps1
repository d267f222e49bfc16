BeforeAll {
    Import-Module "$PSScriptRoot/TestHelpers.psm1"
    # Run.ps1 sets Stop, and so may whoever runs the tests.
    $ErrorActionPreference = 'Continue'
    if (-not ('LoopbackServer' -as [type])) { Add-Type -Path "$PSScriptRoot/LoopbackServer.cs" }
    $server = [LoopbackServer]::new()
    $url = $server.Url

    # A path of its own for each test.
    function New-Path([string[]] $Reply) {
        $path = "/$([guid]::NewGuid())"
        $server.On($path, $Reply)
        $path
    }

    $fast = @{ RetryCount = 3; RetryDelaySeconds = 0.01 }
}

AfterAll {
    $server.Dispose()
    Assert-NoWorker
}

Describe 'What a service answered' {
    It '<Reply>: asked again <Again>, by both web cmdlets' -ForEach @(
        @{ Reply = '503'; Again = $true }
        @{ Reply = '501'; Again = $true }
        @{ Reply = '408'; Again = $true }
        @{ Reply = '429'; Again = $true }
        @{ Reply = 'cut'; Again = $true }
        @{ Reply = '403 {"reason":"rateLimitExceeded"}'; Again = $true }
        @{ Reply = '403 {"reason":"forbidden"}'; Again = $false }
        @{ Reply = '404'; Again = $false }
    ) {
        foreach ($block in { Invoke-RestMethod "$using:url$_" }, { (Invoke-WebRequest "$using:url$_").Content }) {
            $path = New-Path $Reply, '200 fine'
            $result = $path | Invoke-ConcurrentBatch $block @fast -AsResult
            $server.RequestsOf($path).Count | Should -Be ($Again ? 2 : 1)
            $result.Attempts | Should -Be ($Again ? 2 : 1)
            $result.Status | Should -Be ($Again ? 'Succeeded' : 'Failed')
            $result.Output | Should -Be ($Again ? 'fine' : $null)
        }
    }

    It 'is known in a failed .NET call as well' {
        $http = [System.Net.Http.HttpClient]::new()
        try {
            $path = New-Path cut, '503', '200 fine'
            $result = $path | Invoke-ConcurrentBatch { ($using:http).GetStringAsync("$using:url$_").GetAwaiter().GetResult() } @fast -AsResult
            $result.Output | Should -Be 'fine'
            $result.Attempts | Should -Be 3

            $path = New-Path '404', '200 fine'
            ($path | Invoke-ConcurrentBatch { ($using:http).GetStringAsync("$using:url$_").GetAwaiter().GetResult() } @fast -AsResult).Attempts | Should -Be 1
        }
        finally { $http.Dispose() }
    }

    It 'nothing, since it dropped or refused the connection: it is asked again' {
        $path = New-Path drop
        (1 | Invoke-ConcurrentBatch { Invoke-RestMethod "$using:url$using:path" } @fast -AsResult).Attempts | Should -Be 4
        (1 | Invoke-ConcurrentBatch { [System.Net.Sockets.TcpClient]::new().Connect('127.0.0.1', 1) } @fast -AsResult).Attempts | Should -Be 4
    }

    It 'nothing, within -AttemptTimeoutSeconds: the call is stopped, and it is asked again' {
        $path = New-Path hang, '200 fine'
        $result = 1 | Invoke-ConcurrentBatch { Invoke-RestMethod "$using:url$using:path" } -AttemptTimeoutSeconds 1 -RetryCount 1 -RetryDelaySeconds 0 -AsResult
        $result.Output | Should -Be 'fine'
        $result.Attempts | Should -Be 2
    }
}

Describe 'Retry-After' {
    It 'as <Form> holds back all items: nothing is sent before' -ForEach @(
        @{ Form = 'seconds'; Reply = '429 Retry-After 1' }
        @{ Form = 'a date'; Reply = '429 Retry-After 1d' }
        @{ Form = 'seconds of a 503'; Reply = '503 Retry-After 1' }
    ) {
        $path = New-Path $Reply, '200 fine'
        1..4 | Invoke-ConcurrentBatch { Invoke-RestMethod "$using:url$using:path" } -ThrottleLimit 1 @fast -SummaryVariable summary | Should -Be (@('fine') * 4)
        $first, $rest = $server.RequestsOf($path)
        $rest | Should -HaveCount 4
        foreach ($request in $rest) { $request.After($first).TotalSeconds | Should -BeGreaterOrEqual 1 }
        $summary.RateLimitHits | Should -Be ($Reply -like '429*' ? 1 : 0)
    }

    It 'beyond -MaxRetryAfterSeconds stands for the other items' {
        $path = New-Path '429 Retry-After 100', '200 fine'
        $results = 1, 2 | Invoke-ConcurrentBatch { Invoke-RestMethod "$using:url$using:path" } -ThrottleLimit 1 @fast -MaxRetryAfterSeconds 10 -WaitTimeoutSeconds 1.5 -AsResult -Ordered -ErrorAction SilentlyContinue
        $results.Status | Should -Be 'Failed', 'Skipped'
        $results.Reason | Should -Be 'RetryAfterTooLong', 'AdmissionTimeout'
        $server.RequestsOf($path) | Should -HaveCount 1
    }
}

Describe '-RetryWhen' {
    It 'sees the error record, the item''s context and what the worker has' {
        $log = [System.Collections.Concurrent.ConcurrentQueue[string]]::new()
        function Get-Word { 'Retry' }
        $result = 1 | Invoke-ConcurrentBatch { Invoke-RestMethod "$using:url/nowhere" } @fast -AsResult -Variable log -Function Get-Word -RetryWhen {
            $log.Enqueue("$($_.GetType().Name) $([int]$_.Exception.StatusCode) $($BatchItem.Attempt)")
            Get-Word
        }
        $result.Attempts | Should -Be 4
        $log.ToArray() | Should -Be 'ErrorRecord 404 1', 'ErrorRecord 404 2', 'ErrorRecord 404 3', 'ErrorRecord 404 4'
    }

    It 'is stopped with its attempt' {
        $result = 1 | Invoke-ConcurrentBatch { throw 'x' } -RetryWhen { Start-Sleep 60; 'Retry' } -AttemptTimeoutSeconds 0.5 -AsResult -SummaryVariable summary
        $result.Status | Should -Be 'TimedOut'
        $summary.Abandoned | Should -Be 0
    }

    It 'that is wrong hides nothing of what the item failed with' {
        $result = 1 | Invoke-ConcurrentBatch { throw 'the item''s own' } @fast -RetryWhen { 'Perhaps' } -AsResult
        "$($result.Error.Exception.ItemError.Exception.InnerException)" | Should -BeLike '*the item''s own*'
    }
}

Describe 'The circuit breaker' {
    It 'asks nobody while it is open' {
        $path = New-Path '503', '503', '503', '200 fine'
        1..6 | Invoke-ConcurrentBatch { Invoke-RestMethod "$using:url$using:path" } -ThrottleLimit 1 -RetryCount 3 -RetryDelaySeconds 0 -BreakAfter 3 -BreakSeconds 0.5 -SummaryVariable summary | Should -Be (@('fine') * 6)
        $summary.BreakerTrips | Should -Be 1
        $requests = $server.RequestsOf($path)
        $requests | Should -HaveCount 9
        # It counts from when it learned of the failure, which is later than the answer.
        $requests[3].After($requests[2]).TotalSeconds | Should -BeGreaterOrEqual 0.5
    }

    It 'goes on at one at a time after it was open, and grows back' {
        $path = New-Path (@('503') * 3 + '200 fine')
        $null = 1..30 | Invoke-ConcurrentBatch { Invoke-RestMethod "$using:url$using:path" } -ThrottleLimit 3 -RetryCount 5 -RetryDelaySeconds 0 -BreakAfter 3 -BreakSeconds 0.2 -SummaryVariable summary
        $summary.Succeeded | Should -Be 30
        $summary.BreakerTrips | Should -BeGreaterOrEqual 1
        $summary.Limits[0].Limit | Should -Be 3
        $summary.Limits.Limit | Should -Contain 1
        $summary.Limits[-1].Limit | Should -Be 3
    }

    It 'stays closed for <Reply>' -ForEach @{ Reply = '404' }, @{ Reply = '429' } {
        $path = New-Path $Reply
        1..6 | Invoke-ConcurrentBatch { Invoke-RestMethod "$using:url$using:path" } -BreakAfter 2 -BreakSeconds 60 -SummaryVariable summary -ErrorAction SilentlyContinue
        $summary.Failed | Should -Be 6
        $summary.BreakerTrips | Should -Be 0
    }

    It 'open at the deadline: what it held back is Skipped for that reason' {
        $path = New-Path '503'
        $results = 1..5 | Invoke-ConcurrentBatch { Invoke-RestMethod "$using:url$using:path" } -ThrottleLimit 1 -BreakAfter 2 -BreakSeconds 60 -TimeoutSeconds 2 -AsResult -Ordered -ErrorVariable stopped -ErrorAction SilentlyContinue
        $results.Status | Should -Be 'Failed', 'Failed', 'Skipped', 'Skipped', 'Skipped'
        $results[2..4].Reason | Should -Be 'BreakerOpen', 'BreakerOpen', 'BreakerOpen'
        $server.RequestsOf($path) | Should -HaveCount 2
        $stopped | Should -HaveCount 1
        $stopped[0].FullyQualifiedErrorId | Should -BeLike 'BatchRunStopped,*'
    }
}

Describe 'Pace' {
    It '-RateBurst lets so many start at once' {
        1..4 | Invoke-ConcurrentBatch { $_ } -RateLimit '4/hour' -RateLimitShare 1 -RateBurst 4 | Should -HaveCount 4
    }

    It '-RateCost 0 passes freely' {
        1..20 | Invoke-ConcurrentBatch { $_ } -RateLimit '1/day' -RateCost 0 | Should -HaveCount 20
    }

    It '-RateCost that <Name> fails that item alone' -ForEach @(
        @{ Name = 'is negative'; Bad = -1; Says = '*0 or more*' }
        @{ Name = 'is no number'; Bad = 'much'; Says = '*much*' }
        @{ Name = 'is null'; Bad = $null; Says = '*-RateCost gave nothing*' }
    ) {
        @{ Cost = 1 }, @{ Cost = $Bad } | Invoke-ConcurrentBatch { 'ran' } -RateLimit '10/s' -RateCost { $_.Cost } -ErrorVariable failed -ErrorAction SilentlyContinue | Should -Be 'ran'
        $failed | Should -HaveCount 1
        $failed[0].Exception.Message | Should -BeLike $Says
        $failed[0].Exception.Attempts | Should -Be 0
    }

    It '-StaggerMilliseconds keeps starts apart' {
        $null = 1..4 | Invoke-ConcurrentBatch { } -StaggerMilliseconds 100 -SummaryVariable summary
        $summary.Duration.TotalSeconds | Should -BeGreaterOrEqual 0.29
    }
}

Describe 'Deadlines' {
    It 'an attempt''s time excludes waiting for admission' {
        1..7 | Invoke-ConcurrentBatch { $_ } -RateLimit '5/s' -RateLimitShare 1 -AttemptTimeoutSeconds 1 -ErrorAction SilentlyContinue | Should -HaveCount 7
    }

    It 'the run''s ends an item that waits for its retry, and the item says what it last failed with' {
        $result = 1 | Invoke-ConcurrentBatch { throw [TimeoutException]::new('slow') } -TimeoutSeconds 1 -RetryCount 1 -RetryDelaySeconds 80000 -RetryMaxDelaySeconds 80000 -AsResult -ErrorAction SilentlyContinue
        $result.Status | Should -Be 'TimedOut'
        $result.Reason | Should -Be 'Deadline'
        $result.Error.Exception.Message | Should -BeLike '*-TimeoutSeconds*Its last error: slow*'
    }

    It 'an item whose retry could not start in time says so' {
        # Full jitter: one delay in four thousand would be below 20 seconds.
        $result = 1 | Invoke-ConcurrentBatch { throw [TimeoutException]::new('slow') } -ItemTimeoutSeconds 20 -RetryCount 1 -RetryDelaySeconds 80000 -RetryMaxDelaySeconds 80000 -AsResult
        $result.Reason | Should -Be 'NoTimeToRetry'
        $result.Error.Exception.Message | Should -BeLike '*slow*no time for another attempt*'
    }

    It 'the run''s, under $ErrorActionPreference = Stop, ends it with the one terminating error' {
        { & { $ErrorActionPreference = 'Stop'; 1..100 | Invoke-ConcurrentBatch { throw 'x' } -StopAbove 0.5 -Sequential } } |
            Should -Throw -ErrorId 'BatchRunFailed,*' -ExpectedMessage '*100 read, 0 succeeded, 20 failed, 80 skipped*'
    }
}
