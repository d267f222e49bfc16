using System.Text;

namespace BatchOps.JournalPeer;

/// <summary>What was really done, line by line in a file: a line that was written outlives the process, however that ends.</summary>
internal sealed class ExecutionLog(string? path) : IDisposable
{
    private readonly FileStream? _file = path is null ? null : new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);

    public void Write(string line)
    {
        if (_file is null)
        {
            return;
        }

        lock (_file)
        {
            _file.Write(Encoding.UTF8.GetBytes(line + "\n"));
        }
    }

    public void Dispose() => _file?.Dispose();
}
