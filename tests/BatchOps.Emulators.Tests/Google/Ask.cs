using System.Text.Json;

namespace BatchOps.Emulators.Tests.Google;

/// <summary>Writes requests of batches.</summary>
internal static class Ask
{
    public static string ReplaceText(string text, string with, params string[] pages) => Write(new
    {
        replaceAllText = new { containsText = new { text, matchCase = true }, replaceText = with, pageObjectIds = pages },
    });

    public static string ReplaceShapes(string text, Uri url, params string[] pages) => Write(new
    {
        replaceAllShapesWithImage = new { containsText = new { text, matchCase = true }, imageUrl = url.AbsoluteUri, imageReplaceMethod = "CENTER_INSIDE", pageObjectIds = pages },
    });

    public static string InsertText(string objectId, string text, int insertionIndex = 0) => Write(new { insertText = new { objectId, text, insertionIndex } });

    public static string DeleteText(string objectId, int startIndex, int endIndex) =>
        Write(new { deleteText = new { objectId, textRange = new { type = "FIXED_RANGE", startIndex, endIndex } } });

    public static string DeleteAllText(string objectId) => Write(new { deleteText = new { objectId, textRange = new { type = "ALL" } } });

    public static string DeleteObject(string objectId) => Write(new { deleteObject = new { objectId } });

    public static string Duplicate(string objectId, params (string From, string To)[] ids) =>
        Write(new { duplicateObject = new { objectId, objectIds = ids.ToDictionary(static pair => pair.From, static pair => pair.To) } });

    public static string MoveSlides(int insertionIndex, params string[] slideObjectIds) => Write(new { updateSlidesPosition = new { slideObjectIds, insertionIndex } });

    private static string Write<T>(T request) => JsonSerializer.Serialize(request);
}
