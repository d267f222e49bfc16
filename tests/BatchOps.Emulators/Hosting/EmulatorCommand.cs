namespace BatchOps.Emulators.Hosting;

/// <summary>What the console program needs to know of an emulator.</summary>
internal abstract class EmulatorCommand
{
    /// <summary>The word that chooses it on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>One sentence for the help.</summary>
    public abstract string Summary { get; }

    public abstract CommandLine Options { get; }

    /// <exception cref="ArgumentException">Options that contradict each other.</exception>
    /// <exception cref="IOException">The port is taken.</exception>
    public abstract Task<IEmulator> StartAsync(CancellationToken cancellationToken);
}
