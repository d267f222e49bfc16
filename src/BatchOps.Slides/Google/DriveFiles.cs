using File = Google.Apis.Drive.v3.Data.File;

namespace BatchOps.Slides.Google;

/// <summary>Decks as files of Drive.</summary>
internal sealed class DriveFiles(GoogleCalls calls)
{
    public const string PresentationType = "application/vnd.google-apps.presentation";

    private const string ItemProperty = "batchops-item";

    /// <summary>Copies a template, once per stamp however often it is asked.</summary>
    /// <param name="templateId">The template.</param>
    /// <param name="name">The copy's name.</param>
    /// <param name="folderId">Where it goes; null for beside the template.</param>
    /// <param name="stamp">What the copy is for: the same stamp, the same copy.</param>
    /// <param name="lookFirst">Whether a copy may be there already: after a failure, or in a resumed run.</param>
    /// <param name="deck">On whose behalf.</param>
    /// <returns>The copy's id.</returns>
    public Task<string> CopyAsync(string templateId, string name, string? folderId, string stamp, bool lookFirst, DeckCalls deck) => throw new NotImplementedException(calls.ToString());

    /// <summary>Deletes a file; one that is gone already is no error.</summary>
    public Task DeleteAsync(string fileId, DeckCalls deck) => throw new NotImplementedException();

    /// <summary>What is known of a file: id, name, kind, parents, whether it is in the bin.</summary>
    public Task<File> GetAsync(string fileId, DeckCalls deck) => throw new NotImplementedException();
}
