using BatchOps.Engine;

namespace BatchOps.Distributed;

/// <summary>A broker and how to reach it.</summary>
public sealed record BrokerOptions
{
    /// <summary>
    /// <c>amqps://host[:port][/virtual host]</c>, or <c>amqp</c> for a broker on this machine. Without a path it is the virtual
    /// host <c>/</c>. Never holds credentials.
    /// </summary>
    public required Uri Address { get; init; }

    /// <summary>The broker's user.</summary>
    public required string UserName { get; init; }

    /// <summary>The user's password.</summary>
    public required string Password { get; init; }

    /// <summary>After two of these without a sign of life a connection is held for broken. 1 second to 10 minutes, whole seconds.</summary>
    /// <value>The default is 10 seconds.</value>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long to wait for a connection, and for the broker's answer to a request. 100 milliseconds to 10 minutes.</summary>
    /// <value>The default is 10 seconds.</value>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>What the connection is called in the broker's own lists.</summary>
    /// <value>The default is <c>BatchOps</c>, the machine and the process.</value>
    public string ClientName { get; init; } = $"BatchOps {Environment.MachineName} {Environment.ProcessId}";

    /// <summary>The virtual host that the address names.</summary>
    public string VirtualHost => Address.AbsolutePath is "" or "/" ? "/" : Uri.UnescapeDataString(Address.AbsolutePath[1..]);

    internal bool UsesTls => string.Equals(Address.Scheme, "amqps", StringComparison.Ordinal);

    internal int Port => Address.Port > 0 ? Address.Port : UsesTls ? 5671 : 5672;

    /// <summary>The user and the address; never the password.</summary>
    public override string ToString() => $"{UserName}@{Address}";

    /// <summary>Checks every option.</summary>
    /// <exception cref="BatchOptionsException">At least one option cannot work; the message names them all.</exception>
    internal void Validate()
    {
        var errors = new List<string>();
        if (!Address.IsAbsoluteUri || Address.Scheme is not ("amqp" or "amqps") || Address.Host.Length == 0)
        {
            // Not repeated here: what can't be read may hold a password.
            errors.Add("The broker's address is not like amqps://host:port/virtual-host.");
        }
        else
        {
            CheckAddress(errors);
        }

        if (UserName.Length == 0)
        {
            errors.Add("The broker's user has no name: give a credential.");
        }

        if (Heartbeat < TimeSpan.FromSeconds(1) || Heartbeat > TimeSpan.FromMinutes(10) || Heartbeat.Ticks % TimeSpan.TicksPerSecond != 0)
        {
            errors.Add($"Heartbeat is {Heartbeat}; it must be whole seconds, from 1 second to 10 minutes.");
        }

        if (ConnectTimeout < TimeSpan.FromMilliseconds(100) || ConnectTimeout > TimeSpan.FromMinutes(10))
        {
            errors.Add($"ConnectTimeout is {ConnectTimeout}; it must be from 100 milliseconds to 10 minutes.");
        }

        if (errors.Count > 0)
        {
            throw new BatchOptionsException(errors);
        }
    }

    private void CheckAddress(List<string> errors)
    {
        var shown = Address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
        if (Address.UserInfo.Length > 0)
        {
            errors.Add($"The broker's address {shown} holds a user or a password, which logs and lists of processes would show: give them as a credential instead.");
        }

        if (!UsesTls && !Address.IsLoopback)
        {
            errors.Add($"The broker's address {shown} is of another machine without TLS, so that everybody between could read and change work: use amqps.");
        }

        if (Address.AbsolutePath.Length > 1 && Address.AbsolutePath.IndexOf('/', 1) > 0)
        {
            errors.Add($"The broker's address {shown} names a virtual host with a slash: write it as %2F.");
        }

        if (Address.Query.Length + Address.Fragment.Length > 0)
        {
            errors.Add($"The broker's address {shown} has a query or a fragment: leave them out.");
        }
    }
}
