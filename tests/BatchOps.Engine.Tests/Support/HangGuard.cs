namespace BatchOps.Engine.Tests.Support;

/// <summary>Bounds for waits that end by themselves when the engine is right: reached only by a test that fails.</summary>
internal static class HangGuard
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static Task<T> Within<T>(this Task<T> task) => task.WaitAsync(Limit);

    public static Task Within(this Task task) => task.WaitAsync(Limit);

    public static Task<T> Within<T>(this ValueTask<T> task) => task.AsTask().WaitAsync(Limit);

    /// <summary>Waits for another thread to bring about a state of which there is no event.</summary>
    public static void Until(Func<bool> condition, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(condition))] string? what = null)
    {
        if (!SpinWait.SpinUntil(condition, Limit))
        {
            Assert.Fail($"Never came true: {what}");
        }
    }

    /// <summary>As above, but never in the middle of a change that is made under that lock.</summary>
    public static void Until(object sync, Func<bool> condition, string? what)
    {
        Until(
            () =>
            {
                lock (sync)
                {
                    return condition();
                }
            },
            what);
    }
}
