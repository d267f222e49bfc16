namespace BatchOps.Slides.Google.Http;

/// <summary>What a call was about, as its address tells.</summary>
/// <param name="Service">The service, as people call it.</param>
/// <param name="Kind">What was asked for: a presentation or a file.</param>
/// <param name="Id">Its id; null when the call was about none.</param>
internal readonly record struct CallSubject(string Service, string Kind, string? Id)
{
    public static CallSubject Of(Uri? address)
    {
        var parts = address?.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries) ?? [];
        return parts switch
        {
            ["v1", "presentations", var id, ..] => new("Google Slides", "presentation", Uri.UnescapeDataString(id).Split(':')[0]),
            ["v1", ..] => new("Google Slides", "presentation", null),
            ["drive", "v3", "files", var id, ..] => new("Google Drive", "file", Uri.UnescapeDataString(id)),
            _ => new("Google Drive", "file", null),
        };
    }

    public override string ToString() => Id is null ? $"a {Kind}" : $"the {Kind} '{Id}'";
}
