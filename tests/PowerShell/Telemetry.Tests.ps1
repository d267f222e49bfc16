BeforeAll {
    Import-Module "$PSScriptRoot/TestHelpers.psm1"

    # The listeners' callbacks run on the workers' threads, which a script block can't: they are compiled.
    Add-Type -ReferencedAssemblies System.Diagnostics.DiagnosticSource, System.Collections.Concurrent, System.Runtime, System.Linq, System.Collections, System.Memory @'
using System;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

public sealed class BatchOpsTestListener : IDisposable
{
    private readonly MeterListener _meters = new MeterListener();
    private readonly ActivityListener _activities = new ActivityListener();

    public ConcurrentQueue<string> Measurements { get; } = new ConcurrentQueue<string>();
    public ConcurrentQueue<Activity> Spans { get; } = new ConcurrentQueue<Activity>();

    public BatchOpsTestListener()
    {
        _meters.InstrumentPublished = (instrument, listener) => { if (instrument.Meter.Name == "BatchOps") listener.EnableMeasurementEvents(instrument); };
        _meters.SetMeasurementEventCallback<long>(Note);
        _meters.SetMeasurementEventCallback<int>(Note);
        _meters.SetMeasurementEventCallback<double>(Note);
        _meters.Start();
        _activities.ShouldListenTo = source => source.Name == "BatchOps" || source.Name == "System.Net.Http";
        _activities.Sample = (ref ActivityCreationOptions<ActivityContext> options) => ActivitySamplingResult.AllDataAndRecorded;
        _activities.ActivityStopped = Spans.Enqueue;
        ActivitySource.AddActivityListener(_activities);
    }

    private void Note<T>(Instrument instrument, T value, ReadOnlySpan<System.Collections.Generic.KeyValuePair<string, object>> tags, object state) where T : struct
    {
        var text = instrument.Name;
        foreach (var tag in tags) text += " " + tag.Key + "=" + tag.Value;
        Measurements.Enqueue(text);
    }

    public void Dispose() { _meters.Dispose(); _activities.Dispose(); }
}
'@
}

AfterAll { Assert-NoWorker }

Describe 'A listener in the host' {
    BeforeEach { $listener = [BatchOpsTestListener]::new() }
    AfterEach { $listener.Dispose() }

    It 'hears the meter of the module' {
        1..3 | Invoke-ConcurrentBatch { if ($_ -eq 3) { throw 'no' } $_ } -Name 'nightly' -ErrorAction SilentlyContinue | Should -HaveCount 2
        $heard = $listener.Measurements.ToArray() | Group-Object -AsHashTable -AsString
        $names = 'batchops.batch=nightly batchops.command=Invoke-ConcurrentBatch'
        $heard["batchops.items $names batchops.item.status=succeeded"] | Should -HaveCount 2
        $heard["batchops.items $names batchops.item.status=failed error.type=System.Management.Automation.RuntimeException"] | Should -HaveCount 1
        $heard["batchops.attempts $names batchops.attempt.outcome=success"] | Should -HaveCount 2
        $heard["batchops.item.duration $names batchops.item.status=succeeded"] | Should -HaveCount 2
    }

    It 'hears the spans of a run, its items and what they call' {
        $null = 1..2 | Invoke-ConcurrentBatch { $null = try { Invoke-WebRequest 'http://127.0.0.1:9/' } catch { }; [System.Diagnostics.Activity]::Current.Id } -OutVariable ids
        $spans = $listener.Spans.ToArray()
        $run = $spans | Where-Object OperationName -EQ 'batchops.run'
        $items = $spans | Where-Object OperationName -EQ 'batchops.item'
        $run | Should -HaveCount 1
        $items | Should -HaveCount 2
        $items.ParentSpanId | Select-Object -Unique | Should -Be $run.SpanId
        $ids | Sort-Object | Should -Be ($items.Id | Sort-Object)
        ($spans | Where-Object { $_.Source.Name -eq 'System.Net.Http' }).ParentSpanId | Sort-Object -Unique | Should -Be ($items.SpanId | Sort-Object)
    }
}
