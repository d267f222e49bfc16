namespace BatchOps.Tests;

/// <summary>Where the checkout is that the tests were built from.</summary>
internal static class Checkout
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string? folder)
    {
        while (folder is not null && !File.Exists(Path.Combine(folder, "BatchOps.psd1")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new DirectoryNotFoundException($"No BatchOps.psd1 above {AppContext.BaseDirectory}.");
    }
}
