namespace BatchOps.Slides.Pptx;

/// <summary>Says what a token is replaced by; false leaves it as it is.</summary>
/// <param name="literal">The token as it stands in the text.</param>
/// <param name="body">What stands between its delimiters.</param>
/// <param name="value">Its value.</param>
internal delegate bool TokenValue(string literal, string body, out string value);
