namespace BatchOps.Slides.Google;

/// <summary>What one run knows of one image's upload. Guarded by the lock of <see cref="ImageUploads"/>, but for what its one uploader changes.</summary>
/// <param name="hash">Of the content.</param>
/// <param name="stamp">What the file is found by; another one when the same content is uploaded again after its deletion.</param>
internal sealed class UploadedImage(string hash, string stamp)
{
    public string Hash { get; } = hash;

    public string Stamp { get; } = stamp;

    /// <summary>The decks that use it.</summary>
    public HashSet<object> Users { get; } = new(ReferenceEqualityComparer.Instance);

    /// <summary>Whether it stays until the run's end.</summary>
    public bool Stays { get; set; }

    /// <summary>The upload at work; null while there is none.</summary>
    public TaskCompletionSource<string>? Work { get; set; }

    /// <summary>Where everyone can fetch it; null until it is public.</summary>
    public string? Url { get; set; }

    /// <summary>The file; null until it is known.</summary>
    public string? FileId { get; set; }

    /// <summary>Where the file will be once it is public.</summary>
    public string? Link { get; set; }

    /// <summary>Whether a file may be there whose id never came back.</summary>
    public bool MayBeThere { get; set; }
}
