namespace BatchOps.Engine.Tests;

public sealed class ReplacementFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Path => _folder.File("out.txt");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Commit_PutsTheWholeFileInPlace()
    {
        using (var file = new ReplacementFile(Path, overwrite: false))
        {
            file.Stream.Write("whole"u8);
            Assert.False(File.Exists(Path));
            file.Commit();
        }

        Assert.Equal("whole", File.ReadAllText(Path));
        Assert.Single(Files());
    }

    [Fact]
    public void Dispose_WithoutCommit_LeavesWhatWasThere()
    {
        File.WriteAllText(Path, "before");
        using (var file = new ReplacementFile(Path, overwrite: true))
        {
            file.Stream.Write("half"u8);
        }

        Assert.Equal("before", File.ReadAllText(Path));
        Assert.Single(Files());
    }

    [Fact]
    public void Commit_WhereAFileHasComeMeanwhile_DoesNotReplaceIt()
    {
        using (var file = new ReplacementFile(Path, overwrite: false))
        {
            file.Stream.Write("late"u8);
            File.WriteAllText(Path, "first");
            Assert.Throws<ExportException>(file.Commit);
        }

        Assert.Equal("first", File.ReadAllText(Path));
        Assert.Single(Files());
    }

    [Fact]
    public void Open_WhereAFileIs_NeedsOverwrite()
    {
        File.WriteAllText(Path, "before");

        Assert.Equal(JournalFault.Exists, Assert.Throws<ExportException>(() => new ReplacementFile(Path, overwrite: false)).Fault);
        Assert.Single(Files());
    }

    private string[] Files() => Directory.GetFiles(System.IO.Path.GetDirectoryName(Path)!);
}
