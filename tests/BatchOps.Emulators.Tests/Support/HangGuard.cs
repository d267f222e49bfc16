namespace BatchOps.Emulators.Tests.Support;

/// <summary>Bounds for waits that end by themselves when all is right: reached only by a test that fails.</summary>
internal static class HangGuard
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static Task<T> Within<T>(this Task<T> task) => task.WaitAsync(Limit, TestContext.Current.CancellationToken);

    public static Task Within(this Task task) => task.WaitAsync(Limit, TestContext.Current.CancellationToken);
}
