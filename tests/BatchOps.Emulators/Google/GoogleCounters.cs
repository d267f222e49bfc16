using System.Runtime.InteropServices;

namespace BatchOps.Emulators.Google;

/// <summary>Counts requests and what they did. One that was at work at a reset is no longer counted when it ends.</summary>
internal sealed class GoogleCounters
{
    private readonly Lock _sync = new();
    private Counts _counts = new();
    private int _running;
    private int _writing;

    /// <param name="method">Its id.</param>
    /// <param name="connection">The id of its connection.</param>
    /// <param name="content">A hash of all that it says.</param>
    public Call Begin(string method, string connection, ulong content)
    {
        lock (_sync)
        {
            _counts.Peak = Math.Max(_counts.Peak, ++_running);
            _counts.Connections.Add(connection);
            var ended = CollectionsMarshal.GetValueRefOrAddDefault(_counts.Methods, method, out _) ??= new Ended();
            return new Call(this, ended, ++ended.Calls, CollectionsMarshal.GetValueRefOrAddDefault(_counts.Contents, content, out _)++);
        }
    }

    public IDisposable BeginWrite()
    {
        lock (_sync)
        {
            _counts.PeakWrites = Math.Max(_counts.PeakWrites, ++_writing);
            return new Write(this);
        }
    }

    public void WriteOverlapped() => Count(static counts => counts.Overlapping++);

    public void WriteStale() => Count(static counts => counts.Stale++);

    public void WriteRejected() => Count(static counts => counts.Rejected++);

    public void WriteApplied(string presentation, string requests) => Count(counts =>
    {
        counts.Applied++;
        counts.Duplicates += counts.Batches.Add((presentation, requests)) ? 0 : 1;
    });

    public void RequestCompressed() => Count(static counts => counts.CompressedRequests++);

    public void AnswerCompressed() => Count(static counts => counts.CompressedAnswers++);

    public void ImageFetched(string url) => Count(counts => Add(counts.ImageFetches, url));

    public void ImageTaken(string hash) => Count(counts => Add(counts.Images, hash));

    public void Uploaded(string hash) => Count(counts => Add(counts.Uploads, hash));

    public void Copied(IReadOnlyDictionary<string, string> appProperties) => Count(counts =>
    {
        foreach (var (key, value) in appProperties)
        {
            Add(counts.Copies, $"{key}={value}");
        }
    });

    public void Published(string file) => Count(counts => counts.Published.Add(file));

    public void Reset()
    {
        lock (_sync)
        {
            _counts = new Counts { Peak = _running, PeakWrites = _writing };
        }
    }

    public GoogleStats Snapshot(GoogleStore store)
    {
        lock (_sync)
        {
            return new GoogleStats
            {
                Requests = _counts.Methods.Values.Sum(static method => (long)method.Calls),
                Methods = _counts.Methods.ToDictionary(static pair => pair.Key, static pair => pair.Value.Stats()),
                Running = _running,
                PeakConcurrent = _counts.Peak,
                PeakConcurrentWrites = _counts.PeakWrites,
                Connections = _counts.Connections.Count,
                CompressedRequests = _counts.CompressedRequests,
                CompressedAnswers = _counts.CompressedAnswers,
                AppliedWrites = _counts.Applied,
                RejectedWrites = _counts.Rejected,
                StaleWrites = _counts.Stale,
                OverlappingWrites = _counts.Overlapping,
                DuplicateWrites = _counts.Duplicates,
                ImageFetches = new Dictionary<string, int>(_counts.ImageFetches),
                Images = new Dictionary<string, int>(_counts.Images),
                Uploads = new Dictionary<string, int>(_counts.Uploads),
                Copies = new Dictionary<string, int>(_counts.Copies),
                PublicFiles = [.. _counts.Published.Where(id => store.FindFile(id)?.IsPublic == true).Order(StringComparer.Ordinal)],
            };
        }
    }

    private static void Add(Dictionary<string, int> counts, string key) => CollectionsMarshal.GetValueRefOrAddDefault(counts, key, out _)++;

    private void Count(Action<Counts> count)
    {
        lock (_sync)
        {
            count(_counts);
        }
    }

    /// <summary>One request at work. Disposing it before it was ended counts it as abandoned.</summary>
    internal sealed class Call(GoogleCounters counters, Ended ended, int number, int occurrence) : IDisposable
    {
        private bool _isEnded;

        /// <summary>Which call of its method it is, from 1.</summary>
        public int Number => number;

        /// <summary>How often the same was asked before.</summary>
        public int Occurrence => occurrence;

        public void End(GoogleOutcome outcome)
        {
            lock (counters._sync)
            {
                if (!_isEnded)
                {
                    _isEnded = true;
                    counters._running--;
                    ended.Outcomes[(int)outcome]++;
                }
            }
        }

        public void Dispose() => End(GoogleOutcome.Abandoned);
    }

    /// <summary>The calls of a method.</summary>
    internal sealed class Ended
    {
        public int Calls { get; set; }

        public long[] Outcomes { get; } = new long[Enum.GetValues<GoogleOutcome>().Length];

        public MethodStats Stats() => new(
            Calls,
            Outcomes[(int)GoogleOutcome.Ok],
            Outcomes[(int)GoogleOutcome.Throttled],
            Outcomes[(int)GoogleOutcome.Refused],
            Outcomes[(int)GoogleOutcome.Failed],
            Outcomes[(int)GoogleOutcome.Dropped],
            Outcomes[(int)GoogleOutcome.Stalled],
            Outcomes[(int)GoogleOutcome.Abandoned]);
    }

    private sealed class Write(GoogleCounters counters) : IDisposable
    {
        public void Dispose()
        {
            lock (counters._sync)
            {
                counters._writing--;
            }
        }
    }

    private sealed class Counts
    {
        public Dictionary<string, Ended> Methods { get; } = new(StringComparer.Ordinal);

        public Dictionary<ulong, int> Contents { get; } = [];

        public HashSet<string> Connections { get; } = new(StringComparer.Ordinal);

        public HashSet<(string Presentation, string Requests)> Batches { get; } = [];

        public HashSet<string> Published { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, int> ImageFetches { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, int> Images { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, int> Uploads { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, int> Copies { get; } = new(StringComparer.Ordinal);

        public int Peak { get; set; }

        public int PeakWrites { get; set; }

        public long CompressedRequests { get; set; }

        public long CompressedAnswers { get; set; }

        public long Applied { get; set; }

        public long Rejected { get; set; }

        public long Stale { get; set; }

        public long Overlapping { get; set; }

        public long Duplicates { get; set; }
    }
}
