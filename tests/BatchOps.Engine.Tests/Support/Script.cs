using System.Threading.Channels;

namespace BatchOps.Engine.Tests.Support;

/// <summary>An operation whose attempts start when the engine says so and end when the test says so.</summary>
internal sealed class Script
{
    private readonly Channel<ScriptedAttempt> _started = Channel.CreateUnbounded<ScriptedAttempt>();
    private int _running;
    private int _peak;
    private int _count;

    /// <summary>Most attempts inside the operation at any time.</summary>
    public int Peak => Volatile.Read(ref _peak);

    /// <summary>Attempts that entered the operation.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Whether attempts end by themselves when they are told to stop.</summary>
    public bool ObeysStop { get; set; } = true;

    /// <summary>Whether attempts succeed by themselves.</summary>
    public bool Succeeds { get; set; }

    public async Task<string> RunAsync(Lease<int, string> lease)
    {
        Interlocked.Increment(ref _count);
        var running = Interlocked.Increment(ref _running);
        InterlockedMax(ref _peak, running);
        var attempt = new ScriptedAttempt(lease);
        using var stop = ObeysStop ? lease.CancellationToken.UnsafeRegister(static (a, token) => ((ScriptedAttempt)a!).Stop(token), attempt) : default;
        try
        {
            if (Succeeds)
            {
                attempt.Succeed();
            }
            else
            {
                _started.Writer.TryWrite(attempt);
            }

            return await attempt.Outcome.ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    /// <summary>The next attempt that entered the operation, in the order in which they did.</summary>
    public Task<ScriptedAttempt> NextAsync() => _started.Reader.ReadAsync(CancellationToken.None).Within();

    /// <summary>The next attempts, by index.</summary>
    public async Task<ScriptedAttempt[]> NextAsync(int count)
    {
        var attempts = new ScriptedAttempt[count];
        for (var i = 0; i < count; i++)
        {
            attempts[i] = await NextAsync();
        }

        return [.. attempts.OrderBy(static a => a.Index)];
    }

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = Volatile.Read(ref target); value > seen; seen = Volatile.Read(ref target))
        {
            if (Interlocked.CompareExchange(ref target, value, seen) == seen)
            {
                return;
            }
        }
    }
}

/// <summary>One attempt inside a <see cref="Script"/>.</summary>
internal sealed class ScriptedAttempt(Lease<int, string> lease)
{
    private readonly TaskCompletionSource<string> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Lease<int, string> Lease => lease;

    public long Index { get; } = lease.Index;

    public int Number { get; } = lease.Attempt;

    public Task<string> Outcome => _outcome.Task;

    public void Succeed(string? output = null) => _outcome.TrySetResult(output ?? $"{Index}.{Number}");

    public void Fail(Exception error) => _outcome.TrySetException(error);

    public void Stop(CancellationToken token) => _outcome.TrySetCanceled(token);
}
