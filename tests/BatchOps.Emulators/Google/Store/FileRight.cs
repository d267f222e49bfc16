namespace BatchOps.Emulators.Google;

/// <summary>What those who are signed in may do with a file.</summary>
public enum FileRight
{
    Write,
    Read,
    None,
}
