namespace BatchOps.Engine;

/// <summary>Options that cannot work, all of them in one message.</summary>
public sealed class BatchOptionsException : ArgumentException
{
    internal BatchOptionsException(IReadOnlyList<string> errors)
        : base(errors.Count == 1 ? errors[0] : string.Join(Environment.NewLine, errors.Select(static e => "- " + e)))
    {
        Errors = errors;
    }

    /// <summary>One sentence for each option that is wrong: the value given, and what is allowed.</summary>
    public IReadOnlyList<string> Errors { get; }
}
