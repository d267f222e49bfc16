namespace BatchOps.Emulators.Chat;

/// <summary>One message of a conversation.</summary>
/// <param name="Role"><c>system</c>, <c>user</c>, <c>assistant</c> and so on.</param>
/// <param name="Text">Its text; the texts of its parts, one a line, when it came in parts.</param>
/// <param name="Images">The images that it came with.</param>
public sealed record ChatMessage(string Role, string Text, IReadOnlyList<ChatImage> Images);
