namespace BatchOps.Distributed.Support;

/// <summary>Signing keys of tests.</summary>
internal static class TestKey
{
    /// <summary>What submitters and workers of a test share.</summary>
    public const string Shared = "a key of the tests that is long enough";

    /// <summary>What somebody else has.</summary>
    public const string Foreign = "another key of the tests, long enough";
}
