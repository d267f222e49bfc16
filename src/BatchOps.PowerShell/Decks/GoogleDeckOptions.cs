using BatchOps.Engine;
using BatchOps.Slides.Google;

namespace BatchOps.PowerShell.Decks;

/// <summary>Which presentations, and how Google is reached.</summary>
internal sealed class GoogleDeckOptions
{
    /// <summary>The template's id, or a pattern of it; null for presentations that are filled in place.</summary>
    public string? TemplateId { get; init; }

    /// <summary>The presentation's id, or a pattern of it; null for copies.</summary>
    public string? PresentationId { get; init; }

    /// <summary>Pattern of the copies' names.</summary>
    public string Title { get; init; } = string.Empty;

    /// <summary>Where copies go; null for beside the template.</summary>
    public string? FolderId { get; init; }

    public required GoogleCredentials Credentials { get; init; }

    public required GoogleConnectionOptions Connection { get; init; }

    public required GoogleTargetOptions Target { get; init; }

    public required ImageUploadOptions Uploads { get; init; }

    public required IReadOnlyDictionary<string, RateLimit> CallRates { get; init; }
}
