namespace BatchOps.Emulators.Google;

/// <summary>The two services, which write their errors differently.</summary>
internal enum GoogleApi
{
    Slides,
    Drive,
}
