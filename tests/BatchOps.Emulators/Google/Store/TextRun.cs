namespace BatchOps.Emulators.Google;

/// <summary>A run of text of one style, as it is put into a shape.</summary>
/// <param name="Text">Its characters; a line feed begins a new paragraph.</param>
/// <param name="Bold">Its style.</param>
/// <param name="Italic">Its style.</param>
/// <param name="AutoText">The kind of text that the service makes by itself, such as <c>SLIDE_NUMBER</c>: one index, whatever it shows.</param>
public sealed record TextRun(string Text, bool Bold = false, bool Italic = false, string? AutoText = null)
{
    public static implicit operator TextRun(string text) => new(text);
}
