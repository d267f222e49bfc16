BeforeAll {
    Import-Module "$PSScriptRoot/TestHelpers.psm1"
    # Run.ps1 sets Stop, and so may whoever runs the tests.
    $ErrorActionPreference = 'Continue'

    <#
    A loopback server. The path says how the calls to it are answered, one after another and the last one for all that
    follow: /503,200/name. 'drop' closes the connection in the middle of the answer (before it, the web cmdlets may ask
    again by themselves); '429-1' has a Retry-After of 1 second.
    #>
    function Start-Server {
        $listener = [System.Net.HttpListener]::new()
        foreach ($try in 1..20) {
            $address = "http://127.0.0.1:$(Get-Random -Minimum 20000 -Maximum 32000)"
            $listener.Prefixes.Clear()
            $listener.Prefixes.Add("$address/")
            try { $listener.Start(); break } catch { if ($try -eq 20) { throw } }
        }
        # When each call came, in seconds, by path.
        $calls = [System.Collections.Concurrent.ConcurrentDictionary[string, System.Collections.Generic.List[double]]]::new()
        $shell = [powershell]::Create().AddScript({
                param($listener, $calls)
                $clock = [System.Diagnostics.Stopwatch]::StartNew()
                while ($listener.IsListening) {
                    try { $context = $listener.GetContext() } catch { return }
                    $path = $context.Request.Url.AbsolutePath
                    $times = $calls.GetOrAdd($path, [System.Collections.Generic.List[double]]::new())
                    $times.Add($clock.Elapsed.TotalSeconds)
                    $answers = $path.Split('/')[1].Split(',')
                    $answer, $wait = $answers[[Math]::Min($times.Count, $answers.Count) - 1].Split('-')
                    $response = $context.Response
                    if ($answer -eq 'drop') {
                        $response.ContentLength64 = 1000
                        $response.OutputStream.Write([byte[]]::new(10))
                        $response.OutputStream.Flush()
                        $response.Abort()
                        continue
                    }
                    $response.StatusCode = [int] $answer
                    if ($wait) { $response.Headers['Retry-After'] = $wait }
                    $response.Close([Text.Encoding]::UTF8.GetBytes("answer $($times.Count)"), $false)
                }
            }).AddArgument($listener).AddArgument($calls)
        [pscustomobject]@{ Address = $address; Calls = $calls; Listener = $listener; Shell = $shell; Handle = $shell.BeginInvoke() }
    }

    $web = { Invoke-RestMethod "$($using:server.Address)$_" -TimeoutSec 20 }
    function Get-Call([string] $Path) { @($server.Calls[$Path]) }
}

AfterAll { Assert-NoWorker }

Describe '-RetryCount with a server' {
    BeforeAll { $server = Start-Server }

    AfterAll {
        $server.Listener.Close()
        Wait-Signal $server.Handle.AsyncWaitHandle -What 'the server'
        $server.Shell.Dispose()
    }

    It 'repeats a call that was answered with <Status>' -ForEach @(
        @{ Status = 503 }, @{ Status = 500 }, @{ Status = 408 }, @{ Status = 429 }
    ) {
        $path = "/$Status,200/repeated"
        $result = $path | Invoke-ConcurrentBatch $web -RetryCount 2 -RetryDelaySeconds 0.05 -AsResult -SummaryVariable summary
        $result.Status | Should -Be 'Succeeded'
        $result.Output | Should -Be 'answer 2'
        $result.Attempts | Should -Be 2
        Get-Call $path | Should -HaveCount 2
        $summary.Attempts | Should -Be 2
        $summary.RateLimitHits | Should -Be ($Status -eq 429 ? 1 : 0)
    }

    It 'repeats a call whose connection was dropped' {
        $path = '/drop,200/dropped'
        $result = $path | Invoke-ConcurrentBatch $web -RetryCount 2 -RetryDelaySeconds 0.05 -AsResult
        $result.Status | Should -Be 'Succeeded'
        $result.Output | Should -Be 'answer 2'
        $result.Attempts | Should -Be 2
        $result.Errors | Should -HaveCount 1
    }

    It 'repeats a call that nobody answers' {
        $result = 'http://127.0.0.1:1/' | Invoke-ConcurrentBatch { Invoke-RestMethod $_ -TimeoutSec 20 } -RetryCount 2 -RetryDelaySeconds 0.05 -AsResult
        $result.Status | Should -Be 'Failed'
        $result.Attempts | Should -Be 3
        $result.Errors | Should -HaveCount 3
    }

    It 'does not repeat a call that was answered with <_>' -ForEach 404, 400, 401, 403 {
        $path = "/$_,200/refused"
        $result = $path | Invoke-ConcurrentBatch $web -RetryCount 2 -RetryDelaySeconds 0.05 -AsResult
        $result.Status | Should -Be 'Failed'
        $result.Attempts | Should -Be 1
        Get-Call $path | Should -HaveCount 1
    }

    It 'gives up after that many further attempts, with one error that has their number' {
        $path = '/503/never'
        $out = $path | Invoke-ConcurrentBatch $web -RetryCount 2 -RetryDelaySeconds 0.05 -ErrorVariable errors 2> $null
        $out | Should -BeNullOrEmpty
        Get-Call $path | Should -HaveCount 3
        $errors | Should -HaveCount 1
        $errors[0].FullyQualifiedErrorId | Should -BeLike 'BatchItemFailed*'
        $errors[0].Exception.Attempts | Should -Be 3
        $errors[0].Exception.Message | Should -BeLike '*answer 3*3 attempts*'
    }

    It 'is 0 when it is not given' {
        $path = '/503,200/once'
        $result = $path | Invoke-ConcurrentBatch $web -AsResult
        $result.Status | Should -Be 'Failed'
        Get-Call $path | Should -HaveCount 1
    }

    It 'asks nobody again before the time that the server named in Retry-After' {
        $path = '/429-1,200/asked'
        $result = $path | Invoke-ConcurrentBatch $web -RetryCount 1 -RetryDelaySeconds 0 -AsResult
        $result.Output | Should -Be 'answer 2'
        $times = Get-Call $path
        $times[1] - $times[0] | Should -BeGreaterOrEqual 0.9
    }

    It 'holds back the other items as well until then' {
        $first, $second = '/429-1,200/gate', '/200/behind'
        $results = $first, $second | Invoke-ConcurrentBatch $web -Sequential -RetryCount 1 -RetryDelaySeconds 0 -AsResult -Ordered
        $results.Status | Should -Be 'Succeeded', 'Succeeded'
        (Get-Call $second)[0] - (Get-Call $first)[0] | Should -BeGreaterOrEqual 0.9
    }

    It 'fails at once when the server asks for more than -MaxRetryAfterSeconds' {
        $path = '/429-30,200/long'
        $path | Invoke-ConcurrentBatch $web -RetryCount 3 -MaxRetryAfterSeconds 1 -ErrorVariable errors -SummaryVariable summary 2> $null
        Get-Call $path | Should -HaveCount 1
        $errors | Should -HaveCount 1
        $errors[0].Exception.Reason | Should -Be 'RetryAfterTooLong'
        $errors[0].Exception.Message | Should -BeLike '*the server asked for a longer wait than is allowed*'
        $summary.Duration.TotalSeconds | Should -BeLessThan 20
    }

    It 'fails at once when the server asks for more than the item has left (-ItemTimeoutSeconds)' {
        $path = '/503-300,200/late'
        $result = $path | Invoke-ConcurrentBatch $web -RetryCount 3 -MaxRetryAfterSeconds 1000 -ItemTimeoutSeconds 60 -AsResult -SummaryVariable summary
        $result.Reason | Should -Be 'RetryAfterTooLong'
        Get-Call $path | Should -HaveCount 1
        $summary.Duration.TotalSeconds | Should -BeLessThan 30
    }
}

Describe 'A repeated attempt' {
    It 'has its number in $BatchItem.Attempt' {
        $result = 1 | Invoke-ConcurrentBatch {
            if ($BatchItem.Attempt -lt 4) { throw [TimeoutException] "attempt $($BatchItem.Attempt)" }
            $BatchItem.Attempt
        } -RetryCount 5 -RetryDelaySeconds 0.01 -AsResult
        $result.Output | Should -Be 4
        $result.Attempts | Should -Be 4
        $result.Errors | ForEach-Object { "$_" } | Should -Be 'attempt 1', 'attempt 2', 'attempt 3'
        $result.Error | Should -BeNullOrEmpty
    }

    It 'replaces what the failed one had written, to whatever stream' {
        $all = 1 | Invoke-ConcurrentBatch {
            "output $($BatchItem.Attempt)"
            Write-Warning "warning $($BatchItem.Attempt)"
            Write-Error "error $($BatchItem.Attempt)"
            if ($BatchItem.Attempt -eq 1) { throw [TimeoutException] 'first' }
        } -RetryCount 1 -RetryDelaySeconds 0.01 -WarningVariable warnings -ErrorVariable errors 2> $null 3> $null
        $all | Should -Be 'output 2'
        "$warnings" | Should -Be 'warning 2'
        $errors | Should -HaveCount 1
        "$errors" | Should -BeLike 'error 2*'
    }

    It 'that fails as well leaves its error and no output' {
        $all = 1 | Invoke-ConcurrentBatch { "output $($BatchItem.Attempt)"; throw [TimeoutException] "attempt $($BatchItem.Attempt)" } -RetryCount 1 -RetryDelaySeconds 0.01 -ErrorVariable errors 2> $null
        $all | Should -BeNullOrEmpty
        $errors | Should -HaveCount 1
        $errors[0].Exception.Message | Should -BeLike '*attempt 2*2 attempts*'
    }

    It 'writes no error when it succeeds; the errors before it stand in Errors only' {
        $item = { if ($BatchItem.Attempt -eq 1) { throw [TimeoutException] 'first' }; 'done' }
        1 | Invoke-ConcurrentBatch $item -RetryCount 1 -RetryDelaySeconds 0.01 -ErrorVariable errors | Should -Be 'done'
        $errors | Should -HaveCount 0
        $result = 1 | Invoke-ConcurrentBatch $item -RetryCount 1 -RetryDelaySeconds 0.01 -AsResult
        $result.Errors | Should -HaveCount 1
        $result.Errors[0].Exception | Should -BeOfType ([TimeoutException])
    }

    It 'is not made for an error of the script' {
        $result = 1 | Invoke-ConcurrentBatch { throw 'a bug' } -RetryCount 3 -RetryDelaySeconds 0.01 -AsResult
        $result.Status | Should -Be 'Failed'
        $result.Attempts | Should -Be 1
    }

    It 'is made after an attempt that timed out' {
        $result = 1 | Invoke-ConcurrentBatch { if ($BatchItem.Attempt -eq 1) { Start-Sleep 60 }; 'second' } -RetryCount 1 -RetryDelaySeconds 0.01 -AttemptTimeoutSeconds 1 -AsResult
        $result.Output | Should -Be 'second'
        $result.Attempts | Should -Be 2
    }

    It 'leaves its place to other items while it waits' {
        # The wait is up to a day, so only the end of the run ends it.
        $results = 1, 2 | Invoke-ConcurrentBatch {
            if ($_ -eq 1) { throw [TimeoutException] 'first' }
        } -ThrottleLimit 1 -RetryCount 1 -RetryDelaySeconds 86400 -RetryMaxDelaySeconds 86400 -TimeoutSeconds 2 -AsResult -Ordered -ErrorAction SilentlyContinue
        $results[1].Status | Should -Be 'Succeeded'
        $results[0].Attempts | Should -Be 1
    }
}

Describe '-RetryWhen' {
    It 'decides with the word <Word>: <Attempts> attempts' -ForEach @(
        @{ Word = 'Retry'; Attempts = 3; Hits = 0 }
        @{ Word = 'Throttle'; Attempts = 3; Hits = 3 }
        @{ Word = 'Fail'; Attempts = 1; Hits = 0 }
        @{ Word = 'rEtRy'; Attempts = 3; Hits = 0 }
    ) {
        $result = 1 | Invoke-ConcurrentBatch { throw [TimeoutException] 'no' } -RetryCount 2 -RetryDelaySeconds 0.01 -RetryWhen { $using:Word } -AsResult -SummaryVariable summary
        $result.Status | Should -Be 'Failed'
        $result.Attempts | Should -Be $Attempts
        $summary.RateLimitHits | Should -Be $Hits
    }

    It 'makes an error of the script worth another attempt, and has it as $_' {
        $results = 'busy', 'broken' | Invoke-ConcurrentBatch { if ($BatchItem.Attempt -eq 1) { throw "it is $_" }; 'well' } -RetryCount 1 -RetryDelaySeconds 0.01 -AsResult -Ordered -RetryWhen {
            if ($_ -is [System.Management.Automation.ErrorRecord] -and $_.Exception.Message -eq 'it is busy') { 'Retry' } else { 'Fail' }
        }
        $results.Status | Should -Be 'Succeeded', 'Failed'
        $results.Attempts | Should -Be 2, 1
    }

    It 'is not asked about success' {
        $asked = [System.Threading.ManualResetEventSlim]::new()
        1 | Invoke-ConcurrentBatch { 'fine' } -RetryCount 1 -RetryWhen { ($using:asked).Set(); 'Retry' } | Should -Be 'fine'
        $asked.IsSet | Should -BeFalse
    }

    It 'that <Name> is an error that says so, and the item is not repeated' -ForEach @(
        @{ Name = 'answers another word'; When = { 'Perhaps' }; Message = "*-RetryWhen answered 'Perhaps'*Retry, Throttle or Fail*" }
        @{ Name = 'answers true'; When = { $true }; Message = "*-RetryWhen answered 'True'*Retry, Throttle or Fail*" }
        @{ Name = 'answers nothing'; When = { }; Message = '*-RetryWhen answered*Retry, Throttle or Fail*' }
        @{ Name = 'answers two words'; When = { 'Retry'; 'Fail' }; Message = "*-RetryWhen answered 'Retry, Fail'*" }
        @{ Name = 'throws'; When = { throw 'when broke' }; Message = '*-RetryWhen failed: when broke*' }
    ) {
        $result = 1 | Invoke-ConcurrentBatch { throw [TimeoutException] 'no' } -RetryCount 2 -RetryDelaySeconds 0.01 -RetryWhen $When -AsResult
        $result.Status | Should -Be 'Failed'
        $result.Attempts | Should -Be 1
        $result.Error.Exception.Message | Should -BeLike $Message
    }
}

Describe '-BreakAfter' {
    It 'opens after that many transient failures in a row, and lets the items go on when the service is back' {
        $calls = [System.Collections.Concurrent.ConcurrentQueue[double]]::new()
        $clock = [System.Diagnostics.Stopwatch]::StartNew()
        $results = 1..8 | Invoke-ConcurrentBatch {
            ($using:calls).Enqueue(($using:clock).Elapsed.TotalSeconds)
            if ($_ -le 3) { throw [TimeoutException] 'down' }
            $_
        } -Sequential -BreakAfter 3 -BreakSeconds 0.6 -AsResult -Ordered -SummaryVariable summary
        $results.Status | Should -Be (@('Failed') * 3 + @('Succeeded') * 5)
        $summary.BreakerTrips | Should -Be 1
        $times = $calls.ToArray()
        $times[3] - $times[2] | Should -BeGreaterOrEqual 0.55 -Because 'the fourth waits until the break is over'
    }

    It 'opens again when the probe fails' {
        $results = 1..4 | Invoke-ConcurrentBatch { if ($_ -le 3) { throw [TimeoutException] 'down' }; $_ } -Sequential -BreakAfter 2 -BreakSeconds 0.2 -AsResult -SummaryVariable summary
        $results[3].Status | Should -Be 'Succeeded'
        $summary.BreakerTrips | Should -Be 2
    }

    It 'does not count errors of the script' {
        $null = 1..6 | Invoke-ConcurrentBatch { throw 'a bug' } -Sequential -BreakAfter 2 -BreakSeconds 60 -AsResult -SummaryVariable summary
        $summary.BreakerTrips | Should -Be 0
        $summary.Executed | Should -Be 6
    }

    It 'open beyond -WaitTimeoutSeconds: the items that wait are skipped, with that reason' {
        $results = 1..4 | Invoke-ConcurrentBatch { throw [TimeoutException] 'down' } -Sequential -BreakAfter 1 -BreakSeconds 600 -WaitTimeoutSeconds 1 -AsResult -Ordered -SummaryVariable summary -ErrorAction SilentlyContinue
        $results.Status | Should -Be 'Failed', 'Skipped', 'Skipped', 'Skipped'
        $results[1..3].Reason | Should -Be 'BreakerOpen', 'BreakerOpen', 'BreakerOpen'
        $summary.BreakerTrips | Should -Be 1
    }
}

Describe '-RateLimit' {
    It 'keeps six items at 10/s apart' {
        $null = 1..6 | Invoke-ConcurrentBatch { } -RateLimit '10/s' -RateLimitShare 1 -RateBurst 1 -ThrottleLimit 6 -SummaryVariable summary
        $summary.Duration.TotalSeconds | Should -BeGreaterOrEqual 0.49
        $summary.Succeeded | Should -Be 6
    }

    It 'uses the share of it that -RateLimitShare says' {
        $null = 1..4 | Invoke-ConcurrentBatch { } -RateLimit '10/s' -RateLimitShare 0.5 -RateBurst 1 -ThrottleLimit 4 -SummaryVariable summary
        $summary.Duration.TotalSeconds | Should -BeGreaterOrEqual 0.59
    }

    It 'counts an item as -RateCost says: <Name>' -ForEach @(
        @{ Name = 'a number'; Cost = 4; Items = 1..3 }
        @{ Name = 'a property'; Cost = 'Units'; Items = 1..3 | ForEach-Object { [pscustomobject]@{ Units = 4 } } }
        @{ Name = 'a block'; Cost = { $_ * 4 }; Items = 1, 1, 1 }
    ) {
        $null = $Items | Invoke-ConcurrentBatch { } -RateLimit '20/s' -RateLimitShare 1 -RateBurst 1 -RateCost $Cost -ThrottleLimit 3 -SummaryVariable summary
        # At a cost of 1 it would be done after 0.1 s.
        $summary.Duration.TotalSeconds | Should -BeGreaterOrEqual 0.35
        $summary.Succeeded | Should -Be 3
    }

    It 'fails an item that costs more than the whole limit, and only that' {
        $results = 1, 50, 1 | Invoke-ConcurrentBatch { 'ran' } -RateLimit '20/s' -RateCost { $_ } -AsResult -Ordered
        $results.Status | Should -Be 'Succeeded', 'Failed', 'Succeeded'
        $results[1].Error.Exception.Message | Should -BeLike '*could never start*'
    }
}

Describe '-WaitTimeoutSeconds' {
    It 'skips the items that waited too long, and says so once' {
        $out = 1..4 | Invoke-ConcurrentBatch { Start-Sleep 2; $_ } -ThrottleLimit 1 -WaitTimeoutSeconds 1 -SummaryVariable summary -ErrorVariable errors 2> $null
        $out | Should -Be 1
        $summary.Skipped | Should -Be 3
        $summary.Executed | Should -Be 1
        $summary.Reason | Should -Be 'None'
        $errors | Should -HaveCount 1
        $errors[0].FullyQualifiedErrorId | Should -BeLike 'BatchRunStopped*'
        $errors[0].Exception.Message | Should -BeLike '*-WaitTimeoutSeconds*4 read, 1 succeeded, 3 skipped*'
    }
}

Describe '-ItemTimeoutSeconds' {
    It 'ends an item at work' {
        $results = 1, 2 | Invoke-ConcurrentBatch { if ($_ -eq 1) { Start-Sleep 60 }; $_ } -ItemTimeoutSeconds 1 -AsResult -Ordered
        $results.Status | Should -Be 'TimedOut', 'Succeeded'
        $results[0].Reason | Should -Be 'ItemTimeout'
        $results[0].Error.FullyQualifiedErrorId | Should -BeLike 'BatchItemTimedOut*'
        $results[0].Error.Exception.Message | Should -BeLike '*-ItemTimeoutSeconds*'
    }

    It 'starts no attempt that would begin after it' {
        # Two delays of up to a day, drawn at random: one within a minute is as good as impossible.
        $result = 1 | Invoke-ConcurrentBatch { throw [TimeoutException] 'down' } -RetryCount 5 -RetryDelaySeconds 86400 -RetryMaxDelaySeconds 86400 -ItemTimeoutSeconds 2 -AsResult
        $result.Status | Should -Be 'Failed'
        $result.Attempts | Should -Be 1
        $result.Reason | Should -Be 'NoTimeToRetry'
    }

    It 'counts all attempts' {
        $result = 1 | Invoke-ConcurrentBatch { Start-Sleep -Milliseconds 100; throw [TimeoutException] 'down' } -RetryCount 1000 -RetryDelaySeconds 0.01 -RetryMaxDelaySeconds 0.01 -ItemTimeoutSeconds 1 -AsResult
        $result.Status | Should -BeIn 'TimedOut', 'Failed'
        $result.Reason | Should -BeIn 'ItemTimeout', 'NoTimeToRetry'
        $result.Attempts | Should -BeGreaterThan 1
        $result.Attempts | Should -BeLessOrEqual 11 -Because 'each takes a tenth of it'
    }
}

Describe 'The share of failures' {
    It 'above -StopAbove ends the run with one error that has the counts' {
        $out = 1..100 | Invoke-ConcurrentBatch { if ($_ % 2) { throw 'odd' }; $_ } -Sequential -StopAbove 0.4 -SummaryVariable summary -ErrorVariable errors 2> $null
        $summary.Executed | Should -Be 20 -Because 'that many must have ended before a share means anything'
        $out | Should -HaveCount 10
        $summary.Failed | Should -Be 10
        $summary.Skipped | Should -Be 80
        $summary.Total | Should -Be 100
        $summary.Reason | Should -Be 'StopAbove'
        $stopped = @($errors | Where-Object FullyQualifiedErrorId -Like 'BatchRunStopped*')
        $stopped | Should -HaveCount 1
        $stopped[0].Exception.Message | Should -BeLike '*-StopAbove*100 read, 10 succeeded, 10 failed, 80 skipped*'
        $errors | Should -HaveCount 11
    }

    It 'at -StopAbove ends nothing' {
        $null = 1..60 | Invoke-ConcurrentBatch { if ($_ % 2 -eq 0) { throw 'even' } } -Sequential -StopAbove 0.5 -SummaryVariable summary -AsResult
        $summary.Executed | Should -Be 60
        $summary.Reason | Should -Be 'None'
    }

    It 'above -SequentialAbove makes the run go on one at a time' {
        $alone = [System.Threading.SemaphoreSlim]::new(1)
        $seen = [System.Collections.Concurrent.ConcurrentBag[bool]]::new()
        $null = 1..80 | Invoke-ConcurrentBatch {
            if ($_ -le 30) { throw 'bad start' }
            $wasAlone = ($using:alone).Wait(0)
            ($using:seen).Add($wasAlone)
            Start-Sleep -Milliseconds 5
            if ($wasAlone) { $null = ($using:alone).Release() }
        } -ThrottleLimit 4 -SequentialAbove 0.5 -AsResult -SummaryVariable summary
        $summary.FellBackToSequential | Should -BeTrue
        $summary.Executed | Should -Be 80
        $seen | Should -HaveCount 50
        $seen | Should -Not -Contain $false
        $summary.Limits[-1].Limit | Should -Be 1
    }

    It 'below -SequentialAbove changes nothing' {
        $null = 1..40 | Invoke-ConcurrentBatch { if ($_ % 4 -eq 0) { throw 'some' } } -SequentialAbove 0.5 -AsResult -SummaryVariable summary
        $summary.FellBackToSequential | Should -BeFalse
    }

    It 'of throttled attempts above -SequentialAboveThrottled does so too' {
        $null = 1..30 | Invoke-ConcurrentBatch { throw 'slow down' } -RetryWhen { 'Throttle' } -SequentialAboveThrottled 0.5 -AsResult -SummaryVariable summary
        $summary.FellBackToSequential | Should -BeTrue
        $summary.RateLimitHits | Should -Be 30
    }
}
