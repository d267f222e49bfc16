using System.Globalization;
using System.Security.Cryptography;

namespace BatchOps.Emulators.Google;

/// <summary>
/// The files and presentations of the emulator, to be filled before a test and looked at after it. What it hands out is a
/// copy; what is to be changed goes through <see cref="Edit"/> and <see cref="Change"/>, as another writer would.
/// </summary>
public sealed class GoogleStore(TimeProvider time)
{
    private readonly Lock _sync = new();
    private readonly Dictionary<string, StoredFile> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, StoredPresentation> _presentations = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (byte[] Content, string MimeType)> _images = new(StringComparer.Ordinal);
    private int _named;
    private int _revision;

    /// <summary>All files, presentations included, the newest last.</summary>
    public IReadOnlyList<StoredFile> Files
    {
        get
        {
            lock (_sync)
            {
                return [.. _files.Values.OrderBy(static file => file.Created).ThenBy(static file => file.Id, StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>Stores a presentation; one of this id that is there already is replaced.</summary>
    /// <param name="id">Its id, which is that of its file.</param>
    /// <param name="title">Its title, which is the name of its file.</param>
    /// <param name="build">Puts slides into it.</param>
    public StoredPresentation AddPresentation(string id, string title, Action<StoredPresentation>? build = null)
    {
        var presentation = new StoredPresentation(id, title);
        build?.Invoke(presentation);
        lock (_sync)
        {
            Keep(presentation);
            _files[id] = New(id, title, StoredFile.PresentationType);
            return presentation.Clone();
        }
    }

    /// <param name="name">Its name.</param>
    /// <param name="mimeType">Its type.</param>
    /// <param name="content">Its bytes.</param>
    /// <param name="change">Sets what else it has, its id included.</param>
    public StoredFile AddFile(string name, string mimeType, ReadOnlyMemory<byte> content, Func<StoredFile, StoredFile>? change = null)
    {
        lock (_sync)
        {
            var file = New(NewId(), name, mimeType) with { Content = content, Sha256 = Hash(content.Span) };
            file = change?.Invoke(file) ?? file;
            _files[file.Id] = file;
            return file;
        }
    }

    public StoredFile? FindFile(string id)
    {
        lock (_sync)
        {
            return _files.GetValueOrDefault(id);
        }
    }

    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public StoredPresentation Presentation(string id) => FindPresentation(id) ?? throw new KeyNotFoundException($"There is no presentation '{id}'.");

    public StoredPresentation? FindPresentation(string id)
    {
        lock (_sync)
        {
            return _presentations.GetValueOrDefault(id)?.Clone();
        }
    }

    /// <summary>Changes a presentation as another writer does: it has a new revision after it.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public void Edit(string id, Action<StoredPresentation> change)
    {
        lock (_sync)
        {
            var presentation = _presentations[id].Clone();
            change(presentation);
            Keep(presentation);
        }
    }

    /// <summary>Changes what a file has: its rights, its folder, its properties.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public StoredFile Change(string id, Func<StoredFile, StoredFile> change)
    {
        lock (_sync)
        {
            return _files[id] = change(_files[id]) with { Modified = time.GetUtcNow() };
        }
    }

    /// <summary>An image that a presentation shows; null when there is none.</summary>
    /// <param name="sha256">As <see cref="StoredImage.Sha256"/> has it.</param>
    public ReadOnlyMemory<byte>? FindImage(string sha256) => FindImageOf(sha256)?.Content;

    internal static string Hash(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));

    internal (byte[] Content, string MimeType)? FindImageOf(string sha256)
    {
        lock (_sync)
        {
            return _images.TryGetValue(sha256, out var image) ? image : null;
        }
    }

    internal void KeepImage(string sha256, byte[] content, string mimeType)
    {
        lock (_sync)
        {
            _images[sha256] = (content, mimeType);
        }
    }

    /// <summary>Puts a changed presentation in place of the one that it was made from, unless another writer was faster.</summary>
    internal bool TryCommit(StoredPresentation changed)
    {
        lock (_sync)
        {
            if (!_presentations.TryGetValue(changed.Id, out var now) || now.RevisionId != changed.RevisionId)
            {
                return false;
            }

            Keep(changed);
            return true;
        }
    }

    /// <exception cref="KeyNotFoundException">The source is gone.</exception>
    internal StoredFile Copy(StoredFile source, Func<StoredFile, StoredFile> change)
    {
        lock (_sync)
        {
            var copy = change(New(NewId(), source.Name, source.MimeType) with { Content = source.Content, Sha256 = source.Sha256 });
            if (source.IsPresentation)
            {
                Keep(_presentations[source.Id].CopyAs(copy.Id, copy.Name));
            }

            return _files[copy.Id] = copy;
        }
    }

    internal bool Remove(string id)
    {
        lock (_sync)
        {
            _presentations.Remove(id);
            return _files.Remove(id);
        }
    }

    private void Keep(StoredPresentation presentation)
    {
        var kept = presentation.Clone();
        kept.RevisionId = presentation.RevisionId = string.Create(CultureInfo.InvariantCulture, $"rev{++_revision:x8}");
        _presentations[kept.Id] = kept;
    }

    private string NewId() => string.Create(CultureInfo.InvariantCulture, $"1emulated{++_named:x6}");

    private StoredFile New(string id, string name, string mimeType)
    {
        var now = time.GetUtcNow();
        return new StoredFile
        {
            Id = id,
            Name = name,
            MimeType = mimeType,
            Created = now,
            Modified = now,
            Permissions = [new StoredPermission("00000000000000000001", "user", "owner", "owner@example.com")],
        };
    }
}
