namespace BatchOps.Broker;

/// <summary>Where this machine has RabbitMQ's own scripts, which any user may run; Debian's wrapper insists on the user of the service.</summary>
internal static class RabbitInstallation
{
    /// <summary>Why no broker can be started here; null when one can.</summary>
    public static string? Missing { get; } = FindMissing();

    /// <summary>The folder of <c>rabbitmq-server</c> and <c>rabbitmqctl</c>.</summary>
    public static string Scripts => field ??= FindScripts() ?? throw new InvalidOperationException(Missing);

    /// <summary>Erlang's register of node names.</summary>
    public static string PortMapper => field ??= FindOnPath("epmd") ?? throw new InvalidOperationException(Missing);

    private static string? FindMissing()
    {
        if (OperatingSystem.IsWindows())
        {
            return "The tests start RabbitMQ on Linux and macOS only.";
        }

        return FindScripts() is null || FindOnPath("epmd") is null
            ? "There is no RabbitMQ on this machine; install the package rabbitmq-server (apt) or rabbitmq (brew)."
            : null;
    }

    private static string? FindScripts()
    {
        const string debian = "/usr/lib/rabbitmq/lib";
        var versions = Directory.Exists(debian) ? Directory.GetDirectories(debian, "rabbitmq_server-*") : [];
        string[] folders = [.. versions.Select(static v => Path.Combine(v, "sbin")), "/opt/homebrew/opt/rabbitmq/sbin", "/usr/local/opt/rabbitmq/sbin"];
        return folders.FirstOrDefault(static f => File.Exists(Path.Combine(f, "rabbitmq-env")));
    }

    private static string? FindOnPath(string command) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Append("/opt/homebrew/bin").Append("/usr/local/bin")
            .Select(f => Path.Combine(f, command)).FirstOrDefault(File.Exists);
}
