using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace BatchOps.Emulators.Google;

/// <summary>The methods of Drive for files and their permissions; what uploads adds to them is in <see cref="Uploads"/>.</summary>
internal sealed class DriveApi(GoogleStore store, GoogleEmulatorOptions options, GoogleCounters counters)
{
    private const string Files = "/drive/v3/files";
    private const int MostAppProperty = 124;
    private const int MostAppProperties = 30;

    // What an answer has when no fields are asked for.
    private static readonly FieldMask FileFields = FieldMask.Parse("kind,id,name,mimeType");
    private static readonly FieldMask ListFields = FieldMask.Parse("kind,incompleteSearch,nextPageToken,files(kind,id,name,mimeType)");
    private static readonly FieldMask PermissionFields = FieldMask.Parse("kind,id,type,role,allowFileDiscovery");
    private static readonly FieldMask PermissionsFields = FieldMask.Parse("kind,nextPageToken,permissions(kind,id,type,role)");

    public IEnumerable<GoogleMethod> Methods =>
    [
        new("drive.files.list", GoogleApi.Drive, "GET", Files, Answer: "FileList", IsWrite: false, ListAsync) { Standard = ListFields },
        new("drive.files.create", GoogleApi.Drive, "POST", Files, Answer: "File", IsWrite: true, CreateAsync) { Body = "File", Standard = FileFields },
        new("drive.files.get", GoogleApi.Drive, "GET", Files + "/{fileId}", Answer: "File", IsWrite: false, GetAsync) { Standard = FileFields },
        new("drive.files.update", GoogleApi.Drive, "PATCH", Files + "/{fileId}", Answer: "File", IsWrite: true, UpdateAsync) { Body = "File", Standard = FileFields },
        new("drive.files.delete", GoogleApi.Drive, "DELETE", Files + "/{fileId}", Answer: null, IsWrite: true, DeleteAsync),
        new("drive.files.copy", GoogleApi.Drive, "POST", Files + "/{fileId}/copy", Answer: "File", IsWrite: true, CopyAsync) { Body = "File", Standard = FileFields },
        new("drive.permissions.list", GoogleApi.Drive, "GET", Files + "/{fileId}/permissions", Answer: "PermissionList", IsWrite: false, ListPermissionsAsync) { Standard = PermissionsFields },
        new("drive.permissions.create", GoogleApi.Drive, "POST", Files + "/{fileId}/permissions", Answer: "Permission", IsWrite: true, CreatePermissionAsync) { Body = "Permission", Standard = PermissionFields },
        new("drive.permissions.delete", GoogleApi.Drive, "DELETE", Files + "/{fileId}/permissions/{permissionId}", Answer: null, IsWrite: true, DeletePermissionAsync),
    ];

    /// <summary>Stores what a client sends, with its metadata.</summary>
    public GoogleAnswer Create(GoogleCall call, JsonElement metadata, ReadOnlyMemory<byte> content, string? contentType)
    {
        var set = Metadata(call, metadata, []);
        var type = metadata.Text("mimeType") ?? contentType ?? "application/octet-stream";
        if (type == StoredFile.PresentationType)
        {
            throw GoogleError.NotApplied("how to make a presentation of a file");
        }

        var file = store.AddFile("Untitled", type, content, set);
        if (!content.IsEmpty)
        {
            counters.Uploaded(file.Sha256);
        }

        return Answer(file, call);
    }

    /// <summary>Checks the metadata of a file that is to be made, before its content comes.</summary>
    public void Check(GoogleCall call, JsonElement metadata) => Metadata(call, metadata, []);

    private static GoogleAnswer Answer(StoredFile file, GoogleCall call) => GoogleAnswer.Of(FileJson.Write(file, call.Root));

    /// <summary>Does it, unless another client has deleted the file since it was looked at.</summary>
    private static StoredFile Existing(StoredFile file, Func<StoredFile> change)
    {
        try
        {
            return change();
        }
        catch (KeyNotFoundException)
        {
            throw GoogleError.NoSuchFile(file.Id);
        }
    }

    private async Task<GoogleAnswer> ListAsync(GoogleCall call)
    {
        await call.SpendAsync();
        var isMeant = FileQuery.Parse(call.Query("q"));
        var size = int.Parse(call.Query("pageSize") ?? "100", CultureInfo.InvariantCulture);
        if (size is < 1 or > 1000)
        {
            throw GoogleError.Invalid($"Invalid value '{size}'. Values must be within the range: [1, 1000]", "invalidParameter", "pageSize");
        }

        var skip = call.Query("pageToken") is not { } token ? 0
            : int.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out var at) ? at : throw GoogleError.Invalid("Invalid Value", "invalid", "pageToken");
        var all = call.IsSet("includeItemsFromAllDrives");
        if (all && !call.IsSet("supportsAllDrives"))
        {
            throw new GoogleError(403, "PERMISSION_DENIED", "teamDrivesUserAgentRequired", "The includeItemsFromAllDrives parameter requires the supportsAllDrives parameter to be true.");
        }

        var found = store.Files.Where(file => file.Right != FileRight.None && (all || file.DriveId is null) && isMeant(file)).ToArray();
        var list = new JsonObject { ["kind"] = "drive#fileList", ["incompleteSearch"] = false };
        if (skip + size < found.Length)
        {
            list["nextPageToken"] = (skip + size).ToString(CultureInfo.InvariantCulture);
        }

        list["files"] = new JsonArray([.. found.Skip(skip).Take(size).Select(file => FileJson.Write(file, call.Root))]);
        return GoogleAnswer.Of(list);
    }

    private async Task<GoogleAnswer> CreateAsync(GoogleCall call)
    {
        await call.SpendAsync();
        return Create(call, call.Json, default, null);
    }

    private async Task<GoogleAnswer> GetAsync(GoogleCall call)
    {
        await call.SpendAsync();
        var file = Open(call, FileRight.Read);
        if (call.Query("alt") != "media")
        {
            return Answer(file, call);
        }

        return file.IsPresentation
            ? throw new GoogleError(403, "PERMISSION_DENIED", "fileNotDownloadable", "Only files with binary content can be downloaded. Use Export with Docs Editors files.") { Parameter = "alt" }
            : new GoogleAnswer(Content: file.Content, ContentType: file.MimeType);
    }

    private async Task<GoogleAnswer> UpdateAsync(GoogleCall call)
    {
        await call.SpendAsync();
        if (call.Query("addParents") is not null || call.Query("removeParents") is not null)
        {
            throw GoogleError.NotApplied("how to move a file");
        }

        var file = Open(call, FileRight.Write);
        var set = Metadata(call, call.Json, file.Parents, file);
        return Answer(Existing(file, () => store.Change(file.Id, set)), call);
    }

    private async Task<GoogleAnswer> DeleteAsync(GoogleCall call)
    {
        await call.SpendAsync();
        var file = Open(call, FileRight.Write);
        return store.Remove(file.Id) ? new GoogleAnswer(204) : throw GoogleError.NoSuchFile(file.Id);
    }

    private async Task<GoogleAnswer> CopyAsync(GoogleCall call)
    {
        await call.SpendAsync();
        var source = Open(call, FileRight.Read);
        var set = Metadata(call, call.Json, source.Parents);
        var copy = Existing(source, () => store.Copy(source, file => set(file with { Name = $"Copy of {source.Name}" })));
        counters.Copied(copy.AppProperties);
        return Answer(copy, call);
    }

    private async Task<GoogleAnswer> ListPermissionsAsync(GoogleCall call)
    {
        await call.SpendAsync();
        var file = Open(call, FileRight.Read);
        return GoogleAnswer.Of(new JsonObject
        {
            ["kind"] = "drive#permissionList",
            ["permissions"] = new JsonArray([.. file.Permissions.Select(static permission => FileJson.Write(permission))]),
        });
    }

    private async Task<GoogleAnswer> CreatePermissionAsync(GoogleCall call)
    {
        await call.SpendAsync();
        var file = Open(call, FileRight.Write);
        var type = call.Json.Text("type") ?? throw GoogleError.Invalid("The permission type field is required.", "required", "permission.type");
        var role = call.Json.Text("role") ?? throw GoogleError.Invalid("The permission role field is required.", "required", "permission.role");
        if (type is not ("user" or "group" or "domain" or "anyone"))
        {
            throw GoogleError.Invalid("The specified permission type is invalid or not supported.", "invalid", "permission.type");
        }

        if (role is not ("owner" or "organizer" or "fileOrganizer" or "writer" or "commenter" or "reader"))
        {
            throw GoogleError.Invalid("The specified role is invalid or not supported.", "invalid", "permission.role");
        }

        var email = call.Json.Text("emailAddress");
        if (type is "user" or "group" && email is null)
        {
            throw GoogleError.Invalid("The emailAddress field is required for permissions of type user and group.", "required", "permission.emailAddress");
        }

        if (type == "anyone" && options.PublishOutNotPermitted)
        {
            throw GoogleError.NotPublic();
        }

        var id = type == "anyone" ? StoredPermission.Anyone.Id : GoogleStore.Hash(Encoding.UTF8.GetBytes($"{type} {email}"))[..20];
        var permission = new StoredPermission(id, type, role, email);
        Existing(file, () => store.Change(file.Id, stored => stored with { Permissions = [.. stored.Permissions.Where(other => other.Id != id), permission] }));
        if (type == "anyone")
        {
            counters.Published(file.Id);
        }

        return GoogleAnswer.Of(FileJson.Write(permission));
    }

    private async Task<GoogleAnswer> DeletePermissionAsync(GoogleCall call)
    {
        await call.SpendAsync();
        var file = Open(call, FileRight.Write);
        var id = call["permissionId"];
        if (!file.Permissions.Any(permission => permission.Id == id))
        {
            throw new GoogleError(404, "NOT_FOUND", "notFound", $"Permission not found: {id}.") { Parameter = "permissionId" };
        }

        Existing(file, () => store.Change(file.Id, stored => stored with { Permissions = [.. stored.Permissions.Where(permission => permission.Id != id)] }));
        return new GoogleAnswer(204);
    }

    /// <exception cref="GoogleError">It is not there, or not for this.</exception>
    private StoredFile Open(GoogleCall call, FileRight needed)
    {
        var id = call["fileId"];
        var file = store.FindFile(id);
        if (file is null or { Right: FileRight.None } || (file.DriveId is not null && !call.IsSet("supportsAllDrives")))
        {
            throw GoogleError.NoSuchFile(id);
        }

        return file.Right > needed ? throw GoogleError.NotYourFile() : file;
    }

    /// <summary>What the metadata of a request makes of a file.</summary>
    private Func<StoredFile, StoredFile> Metadata(GoogleCall call, JsonElement metadata, IReadOnlyList<string> standardParents, StoredFile? existing = null)
    {
        var parents = existing is null && metadata.Texts("parents") is { Count: > 0 } given ? given : standardParents;
        var drive = parents.FirstOrDefault(options.SharedDriveFolders.Contains);
        if (drive is not null && !call.IsSet("supportsAllDrives"))
        {
            throw GoogleError.NoSuchFile(drive);
        }

        if (existing is null && drive is null && options.NoStorage)
        {
            throw GoogleError.NoStorage();
        }

        var properties = new Dictionary<string, string>(existing?.AppProperties ?? new Dictionary<string, string>(), StringComparer.Ordinal);
        foreach (var property in metadata.Object("appProperties")?.EnumerateObject() ?? default)
        {
            if (property.Value.ValueKind == JsonValueKind.Null)
            {
                properties.Remove(property.Name);
                continue;
            }

            var value = property.Value.GetString()!;
            if (Encoding.UTF8.GetByteCount(property.Name) + Encoding.UTF8.GetByteCount(value) > MostAppProperty)
            {
                throw GoogleError.Invalid($"The app property '{property.Name}' is too long: key and value have at most {MostAppProperty} bytes.", "invalid", "appProperties");
            }

            properties[property.Name] = value;
        }

        if (properties.Count > MostAppProperties)
        {
            throw GoogleError.Invalid($"A file has at most {MostAppProperties} app properties.", "invalid", "appProperties");
        }

        var trashed = metadata.TryGetProperty("trashed", out var trash) && trash.ValueKind != JsonValueKind.Null ? trash.GetBoolean() : (bool?)null;
        return file => file with
        {
            Name = metadata.Text("name") ?? file.Name,
            Parents = parents,
            DriveId = drive,
            AppProperties = properties,
            Trashed = trashed ?? file.Trashed,
        };
    }
}
