namespace BatchOps.Emulators.Google;

/// <summary>Why a request of a batch cannot be applied; the batch puts its name before the message.</summary>
internal sealed class RequestProblem(string message) : Exception(message)
{
    public static RequestProblem NoSuchObject(string id) => new($"The object ({id}) could not be found.");

    public static RequestProblem NoSuchPage(string id) => new($"The page ({id}) could not be found.");
}
