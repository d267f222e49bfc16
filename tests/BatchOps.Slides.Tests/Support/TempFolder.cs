namespace BatchOps.Slides.Tests;

/// <summary>A private folder that is gone after the test.</summary>
internal sealed class TempFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("batchops-");

    public string Name => _folder.FullName;

    public string[] Files => Directory.GetFiles(Name, "*", SearchOption.AllDirectories);

    public string File(string name) => Path.Combine(Name, name);

    public string Write(string name, byte[] bytes)
    {
        System.IO.File.WriteAllBytes(File(name), bytes);
        return File(name);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
