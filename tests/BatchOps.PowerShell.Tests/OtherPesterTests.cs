namespace BatchOps.PowerShell.Tests;

/// <summary>The other half of the Pester files.</summary>
public sealed class OtherPesterTests(ITestOutputHelper output) : PesterLane(output)
{
    public static TheoryData<string> Files => FilesOf(1);

    [Theory]
    [MemberData(nameof(Files))]
    public Task File_Passes(string file) => RunAsync(file);
}
