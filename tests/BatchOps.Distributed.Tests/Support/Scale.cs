namespace BatchOps.Distributed.Support;

/// <summary>How much the tests of faults do: a little, or with the environment variable <c>BATCHOPS_TESTS=full</c> all that is promised.</summary>
internal static class Scale
{
    private static readonly bool Full = Environment.GetEnvironmentVariable("BATCHOPS_TESTS") == "full";

    public static int Of(int full, int quick) => Full ? full : quick;
}
