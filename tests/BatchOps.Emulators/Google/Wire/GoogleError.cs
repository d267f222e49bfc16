using System.Text.Json.Nodes;

namespace BatchOps.Emulators.Google;

/// <summary>A refusal, with what either service says of it.</summary>
/// <param name="code">The HTTP status.</param>
/// <param name="status">The name of the error in google.rpc.</param>
/// <param name="reason">The reason in the list of errors, which Drive writes.</param>
/// <param name="message">For whoever reads it.</param>
internal sealed class GoogleError(int code, string status, string reason, string message) : Exception(message)
{
    public int Code => code;

    public string Reason => reason;

    public string Domain { get; init; } = "global";

    /// <summary>The parameter that is at fault, which Drive names.</summary>
    public string? Parameter { get; init; }

    public IReadOnlyList<JsonObject> Details { get; init; } = [];

    public string? RetryAfter { get; init; }

    public JsonObject Body(GoogleApi api)
    {
        var error = new JsonObject { ["code"] = code, ["message"] = Message };
        if (api == GoogleApi.Drive || Domain == "usageLimits")
        {
            var item = new JsonObject { ["message"] = Message, ["domain"] = Domain, ["reason"] = reason };
            if (Parameter is not null)
            {
                item["location"] = Parameter;
                item["locationType"] = "parameter";
            }

            error["errors"] = new JsonArray(item);
        }

        if (api == GoogleApi.Slides || Details.Count > 0)
        {
            error["status"] = status;
        }

        if (Details.Count > 0)
        {
            error["details"] = new JsonArray([.. Details.Select(static detail => detail.DeepClone())]);
        }

        return new JsonObject { ["error"] = error };
    }

    public static GoogleError Invalid(string message, string reason = "badRequest", string? parameter = null, params IReadOnlyList<JsonObject> details) =>
        new(400, "INVALID_ARGUMENT", reason, message) { Parameter = parameter, Details = details };

    /// <summary>Fields or values that the schema does not know, each with what is wrong about it.</summary>
    public static GoogleError Violations(IReadOnlyList<(string Field, string Description)> violations, string? message = null) => Invalid(
        message ?? string.Join('\n', violations.Select(static violation => violation.Description)),
        "badRequest",
        null,
        new JsonObject
        {
            ["@type"] = "type.googleapis.com/google.rpc.BadRequest",
            ["fieldViolations"] = new JsonArray([.. violations.Select(static violation => new JsonObject { ["field"] = violation.Field, ["description"] = violation.Description })]),
        });

    public static GoogleError NoSuchFile(string id) => new(404, "NOT_FOUND", "notFound", $"File not found: {id}.") { Parameter = "fileId" };

    public static GoogleError NoSuchPresentation() => new(404, "NOT_FOUND", "notFound", "Requested entity was not found.");

    public static GoogleError NoPermission() => new(403, "PERMISSION_DENIED", "forbidden", "The caller does not have permission");

    public static GoogleError NotYourFile() =>
        new(403, "PERMISSION_DENIED", "insufficientFilePermissions", "The user does not have sufficient permissions for this file.");

    public static GoogleError NotPublic() =>
        new(403, "PERMISSION_DENIED", "publishOutNotPermitted", "You do not have permission to publish this file outside of your organization.");

    public static GoogleError NoStorage() => new(
        403,
        "PERMISSION_DENIED",
        "storageQuotaExceeded",
        "Service Accounts do not have storage quota. Leverage shared drives, or use OAuth delegation instead.") { Domain = "usageLimits" };

    public static GoogleError NotApplied(string what) => new(501, "UNIMPLEMENTED", "notImplemented", $"The emulator does not know {what}.");

    public static GoogleError NotSignedIn(bool given) => new(
        401,
        "UNAUTHENTICATED",
        "authError",
        given
            ? "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential."
            : "Request is missing required authentication credential. Expected OAuth 2 access token, login cookie or other valid authentication credential.")
    {
        Parameter = "Authorization",
        Details =
        [
            new JsonObject
            {
                ["@type"] = "type.googleapis.com/google.rpc.ErrorInfo",
                ["reason"] = given ? "ACCESS_TOKEN_EXPIRED" : "CREDENTIALS_MISSING",
                ["domain"] = "googleapis.com",
            },
        ],
    };

    public static GoogleError Down(int code) => code == 503
        ? new(503, "UNAVAILABLE", "backendError", "The service is currently unavailable.")
        : new(code, "INTERNAL", "internalError", "Internal error encountered.");
}
