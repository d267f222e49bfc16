using System.Globalization;
using System.Runtime.InteropServices;

namespace BatchOps.Emulators.Chat;

/// <summary>Counts requests. One that was at work at a reset is no longer counted when it ends.</summary>
internal sealed class ChatCounters
{
    private readonly Lock _sync = new();
    private Counts _counts = new();
    private int _running;
    private int _admitted;

    public Call Begin(ulong body)
    {
        lock (_sync)
        {
            _counts.Requests++;
            _counts.Peak = Math.Max(_counts.Peak, ++_running);
            CollectionsMarshal.GetValueRefOrAddDefault(_counts.Bodies, body, out _).Requests++;
            return new Call(this, _counts, body);
        }
    }

    public void Reset()
    {
        lock (_sync)
        {
            _counts = new Counts { Peak = _running };
        }
    }

    public ChatStats Snapshot()
    {
        lock (_sync)
        {
            return new ChatStats
            {
                Requests = _counts.Requests,
                Ok = Of(ChatOutcome.Ok),
                Rejected429 = Of(ChatOutcome.Rejected429),
                Failed5xx = Of(ChatOutcome.Failed5xx),
                Dropped = Of(ChatOutcome.Dropped),
                Broken = Of(ChatOutcome.Broken),
                Refused4xx = Of(ChatOutcome.Refused4xx),
                Abandoned = Of(ChatOutcome.Abandoned),
                Running = _running,
                PeakConcurrent = _counts.Peak,
                PromptTokens = _counts.PromptTokens,
                CompletionTokens = _counts.CompletionTokens,
                TotalTokens = _counts.PromptTokens + _counts.CompletionTokens,
                DistinctBodies = _counts.Bodies.Count,
                Bodies = _counts.Bodies.ToDictionary(
                    static pair => pair.Key.ToString("x16", CultureInfo.InvariantCulture),
                    static pair => new BodyStats(pair.Value.Requests, pair.Value.Answered)),
            };
        }

        long Of(ChatOutcome outcome) => _counts.Ended[(int)outcome];
    }

    /// <summary>One request at work. Disposing it before it was ended counts it as abandoned.</summary>
    internal sealed class Call(ChatCounters counters, Counts counts, ulong body) : IDisposable
    {
        private bool _isAdmitted;
        private bool _isEnded;

        /// <summary>Makes it one of those that work at once, unless there are that many.</summary>
        public bool TryAdmit(int most)
        {
            lock (counters._sync)
            {
                _isAdmitted = most == 0 || counters._admitted < most;
                counters._admitted += _isAdmitted ? 1 : 0;
                return _isAdmitted;
            }
        }

        /// <summary>How often this body passed all limits before.</summary>
        public int NextOccurrence()
        {
            lock (counters._sync)
            {
                return CollectionsMarshal.GetValueRefOrAddDefault(counts.Bodies, body, out _).Passed++;
            }
        }

        /// <param name="outcome">How it ended.</param>
        /// <param name="made">What a model made for it, which is billed.</param>
        public void End(ChatOutcome outcome, ChatAnswer? made = null)
        {
            lock (counters._sync)
            {
                if (_isEnded)
                {
                    return;
                }

                _isEnded = true;
                counters._running--;
                counters._admitted -= _isAdmitted ? 1 : 0;
                counts.Ended[(int)outcome]++;
                counts.PromptTokens += made?.PromptTokens ?? 0;
                counts.CompletionTokens += made?.CompletionTokens ?? 0;
                if (outcome == ChatOutcome.Ok)
                {
                    CollectionsMarshal.GetValueRefOrAddDefault(counts.Bodies, body, out _).Answered++;
                }
            }
        }

        public void Dispose() => End(ChatOutcome.Abandoned);
    }

    internal sealed class Counts
    {
        public long[] Ended { get; } = new long[Enum.GetValues<ChatOutcome>().Length];

        public Dictionary<ulong, (int Requests, int Passed, int Answered)> Bodies { get; } = [];

        public long Requests { get; set; }

        public int Peak { get; set; }

        public long PromptTokens { get; set; }

        public long CompletionTokens { get; set; }
    }
}
