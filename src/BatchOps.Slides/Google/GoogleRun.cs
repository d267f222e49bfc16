namespace BatchOps.Slides.Google;

/// <summary>A run over Google presentations: its target, and its temporary uploads from the first to their deletion.</summary>
public sealed class GoogleRun : IAsyncDisposable
{
    private readonly ImageUploads _uploads;

    /// <summary>Begins; nothing is sent yet.</summary>
    /// <param name="connection">The services; stays the caller's.</param>
    /// <param name="id">The run, which uploads are stamped with.</param>
    /// <param name="options">How presentations are written.</param>
    /// <param name="uploads">How images are uploaded.</param>
    /// <param name="time">The clock; the system's by default.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public GoogleRun(GoogleConnection connection, Guid id, GoogleTargetOptions? options = null, ImageUploadOptions? uploads = null, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(connection);
        var calls = new GoogleCalls(connection, time);
        _uploads = new ImageUploads(calls, id, uploads);
        Target = new GoogleTarget(calls, new DriveFiles(calls), _uploads, options);
    }

    /// <summary>Fills presentations.</summary>
    public GoogleTarget Target { get; }

    /// <summary>Ids of uploads that could not be deleted, and so are public still.</summary>
    public IReadOnlyList<string> NotDeleted => _uploads.NotDeleted;

    /// <summary>Deletes what runs that were killed have left public.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How many uploads were deleted.</returns>
    /// <exception cref="HttpRequestException">Google refused it, or the connection broke.</exception>
    /// <exception cref="TimeoutException">No answer came in time.</exception>
    public Task<int> SweepAsync(CancellationToken cancellationToken = default) => _uploads.SweepAsync(DeckCalls.Unattended(cancellationToken));

    /// <summary>Deletes the run's uploads, within <see cref="ImageUploadOptions.CleanupTimeout"/>.</summary>
    public ValueTask DisposeAsync() => _uploads.DisposeAsync();
}
