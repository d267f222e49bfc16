namespace BatchOps.Slides.Google;

/// <summary>Credentials or options that can't work. Nothing was sent. The message names the file or the value and the remedy, and holds no secret.</summary>
public sealed class GoogleSetupException : ArgumentException
{
    internal GoogleSetupException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
