using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace BatchOps.Emulators.Chat;

/// <summary>Writes the headers that tell a client about limits.</summary>
internal static class LimitHeaders
{
    /// <summary>The state of the limits, on each answer that was judged.</summary>
    public static void WriteState(IHeaderDictionary headers, QuotaDecision decision, bool withReset)
    {
        Write("requests", decision.Requests);
        Write("tokens", decision.Tokens);

        void Write(string name, MeterState? state)
        {
            if (state is null)
            {
                return;
            }

            headers[$"x-ratelimit-limit-{name}"] = Invariant(state.Limit);
            headers[$"x-ratelimit-remaining-{name}"] = Invariant(state.Remaining);
            if (withReset)
            {
                headers[$"x-ratelimit-reset-{name}"] = GoDuration.Format(state.FullIn);
            }
        }
    }

    /// <summary>When to come back, on a 429.</summary>
    public static void WriteHints(IHeaderDictionary headers, RetryHints hints, TimeSpan wait, DateTimeOffset now)
    {
        if (hints.HasFlag(RetryHints.Date))
        {
            var at = (now + wait).UtcTicks;
            var second = TimeSpan.TicksPerSecond;
            headers.RetryAfter = new DateTimeOffset((at + second - 1) / second * second, TimeSpan.Zero).ToString("R", CultureInfo.InvariantCulture);
        }
        else if (hints.HasFlag(RetryHints.Seconds))
        {
            headers.RetryAfter = Invariant((long)Math.Ceiling(wait.TotalSeconds));
        }

        if (hints.HasFlag(RetryHints.Milliseconds))
        {
            headers["retry-after-ms"] = Invariant((long)Math.Ceiling(wait.TotalMilliseconds));
        }
    }

    private static string Invariant(long number) => number.ToString(CultureInfo.InvariantCulture);
}
