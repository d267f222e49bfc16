using System.Text;
using System.Text.Json.Nodes;

namespace BatchOps.Emulators.Google;

/// <summary>The methods of Slides.</summary>
internal sealed class SlidesApi(GoogleStore store, ImageFetcher images, GoogleCounters counters)
{
    private readonly WriteGate _gate = new();

    public IEnumerable<GoogleMethod> Methods =>
    [
        new("slides.presentations.get", GoogleApi.Slides, "GET", "/v1/presentations/{presentationId}", Answer: "Presentation", IsWrite: false, GetAsync),
        new("slides.presentations.pages.get", GoogleApi.Slides, "GET", "/v1/presentations/{presentationId}/pages/{pageObjectId}", Answer: "Page", IsWrite: false, GetPageAsync),
        new("slides.presentations.batchUpdate", GoogleApi.Slides, "POST", "/v1/presentations/{presentationId}:batchUpdate", Answer: "BatchUpdatePresentationResponse", IsWrite: true, BatchUpdateAsync)
        {
            Body = "BatchUpdatePresentationRequest",
        },
    ];

    private async Task<GoogleAnswer> GetAsync(GoogleCall call)
    {
        await call.SpendAsync();
        return GoogleAnswer.Of(PresentationJson.Write(Open(call, FileRight.Read), call.Root));
    }

    private async Task<GoogleAnswer> GetPageAsync(GoogleCall call)
    {
        await call.SpendAsync();
        var page = Open(call, FileRight.Read).Pages.FirstOrDefault(page => page.Id == call["pageObjectId"])
            ?? throw GoogleError.Invalid($"The page ({call["pageObjectId"]}) could not be found.");
        return GoogleAnswer.Of(PresentationJson.Page(page, call.Root));
    }

    private async Task<GoogleAnswer> BatchUpdateAsync(GoogleCall call)
    {
        Require(call, FileRight.Write);
        var id = call["presentationId"];
        using var turn = await _gate.TryEnterAsync(id, call.Gone);
        if (turn is null)
        {
            counters.WriteOverlapped();
            throw new GoogleError(409, "ABORTED", "aborted", "The operation was aborted: another write to this presentation was at work.");
        }

        using var writing = counters.BeginWrite();
        await call.SpendAsync();
        if (!call.Json.TryGetProperty("requests", out var requests) || requests.GetArrayLength() == 0)
        {
            throw GoogleError.Invalid("Must specify at least one request.");
        }

        var required = call.Json.Object("writeControl")?.Text("requiredRevisionId");
        while (true)
        {
            var draft = Open(call, FileRight.Write);
            if (required is { Length: > 0 } && required != draft.RevisionId)
            {
                counters.WriteStale();
                throw new GoogleError(400, "FAILED_PRECONDITION", "failedPrecondition", $"The required revision ID '{required}' does not match the latest revision.");
            }

            var replies = await new Batch(draft, images, call.Root).ApplyAsync(requests);
            // Another writer may have been faster: with no revision asked for, the batch goes on top of what it wrote.
            if (store.TryCommit(draft))
            {
                counters.WriteApplied(id, GoogleStore.Hash(Encoding.UTF8.GetBytes(requests.GetRawText())));
                return GoogleAnswer.Of(new JsonObject
                {
                    ["presentationId"] = id,
                    ["replies"] = replies,
                    ["writeControl"] = new JsonObject { ["requiredRevisionId"] = draft.RevisionId },
                });
            }
        }
    }

    /// <summary>A copy of the presentation.</summary>
    /// <exception cref="GoogleError">It is not there, or not for this.</exception>
    private StoredPresentation Open(GoogleCall call, FileRight needed)
    {
        Require(call, needed);
        return store.FindPresentation(call["presentationId"]) ?? throw GoogleError.NoSuchPresentation();
    }

    /// <exception cref="GoogleError">It is not there, or not for this.</exception>
    private void Require(GoogleCall call, FileRight needed)
    {
        switch (store.FindFile(call["presentationId"]))
        {
            case null:
                throw GoogleError.NoSuchPresentation();
            case { Right: var right } when right > needed:
                throw GoogleError.NoPermission();
            case { IsPresentation: false }:
                throw GoogleError.Invalid("This operation is not supported for this document");
        }
    }
}
