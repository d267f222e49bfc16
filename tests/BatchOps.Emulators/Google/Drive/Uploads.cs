using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace BatchOps.Emulators.Google;

/// <summary>Uploads in one request (<c>media</c>, <c>multipart</c>) and in pieces (<c>resumable</c>).</summary>
internal sealed class Uploads(DriveApi drive)
{
    private const string Path = "/upload/drive/v3/files";
    private const int MostMultipart = 5 * 1024 * 1024;
    private const int Piece = 256 * 1024;

    private readonly Lock _sync = new();
    private readonly Dictionary<string, Session> _sessions = new(StringComparer.Ordinal);
    private int _named;

    public IEnumerable<GoogleMethod> Methods =>
    [
        new("drive.files.create", GoogleApi.Drive, "POST", Path, Answer: "File", IsWrite: true, StartAsync) { Standard = FieldMask.Parse("kind,id,name,mimeType") },
        new("drive.files.create", GoogleApi.Drive, "PUT", Path, Answer: "File", IsWrite: true, ContinueAsync) { Standard = FieldMask.Parse("kind,id,name,mimeType") },
    ];

    private static JsonElement Metadata(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        try
        {
            var metadata = json.IsEmpty ? JsonElement.Parse("{}") : JsonElement.ParseValue(ref reader);
            Discovery.Of(GoogleApi.Drive).CheckBody("File", metadata);
            return metadata;
        }
        catch (JsonException)
        {
            throw GoogleError.Invalid("Parse Error", "parseError");
        }
    }

    private async Task<GoogleAnswer> StartAsync(GoogleCall call)
    {
        switch (call.Query("uploadType"))
        {
            case "media":
                await call.SpendAsync();
                return drive.Create(call, Metadata([]), call.Body, call.Request.ContentType);
            case "multipart":
                await call.SpendAsync();
                return await CreateOfPartsAsync(call);
            case "resumable":
                await call.SpendAsync();
                return Open(call);
            default:
                throw GoogleError.Invalid("Invalid Upload Request", "invalid", "uploadType");
        }
    }

    private async Task<GoogleAnswer> CreateOfPartsAsync(GoogleCall call)
    {
        if (call.Body.Length > MostMultipart)
        {
            throw new GoogleError(413, "INVALID_ARGUMENT", "uploadTooLarge", "The request is too large for a multipart upload: use a resumable one.");
        }

        if (!MediaTypeHeaderValue.TryParse(call.Request.ContentType, out var type) || type.MediaType != "multipart/related" || type.Boundary.Length == 0)
        {
            throw GoogleError.Invalid("Bad multipart: the content type must be multipart/related, with a boundary.");
        }

        using var body = new MemoryStream(call.Body.ToArray());
        var reader = new MultipartReader(HeaderUtilities.RemoveQuotes(type.Boundary).ToString(), body);
        var metadata = await PartAsync(reader);
        var media = await PartAsync(reader);
        if (!metadata.Type.StartsWith("application/json", StringComparison.OrdinalIgnoreCase))
        {
            throw GoogleError.Invalid("Bad multipart: the first part must be JSON.");
        }

        return drive.Create(call, Metadata(metadata.Content), media.Content, media.Type);
    }

    private static async Task<(string Type, byte[] Content)> PartAsync(MultipartReader reader)
    {
        try
        {
            var part = await reader.ReadNextSectionAsync() ?? throw GoogleError.Invalid("Bad multipart: there must be two parts, metadata and media.");
            using var content = new MemoryStream();
            await part.Body.CopyToAsync(content);
            return (part.ContentType ?? "", content.ToArray());
        }
        catch (IOException)
        {
            throw GoogleError.Invalid("Bad multipart: it ends too early.");
        }
    }

    private GoogleAnswer Open(GoogleCall call)
    {
        var metadata = Metadata(call.Body.Span);
        drive.Check(call, metadata);
        string id;
        lock (_sync)
        {
            id = string.Create(CultureInfo.InvariantCulture, $"upload-{++_named}");
            _sessions[id] = new Session(metadata, call.Request.Headers["X-Upload-Content-Type"]);
        }

        return new GoogleAnswer { Headers = [("Location", $"{call.Root[..^1]}{Path}{call.Request.QueryString}&upload_id={id}"), ("X-GUploader-UploadID", id)] };
    }

    private async Task<GoogleAnswer> ContinueAsync(GoogleCall call)
    {
        await call.SpendAsync();
        lock (_sync)
        {
            var id = call.Query("upload_id") ?? "";
            if (!_sessions.TryGetValue(id, out var session))
            {
                throw new GoogleError(404, "NOT_FOUND", "notFound", "There is no upload session of this id: start anew.");
            }

            if (session.Answer is { } done)
            {
                return done;
            }

            if (!Take(call, session))
            {
                return new GoogleAnswer(308) { Headers = session.Content.Length == 0 ? [] : [("Range", $"bytes=0-{session.Content.Length - 1}")] };
            }

            return session.Answer = drive.Create(call, session.Metadata, session.Content.ToArray(), session.ContentType);
        }
    }

    /// <summary>Takes a piece, and says whether it was the last.</summary>
    private static bool Take(GoogleCall call, Session session)
    {
        if (call.Request.Headers.ContentRange is not [{ } header])
        {
            session.Content.SetLength(0);
            session.Content.Write(call.Body.Span);
            return true;
        }

        if (!ContentRangeHeaderValue.TryParse(header, out var range))
        {
            throw GoogleError.Invalid("Failed to parse Content-Range header.");
        }

        if (range.From is not { } from)
        {
            // Only asks how far it is.
            return range.Length == session.Content.Length;
        }

        if (from > session.Content.Length || range.To - from + 1 != call.Body.Length)
        {
            throw GoogleError.Invalid("Invalid request. The bytes do not follow those that were received, or are not as many as the Content-Range says.");
        }

        var isLast = range.Length == from + call.Body.Length;
        if (!isLast && call.Body.Length % Piece != 0)
        {
            throw GoogleError.Invalid($"Invalid request. The number of bytes uploaded is required to be equal or greater than {Piece}, except for the final request.");
        }

        session.Content.Position = from;
        session.Content.Write(call.Body.Span);
        return isLast;
    }

    private sealed class Session(JsonElement metadata, string? contentType)
    {
        public JsonElement Metadata => metadata;

        public string? ContentType => contentType;

        public MemoryStream Content { get; } = new();

        /// <summary>What the last piece was answered with; it is answered so again.</summary>
        public GoogleAnswer? Answer { get; set; }
    }
}
