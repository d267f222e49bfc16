namespace BatchOps.Emulators.Chat;

/// <summary>The rule of thumb for tokens, so that everyone can count them again: four characters are one.</summary>
internal static class Tokens
{
    private const int Characters = 4;
    private const int PerImage = 85;

    public static int Of(string text) => (text.Length + Characters - 1) / Characters;

    public static int Of(ChatRequest request) => request.Messages.Sum(static message => Of(message.Text) + (message.Images.Count * PerImage));

    public static string First(string text, int tokens) => text[..(int)Math.Min(text.Length, (long)tokens * Characters)];
}
