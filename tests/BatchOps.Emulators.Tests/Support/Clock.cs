using BatchOps.Emulators.Chat;
using BatchOps.Emulators.Google;
using Microsoft.Extensions.Time.Testing;

namespace BatchOps.Emulators.Tests.Support;

/// <summary>Virtual time for what happens on the other side of a socket.</summary>
internal static class Clock
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    /// <summary>Lets time pass until a task has ended, and returns its result with the time that passed.</summary>
    public static async Task<(T Result, TimeSpan Passed)> RunAsync<T>(this FakeTimeProvider time, Task<T> task)
    {
        var start = time.GetTimestamp();
        await PassAsync().Within();
        return (await task, time.GetElapsedTime(start));

        async Task PassAsync()
        {
            while (!task.IsCompleted)
            {
                time.Advance(Step);
                // The answer is on its way through the kernel meanwhile: leave it the processor.
                await Task.WhenAny(task, Task.Delay(1));
            }
        }
    }

    /// <summary>Waits until so many requests are at work, of which there is no event.</summary>
    public static Task ReachesAsync(this ChatEmulator server, int running) => ReachAsync(() => server.Stats.Running, running);

    /// <inheritdoc cref="ReachesAsync(ChatEmulator, int)"/>
    public static Task ReachesAsync(this GoogleEmulator server, int running) => ReachAsync(() => server.Stats.Running, running);

    private static Task ReachAsync(Func<int> current, int wanted)
    {
        return PollAsync().Within();

        async Task PollAsync()
        {
            while (current() != wanted)
            {
                await Task.Yield();
            }
        }
    }
}
