namespace BatchOps.Emulators.Chat;

/// <summary>Whose service it is, as far as they differ.</summary>
public enum ChatDialect
{
    /// <summary>OpenAI: strict schemas are closed and require everything; an error is an object.</summary>
    OpenAI,

    /// <summary>Gemini behind its OpenAI-compatible address: a small part of JSON schema; an error is an array of one, and a 429 says in it when to come back.</summary>
    Gemini,
}
