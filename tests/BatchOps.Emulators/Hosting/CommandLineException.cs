namespace BatchOps.Emulators.Hosting;

/// <summary>An argument that cannot be used; the message is for whoever typed it.</summary>
internal sealed class CommandLineException(string message) : Exception(message);
