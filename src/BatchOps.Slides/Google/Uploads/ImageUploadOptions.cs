namespace BatchOps.Slides.Google;

/// <summary>How images are uploaded.</summary>
public sealed record ImageUploadOptions
{
    /// <summary>What relative paths of images begin at.</summary>
    /// <value>Default null: the current folder.</value>
    public string? Folder { get; init; }

    /// <summary>The folder of Drive that uploads go to; a service account needs one of a shared drive.</summary>
    /// <value>Default null: the account's own.</value>
    public string? DriveFolderId { get; init; }

    /// <summary>Whether uploads stay, and stay public, after the run.</summary>
    /// <value>Default false.</value>
    public bool KeepUploads { get; init; }

    /// <summary>How long deleting may take when the run has ended or was canceled.</summary>
    /// <value>More than 0; default 30 seconds.</value>
    public TimeSpan CleanupTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The age from which uploads of runs on other machines are taken for left behind.</summary>
    /// <value>Longer than the longest run; default 24 hours.</value>
    public TimeSpan StaleAfter { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Where runs on this machine tell each other that they are alive.</summary>
    public string MarkerFolder { get; init; } = RunMarker.DefaultFolder;
}
