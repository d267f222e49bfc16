using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace BatchOps.Emulators.Google;

/// <summary>Writes files and permissions as the service does.</summary>
internal static class FileJson
{
    public static JsonObject Write(StoredFile file, string root)
    {
        var json = new JsonObject
        {
            ["kind"] = "drive#file",
            ["id"] = file.Id,
            ["name"] = file.Name,
            ["mimeType"] = file.MimeType,
            ["trashed"] = file.Trashed,
            ["parents"] = new JsonArray([.. file.Parents.Select(static parent => JsonValue.Create(parent))]),
            ["createdTime"] = Time(file.Created),
            ["modifiedTime"] = Time(file.Modified),
            ["ownedByMe"] = file.DriveId is null,
            ["shared"] = file.Permissions.Count > 1,
            ["permissions"] = new JsonArray([.. file.Permissions.Select(static permission => Write(permission))]),
            ["permissionIds"] = new JsonArray([.. file.Permissions.Select(static permission => JsonValue.Create(permission.Id))]),
            ["capabilities"] = new JsonObject { ["canEdit"] = file.Right == FileRight.Write, ["canCopy"] = true },
        };
        if (file.AppProperties.Count > 0)
        {
            json["appProperties"] = new JsonObject(file.AppProperties.Select(static pair => KeyValuePair.Create<string, JsonNode?>(pair.Key, pair.Value)));
        }

        if (file.DriveId is not null)
        {
            json["driveId"] = file.DriveId;
        }

        if (file.IsPresentation)
        {
            json["webViewLink"] = $"{root}presentation/d/{file.Id}/edit";
        }
        else
        {
            json["size"] = file.Content.Length.ToString(CultureInfo.InvariantCulture);
            // Drive says which bytes it holds so, and a client may compare them.
            json["md5Checksum"] = Convert.ToHexStringLower(MD5.HashData(file.Content.Span));
            json["sha256Checksum"] = file.Sha256;
            json["webContentLink"] = $"{root}uc?id={file.Id}&export=download";
            json["webViewLink"] = $"{root}file/d/{file.Id}/view";
        }

        return json;
    }

    public static JsonObject Write(StoredPermission permission)
    {
        var json = new JsonObject { ["kind"] = "drive#permission", ["id"] = permission.Id, ["type"] = permission.Type, ["role"] = permission.Role };
        if (permission.EmailAddress is not null)
        {
            json["emailAddress"] = permission.EmailAddress;
        }

        if (permission.Type == "anyone")
        {
            json["allowFileDiscovery"] = false;
        }

        return json;
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
