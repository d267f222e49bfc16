namespace BatchOps.Emulators.Hosting;

/// <summary>A server that behaves as a service does; disposing ends it.</summary>
public interface IEmulator : IAsyncDisposable
{
    /// <summary>Its root, <c>http://127.0.0.1:PORT/</c>.</summary>
    Uri BaseAddress { get; }
}
