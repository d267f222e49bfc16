using Google.Apis.Drive.v3.Data;
using File = Google.Apis.Drive.v3.Data.File;

namespace BatchOps.Slides.Google;

/// <summary>Decks as files of Drive.</summary>
/// <param name="calls">The way to Google.</param>
internal sealed class DriveFiles(GoogleCalls calls)
{
    public const string PresentationType = "application/vnd.google-apps.presentation";

    private const string ItemProperty = "batchops-item";

    // Drive holds 124 bytes for name and value together.
    private const int LongestStamp = 100;

    /// <summary>Copies a template, once per stamp however often it is asked.</summary>
    /// <param name="templateId">The template.</param>
    /// <param name="name">The copy's name.</param>
    /// <param name="folderId">Where it goes; null for beside the template.</param>
    /// <param name="stamp">What the copy is for: the same stamp, the same copy. At most 100 ASCII characters.</param>
    /// <param name="lookFirst">Whether a copy may be there already: after an attempt that failed, or in a resumed run.</param>
    /// <param name="deck">On whose behalf.</param>
    /// <returns>The copy's id.</returns>
    public async Task<string> CopyAsync(string templateId, string name, string? folderId, string stamp, bool lookFirst, DeckCalls deck)
    {
        ArgumentException.ThrowIfNullOrEmpty(stamp);
        if (stamp.Length > LongestStamp)
        {
            throw new ArgumentException($"The stamp has {stamp.Length} characters; Drive keeps {LongestStamp}.", nameof(stamp));
        }

        if (lookFirst && await FindAsync(stamp, deck).ConfigureAwait(false) is { } found)
        {
            return found;
        }

        var body = new File
        {
            Name = name,
            Parents = folderId is null ? null : [folderId],
            AppProperties = new Dictionary<string, string>(StringComparer.Ordinal) { [ItemProperty] = stamp },
        };
        var request = calls.Drive.Files.Copy(body, templateId);
        request.SupportsAllDrives = true;
        request.Fields = "id";
        return (await calls.ExecuteAsync(request, GoogleLimit.Drive, deck).ConfigureAwait(false)).Id!;
    }

    public TimeProvider Time => calls.Time;

    /// <summary>Deletes a file; one that is gone already is no error.</summary>
    /// <param name="fileId">The file.</param>
    /// <param name="deck">On whose behalf.</param>
    public async Task DeleteAsync(string fileId, DeckCalls deck)
    {
        var request = calls.Drive.Files.Delete(fileId);
        request.SupportsAllDrives = true;
        try
        {
            await calls.ExecuteAsync(request, GoogleLimit.Drive, deck).ConfigureAwait(false);
        }
        catch (GoogleCallException gone) when (gone.StatusCode == System.Net.HttpStatusCode.NotFound)
        {
            // An earlier try did it, or someone else.
        }
    }

    /// <summary>What is known of a file: id, name, kind, parents, shared drive, and whether it is in the bin.</summary>
    /// <param name="fileId">The file.</param>
    /// <param name="deck">On whose behalf.</param>
    public Task<File> GetAsync(string fileId, DeckCalls deck)
    {
        var request = calls.Drive.Files.Get(fileId);
        request.SupportsAllDrives = true;
        request.Fields = "id,name,mimeType,parents,driveId,trashed";
        return calls.ExecuteAsync(request, GoogleLimit.Drive, deck);
    }

    /// <summary>Makes sure that a file is a presentation that Slides can open.</summary>
    /// <param name="fileId">The file.</param>
    /// <param name="deck">On whose behalf.</param>
    /// <returns>What is known of it.</returns>
    /// <exception cref="DeckException">It is of another kind, or in the bin.</exception>
    public async Task<File> GetPresentationAsync(string fileId, DeckCalls deck)
    {
        var file = await GetAsync(fileId, deck).ConfigureAwait(false);
        if (file.Trashed == true)
        {
            throw new DeckException(DeckFault.TemplateNotFound, $"The presentation '{file.Name}' ({fileId}) is in the bin of Google Drive; restore it or give another id.");
        }

        return file.MimeType == PresentationType
            ? file
            : throw new DeckException(
                DeckFault.NotAPresentation,
                $"The file '{file.Name}' ({fileId}) is no Google Slides presentation but '{file.MimeType}'; open a .pptx in Slides and save it as Google Slides, or fill the .pptx file itself.");
    }

    /// <summary>Looks for files by what this app has noted on them; the oldest comes first.</summary>
    /// <param name="fields">What of each file is wanted.</param>
    /// <param name="deck">On whose behalf.</param>
    /// <param name="properties">What must be noted on them.</param>
    public async Task<IReadOnlyList<File>> ListAsync(string fields, DeckCalls deck, params (string Name, string Value)[] properties)
    {
        var found = new List<File>();
        string? page = null;
        do
        {
            var request = calls.Drive.Files.List();
            request.Q = string.Join(" and ", properties.Select(static property => $"appProperties has {{ key='{Quoted(property.Name)}' and value='{Quoted(property.Value)}' }}").Append("trashed = false"));
            request.Fields = $"nextPageToken,files({fields})";
            request.OrderBy = "createdTime";
            request.PageSize = 1000;
            request.PageToken = page;
            request.SupportsAllDrives = true;
            request.IncludeItemsFromAllDrives = true;
            FileList list = await calls.ExecuteAsync(request, GoogleLimit.Drive, deck).ConfigureAwait(false);
            found.AddRange(list.Files ?? []);
            page = list.NextPageToken;
        }
        while (!string.IsNullOrEmpty(page));
        return found;
    }

    private static string Quoted(string value) => value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal);

    /// <summary>Looks for the copy that a stamp was asked for.</summary>
    /// <param name="stamp">The stamp.</param>
    /// <param name="deck">On whose behalf.</param>
    /// <returns>Its id; null when there is none.</returns>
    public async Task<string?> FindAsync(string stamp, DeckCalls deck) => (await ListAsync("id", deck, (ItemProperty, stamp)).ConfigureAwait(false)).FirstOrDefault()?.Id;
}
