using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace BatchOps.Broker;

/// <summary>
/// A RabbitMQ broker of one's own: a child process on free ports of the loopback, its data in a private folder. It can be
/// killed and started again on the same data. A guard in the shell ends it when this process ends, however that happens.
/// </summary>
public sealed class LocalBroker : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);

    // Its standard input is this process's word: "halt" leaves the data, the end of input removes them.
    private const string Guard = """
        trap '' INT HUP
        "$PORT_MAPPER" -address 127.0.0.1 -port "$ERL_EPMD_PORT" >/dev/null 2>&1 </dev/null & mapper=$!
        ( "$SCRIPTS/rabbitmq-server" >"$HOME/output" 2>&1 </dev/null & echo $! >"$HOME/pid"; echo "pid $!"; wait; echo ended ) 2>/dev/null &
        word=; read -r word
        kill -9 "$(cat "$HOME/pid")" "$mapper" 2>/dev/null
        wait
        [ "$word" = halt ] || rm -rf "$HOME"
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("batchops-broker-").FullName;
    private readonly string _node;
    private readonly int _port;
    private readonly int _tlsPort;
    private readonly Dictionary<string, string> _environment;
    private Process? _guard;

    private LocalBroker()
    {
        var ports = FreePorts(4);
        _port = ports[0];
        _tlsPort = ports[3];
        // Also unlike the name of a broker that this process started before.
        _node = string.Create(CultureInfo.InvariantCulture, $"bo{Environment.ProcessId}p{_port}@localhost");
        _environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["HOME"] = _folder,
            ["LC_ALL"] = "C.UTF-8",
            ["SCRIPTS"] = RabbitInstallation.Scripts,
            ["PORT_MAPPER"] = RabbitInstallation.PortMapper,
            ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
            ["ERL_EPMD_PORT"] = Text(ports[2]),
            ["ERL_INETRC"] = Path.Combine(_folder, "inetrc"),
            ["RABBITMQ_NODENAME"] = _node,
            ["RABBITMQ_NODE_IP_ADDRESS"] = "127.0.0.1",
            ["RABBITMQ_NODE_PORT"] = Text(_port),
            ["RABBITMQ_DIST_PORT"] = Text(ports[1]),
            ["RABBITMQ_MNESIA_BASE"] = Path.Combine(_folder, "data"),
            ["RABBITMQ_LOG_BASE"] = Path.Combine(_folder, "log"),
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Combine(_folder, "plugins"),
            ["RABBITMQ_CONFIG_FILE"] = Path.Combine(_folder, "rabbitmq.conf"),
            ["RABBITMQ_CONF_ENV_FILE"] = Path.Combine(_folder, "none"),
            // The script becomes the broker, without a shell between.
            ["RUNNING_UNDER_SYSTEMD"] = "true",
        };
        WriteCertificate();
        Write("plugins", "[rabbitmq_consistent_hash_exchange].\n");
        Write("rabbitmq.conf", $"""
            listeners.tcp.default = 127.0.0.1:{_port}
            listeners.ssl.default = 127.0.0.1:{_tlsPort}
            ssl_options.certfile = {CertificatePath}
            ssl_options.keyfile = {Path.Combine(_folder, "key.pem")}
            ssl_options.verify = verify_none
            default_user = {UserName}
            default_pass = {Password}
            vm_memory_high_watermark.absolute = 4GB
            disk_free_limit.absolute = 1MB
            log.file.level = info

            """);
        // Names are resolved without a helper process.
        Write("inetrc", "{lookup,[file]}.\n{host,{127,0,0,1},[\"localhost\"]}.\n");
    }

    /// <summary>Why no broker can be started on this machine; null when one can.</summary>
    public static string? Missing => RabbitInstallation.Missing;

    /// <summary>Its address, of the virtual host <c>/</c>.</summary>
    public Uri Address => new($"amqp://127.0.0.1:{_port}/");

    /// <summary>Its address by TLS, of the virtual host <c>/</c>.</summary>
    public Uri TlsAddress => new($"amqps://localhost:{_tlsPort}/");

    /// <summary>The certificate that it shows for <c>localhost</c>, which no machine trusts (PEM).</summary>
    public string CertificatePath => Path.Combine(_folder, "certificate.pem");

    public string UserName => "batchops";

    public string Password { get; } = Guid.NewGuid().ToString("N");

    /// <summary>The broker's process; null while none runs.</summary>
    public int? ProcessId { get; private set; }

    /// <summary>Starts a broker with empty data; ends when it takes connections.</summary>
    public static async Task<LocalBroker> StartNewAsync(CancellationToken cancellationToken)
    {
        var broker = new LocalBroker();
        try
        {
            await broker.StartAsync(cancellationToken);
            return broker;
        }
        catch
        {
            await broker.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the broker again on its data; ends when it takes connections.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (_guard is not null)
        {
            throw new InvalidOperationException("The broker runs already.");
        }

        var start = Shell("/bin/sh");
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(Guard);
        start.RedirectStandardInput = true;
        var guard = Process.Start(start)!;
        _guard = guard;
        var first = await guard.StandardOutput.ReadLineAsync(cancellationToken) ?? throw new InvalidOperationException("The broker's guard ended.");
        ProcessId = int.Parse(first.AsSpan("pid ".Length), CultureInfo.InvariantCulture);
        var ended = guard.StandardOutput.ReadLineAsync(CancellationToken.None).AsTask();

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(StartLimit);
        while (!await AnswersAsync(limit.Token))
        {
            // Nothing tells when a broker is up but its answer.
            if (await Task.WhenAny(ended, Task.Delay(50, limit.Token)) == ended)
            {
                var output = await File.ReadAllTextAsync(Path.Combine(_folder, "output"), limit.Token);
                throw new InvalidOperationException($"RabbitMQ ended while it started: {output}");
            }
        }
    }

    /// <summary>Ends the broker as kill -9 does; its data stay.</summary>
    public Task KillAsync() => EndAsync("halt");

    /// <summary>Runs <c>rabbitmqctl</c> (a second or so).</summary>
    /// <returns>What it wrote.</returns>
    public async Task<string> RabbitCtlAsync(params string[] arguments)
    {
        var start = Shell(Path.Combine(RabbitInstallation.Scripts, "rabbitmqctl"));
        start.RedirectStandardError = true;
        foreach (var argument in (string[])["--quiet", "--node", _node, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? output.TrimEnd()
            : throw new InvalidOperationException($"rabbitmqctl {string.Join(' ', arguments)} ended with {process.ExitCode}: {output}{await errors}");
    }

    /// <summary>Adds a virtual host, an empty broker within this one.</summary>
    /// <returns>Its address.</returns>
    public async Task<Uri> AddVirtualHostAsync(string name)
    {
        // One call of the tool instead of two.
        await RabbitCtlAsync("eval", $"""
            ok = rabbit_vhost:add(<<"{name}">>, <<"test">>),
            rabbit_auth_backend_internal:set_permissions(<<"{UserName}">>, <<"{name}">>, <<".*">>, <<".*">>, <<".*">>, <<"test">>).
            """);
        return new Uri(Address, name);
    }

    /// <summary>Ends the broker and removes its data.</summary>
    public async ValueTask DisposeAsync()
    {
        await EndAsync(null);
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private async Task EndAsync(string? word)
    {
        if (_guard is null)
        {
            return;
        }

        using var guard = _guard;
        _guard = null;
        ProcessId = null;
        if (word is not null)
        {
            await guard.StandardInput.WriteLineAsync(word);
        }

        guard.StandardInput.Close();
        await guard.WaitForExitAsync();
    }

    // A server that is up answers the protocol's header with its first method.
    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, _port, cancellationToken);
            var stream = client.GetStream();
            await stream.WriteAsync("AMQP\0\0\u0009\u0001"u8.ToArray(), cancellationToken);
            var answer = new byte[1];
            return await stream.ReadAsync(answer, cancellationToken) == 1 && answer[0] == 1;
        }
        catch (Exception error) when (error is SocketException or IOException)
        {
            return false;
        }
    }

    private ProcessStartInfo Shell(string program)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, UseShellExecute = false, WorkingDirectory = _folder };
        foreach (var (name, value) in _environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    private void WriteCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256) { CertificateExtensions = { names.Build() } };
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        Write("certificate.pem", certificate.ExportCertificatePem());
        Write("key.pem", key.ExportPkcs8PrivateKeyPem());
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder, name), text, new UTF8Encoding(false));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    // Held together, or the same one could come twice.
    private static int[] FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(static _ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        listeners.ForEach(static l => l.Start());
        int[] ports = [.. listeners.Select(static l => ((IPEndPoint)l.LocalEndpoint).Port)];
        listeners.ForEach(static l => l.Stop());
        return ports;
    }
}
