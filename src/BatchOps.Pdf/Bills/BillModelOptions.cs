namespace BatchOps.Pdf.Bills;

/// <summary>Which model reads bills, and how it is reached.</summary>
public sealed record BillModelOptions
{
    /// <summary>The base address of an OpenAI-compatible service, such as <c>https://api.openai.com/v1</c> or <c>https://generativelanguage.googleapis.com/v1beta/openai/</c>.</summary>
    /// <value>An https address; http only to this machine, or without a key.</value>
    public required Uri Endpoint { get; init; }

    /// <summary>The model's name at the service.</summary>
    public required string Model { get; init; }

    /// <summary>How closely the model looks at images.</summary>
    /// <value>Default <see cref="BillImageDetail.High"/>: bills have small print.</value>
    public BillImageDetail Detail { get; init; } = BillImageDetail.High;

    /// <summary>How the schema is written.</summary>
    /// <value>Default null: Gemini's at Google's address, OpenAI's elsewhere.</value>
    public BillSchemaDialect? Dialect { get; init; }

    /// <summary>Most tokens of an answer. A page of 100 rows takes about 6,000; what models think before they write counts too.</summary>
    /// <value>256 to 1,000,000; default 16,384.</value>
    public int MaxOutputTokens { get; init; } = 16_384;

    /// <summary>How long a call may take, from sending to the end of its answer.</summary>
    /// <value>More than 0, at most a day; default 180 seconds.</value>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(180);

    internal BillSchemaDialect EffectiveDialect => Dialect
        ?? (Endpoint.Host.EndsWith("googleapis.com", StringComparison.OrdinalIgnoreCase) ? BillSchemaDialect.Gemini : BillSchemaDialect.OpenAI);

    internal void Validate(bool hasKey)
    {
        if (!Endpoint.IsAbsoluteUri || (Endpoint.Scheme != Uri.UriSchemeHttps && Endpoint.Scheme != Uri.UriSchemeHttp) || Endpoint.UserInfo.Length > 0 || Endpoint.Query.Length > 0)
        {
            throw new BillSetupException("The endpoint is no plain https address. Give the service's base address, such as 'https://api.openai.com/v1'; the key goes into ApiKey.");
        }

        if (Endpoint.Scheme == Uri.UriSchemeHttp && !Endpoint.IsLoopback && hasKey)
        {
            throw new BillSetupException($"The key would be sent in the clear to '{Endpoint}'. Use https, or give no key (ApiKey, or the environment variable BATCHOPS_API_KEY).");
        }

        if (Endpoint.Scheme == Uri.UriSchemeHttps && !hasKey)
        {
            throw new BillSetupException($"There is no key for '{Endpoint}'. Give ApiKey, or set the environment variable BATCHOPS_API_KEY.");
        }

        if (string.IsNullOrWhiteSpace(Model))
        {
            throw new BillSetupException("There is no model. Give the name of one that reads images, as the service lists it.");
        }

        if (MaxOutputTokens is < 256 or > 1_000_000)
        {
            throw new BillSetupException($"The most tokens of an answer are {MaxOutputTokens}; they must lie between 256 and 1,000,000.");
        }

        if (Timeout <= TimeSpan.Zero || Timeout > TimeSpan.FromDays(1))
        {
            throw new BillSetupException($"The timeout of a call is {Timeout.TotalSeconds} s; it must be more than 0 and at most a day.");
        }
    }
}
