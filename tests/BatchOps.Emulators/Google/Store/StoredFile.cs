namespace BatchOps.Emulators.Google;

/// <summary>A file of Drive; a presentation is one as well, without content.</summary>
public sealed record StoredFile
{
    public const string PresentationType = "application/vnd.google-apps.presentation";

    public required string Id { get; init; }

    public required string Name { get; init; }

    public required string MimeType { get; init; }

    public IReadOnlyList<string> Parents { get; init; } = [];

    public IReadOnlyDictionary<string, string> AppProperties { get; init; } = new Dictionary<string, string>();

    public ReadOnlyMemory<byte> Content { get; init; }

    /// <summary>Of the content, in hexadecimal.</summary>
    public string Sha256 { get; init; } = "";

    public DateTimeOffset Created { get; init; }

    public DateTimeOffset Modified { get; init; }

    public bool Trashed { get; init; }

    /// <summary>The owner's, and those that were given since.</summary>
    public IReadOnlyList<StoredPermission> Permissions { get; init; } = [];

    /// <summary>The shared drive that it is in; null when it is in none.</summary>
    public string? DriveId { get; init; }

    /// <value><see cref="FileRight.Write"/></value>
    public FileRight Right { get; init; }

    /// <summary>Anyone may read it without signing in.</summary>
    public bool IsPublic => Permissions.Any(static permission => permission.Type == "anyone");

    public bool IsPresentation => MimeType == PresentationType;
}
