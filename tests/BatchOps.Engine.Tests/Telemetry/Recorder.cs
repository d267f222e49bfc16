using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace BatchOps.Engine.Tests.Telemetry;

/// <summary>What the OpenTelemetry SDK exports of the runs of one batch.</summary>
/// <remarks>One at a time: a span that one listener samples is there for all.</remarks>
internal sealed class Recorder : IDisposable
{
    private readonly List<Metric> _exported = [];
    private readonly List<Activity> _spans = [];
    private readonly MeterProvider _meter;
    private readonly TracerProvider _tracer;

    public Recorder(Sampler? sampler = null)
    {
        _meter = Sdk.CreateMeterProviderBuilder()
            .AddMeter(BatchTelemetry.Name)
            .AddInMemoryExporter(_exported)
            .Build();
        _tracer = Sdk.CreateTracerProviderBuilder()
            .AddSource(BatchTelemetry.Name)
            .AddHttpClientInstrumentation()
            .SetSampler(sampler ?? new AlwaysOnSampler())
            .AddInMemoryExporter(_spans)
            .Build();
    }

    /// <summary>Other tests' runs are heard as well: each test's batch has a name of its own.</summary>
    public string Batch { get; } = Guid.NewGuid().ToString("N");

    public TelemetryOptions Names => new() { Batch = Batch, Command = "Test-It" };

    public Activity Run => Assert.Single(Of(BatchTelemetry.RunSpan));

    /// <summary>The items' spans by index.</summary>
    public IReadOnlyList<Activity> Items => [.. Of(BatchTelemetry.ItemSpan).OrderBy(static s => (long)s.GetTagItem("batchops.item.index")!)];

    public IReadOnlyList<Activity> All
    {
        get
        {
            _tracer.ForceFlush();
            lock (_spans)
            {
                return [.. _spans];
            }
        }
    }

    /// <summary>The values of an instrument by its tags other than batch and command, which every measurement must have.</summary>
    public IReadOnlyDictionary<string, double> Read(string instrument)
    {
        _exported.Clear();
        _meter.ForceFlush();
        var values = new Dictionary<string, double>();
        foreach (var metric in _exported.Where(m => m.Name == instrument))
        {
            foreach (ref readonly var point in metric.GetMetricPoints())
            {
                var tags = new Dictionary<string, string?>();
                foreach (var tag in point.Tags)
                {
                    tags.Add(tag.Key, tag.Value?.ToString());
                }

                if (tags.Remove(BatchTelemetry.BatchTag, out var batch) && batch == Batch)
                {
                    Assert.True(tags.Remove(BatchTelemetry.CommandTag, out var command) && command == Names.Command);
                    values.Add(string.Join(',', tags.OrderBy(static t => t.Key, StringComparer.Ordinal).Select(static t => $"{t.Key}={t.Value}")), ValueOf(metric, point));
                }
            }
        }

        return values;
    }

    public string UnitOf(string instrument)
    {
        _exported.Clear();
        _meter.ForceFlush();
        return _exported.First(m => m.Name == instrument).Unit;
    }

    public void Dispose()
    {
        _meter.Dispose();
        _tracer.Dispose();
    }

    private IEnumerable<Activity> Of(string name) => All.Where(s => s.OperationName == name && (string?)s.GetTagItem(BatchTelemetry.BatchTag) == Batch);

    private static double ValueOf(Metric metric, in MetricPoint point) => metric.MetricType switch
    {
        MetricType.LongSum or MetricType.LongSumNonMonotonic => point.GetSumLong(),
        MetricType.LongGauge => point.GetGaugeLastValueLong(),
        MetricType.Histogram => point.GetHistogramSum(),
        var other => throw new InvalidOperationException($"{metric.Name} is a {other}."),
    };
}
