BeforeAll {
    Import-Module "$PSScriptRoot/TestHelpers.psm1" -Force

    # Items that let errors pass must not fail for what the test runner sets.
    $ErrorActionPreference = 'Continue'

    # Answers 429 above a rate: a bucket that is kept by the clock of the machine, so that a slow one is limited as well.
    Add-Type -TypeDefinition @'
using System;
using System.Diagnostics;
using System.Net;
using System.Threading.Tasks;

public sealed class RateLimitedServer : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly double _perSecond;
    private readonly double _burst;
    private readonly string _retryAfter;
    private double _used;
    private double _at;

    public RateLimitedServer(double perSecond, double burst, string retryAfter)
    {
        _perSecond = perSecond;
        _burst = burst;
        _retryAfter = retryAfter;
        for (var port = 20000 + Random.Shared.Next(20000); ; port++)
        {
            Url = $"http://127.0.0.1:{port}/";
            _listener.Prefixes.Clear();
            _listener.Prefixes.Add(Url);
            try { _listener.Start(); break; } catch (HttpListenerException) { }
        }

        _ = Task.Run(AnswerAsync);
    }

    public string Url { get; }

    public int Granted { get; private set; }

    public int Rejected { get; private set; }

    public void Dispose() => _listener.Close();

    private async Task AnswerAsync()
    {
        while (true)
        {
            var context = await _listener.GetContextAsync();
            var now = Stopwatch.GetElapsedTime(_start).TotalSeconds;
            _used = Math.Max(0, _used - (now - _at) * _perSecond);
            _at = now;
            if (_used + 1 <= _burst)
            {
                _used++;
                Granted++;
            }
            else
            {
                Rejected++;
                context.Response.StatusCode = 429;
                if (_retryAfter is not null)
                {
                    context.Response.Headers["Retry-After"] = _retryAfter;
                }
            }

            context.Response.Close();
        }
    }
}
'@
}

Describe '-Adaptive' {
    It 'starts low and grows up to -ThrottleLimit' {
        1..150 | Invoke-ConcurrentBatch -Adaptive -ThrottleLimit 4 -SummaryVariable summary { Start-Sleep -Milliseconds 100 }
        $summary.Succeeded | Should -Be 150
        $summary.Limits[0].Limit | Should -Be 2
        $summary.Limits.Limit | Measure-Object -Maximum | ForEach-Object Maximum | Should -Be 4
        $summary.PeakConcurrency | Should -BeIn 3, 4
    }

    It 'finds its way with a service that answers 429, without and with Retry-After <RetryAfter>' -ForEach @{ RetryAfter = $null }, @{ RetryAfter = '1' } {
        $server = [RateLimitedServer]::new(40, 4, $RetryAfter)
        try {
            1..150 | Invoke-ConcurrentBatch -Adaptive -ThrottleLimit 20 -RetryCount 20 -RetryDelaySeconds 0.05 -SummaryVariable summary {
                $null = Invoke-WebRequest $using:server.Url
                Start-Sleep -Milliseconds 50
            }
            $summary.Succeeded | Should -Be 150
            $server.Granted | Should -Be 150
            $summary.RateLimitHits | Should -Be $server.Rejected
            $summary.Limits[0].Limit | Should -Be 2
            $summary.Limits.Limit | Measure-Object -Maximum | ForEach-Object Maximum | Should -BeGreaterThan 3
        }
        finally { $server.Dispose() }
    }

    It 'shrinks when -RetryWhen says Throttle' {
        $throttle = New-BatchThrottle 20 -Adaptive
        1..200 | Invoke-ConcurrentBatch { Start-Sleep -Milliseconds 20 } -Throttle $throttle -ThrottleLimit 20
        $throttle.CurrentLimit | Should -BeGreaterThan 2
        $throttle.CurrentRate | Should -BeNullOrEmpty -Because 'nothing spoke for pacing'
        1..4 | Invoke-ConcurrentBatch { throw 'Come back later.' } -RetryWhen { 'Throttle' } -Throttle $throttle -Sequential -ErrorAction SilentlyContinue
        $throttle.RateLimitHits | Should -Be 4
        $throttle.CurrentLimit | Should -Be 1
        $throttle.CurrentRate | Should -BeGreaterThan 0
    }

    It 'grows nothing beside -Sequential, which wins' {
        1..5 | Invoke-ConcurrentBatch { $_ } -Adaptive -Sequential -SummaryVariable summary | Should -Be (1..5)
        $summary.PeakConcurrency | Should -Be 1
        @($summary.Limits).Count | Should -Be 1
    }

    It 'cannot be given beside -Throttle' {
        { 1 | Invoke-ConcurrentBatch { $_ } -Adaptive -Throttle (New-BatchThrottle) } |
            Should -Throw -ErrorId 'ThrottleConflict,*' -ExpectedMessage '-Throttle and -Adaptive are both given*New-BatchThrottle*'
    }

    It 'can be set by $BatchOpsPreference' {
        $BatchOpsPreference = @{ Adaptive = $true; ThrottleLimit = 8 }
        1 | Invoke-ConcurrentBatch { $_ } -SummaryVariable summary | Should -Be 1
        $summary.Limits[0].Limit | Should -Be 2
        1 | Invoke-ConcurrentBatch { $_ } -Adaptive:$false -SummaryVariable summary | Should -Be 1
        $summary.Limits[0].Limit | Should -Be 8
    }
}

Describe 'New-BatchThrottle -Adaptive' {
    It 'shows its live limit and rate' {
        $throttle = New-BatchThrottle 9 -Adaptive
        $throttle.Options.Adaptive | Should -BeTrue
        $throttle.CurrentLimit | Should -Be 2
        $throttle.CurrentRate | Should -BeNullOrEmpty
        1..30 | Invoke-ConcurrentBatch { Start-Sleep -Milliseconds 100 } -Throttle $throttle -ThrottleLimit 9
        $throttle.CurrentLimit | Should -BeGreaterThan 2
    }

    It 'has no rate when it is not adaptive' {
        (New-BatchThrottle 9).CurrentRate | Should -BeNullOrEmpty
    }
}
