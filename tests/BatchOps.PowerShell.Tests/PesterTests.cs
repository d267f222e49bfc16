namespace BatchOps.PowerShell.Tests;

/// <summary>One half of the Pester files.</summary>
public sealed class PesterTests(ITestOutputHelper output) : PesterLane(output)
{
    public static TheoryData<string> Files => FilesOf(0);

    [Theory]
    [MemberData(nameof(Files))]
    public Task File_Passes(string file) => RunAsync(file);
}
