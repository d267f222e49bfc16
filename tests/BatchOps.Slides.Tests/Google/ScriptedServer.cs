using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace BatchOps.Slides.Tests.Google;

/// <summary>A web server that gives one answer to everything, byte for byte as the test writes it.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly string _answer;
    private readonly Task _accepting;

    /// <param name="answer">Status line and headers, each on a line; the body behind an empty line.</param>
    public ScriptedServer(string answer)
    {
        var (head, body) = answer.ReplaceLineEndings("\n").Split("\n\n", 2) is [var first, var second] ? (first, second) : (answer, "");
        _answer = $"{head.Trim().ReplaceLineEndings("\r\n")}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}";
        _listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");
        _accepting = AcceptAsync();
    }

    public Uri Address { get; }

    /// <summary>The first lines of what was asked.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                serving.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_end.Token)));
            }
        }
        catch (Exception failure) when (failure is OperationCanceledException or ObjectDisposedException or SocketException)
        {
        }

        await Task.WhenAll(serving);
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                using var reader = new StreamReader(stream, Encoding.Latin1);
                while (await reader.ReadLineAsync(_end.Token) is { Length: > 0 } line)
                {
                    Requests.Enqueue(line);
                    var length = 0;
                    while (await reader.ReadLineAsync(_end.Token) is { Length: > 0 } header)
                    {
                        if (header.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
                        {
                            length = int.Parse(header.AsSpan(header.IndexOf(':', StringComparison.Ordinal) + 1), CultureInfo.InvariantCulture);
                        }
                    }

                    if (length > 0)
                    {
                        await reader.ReadBlockAsync(new char[length], _end.Token);
                    }


                    await stream.WriteAsync(Encoding.UTF8.GetBytes(_answer), _end.Token);
                }
            }
            catch (Exception failure) when (failure is OperationCanceledException or IOException)
            {
            }
        }
    }
}
