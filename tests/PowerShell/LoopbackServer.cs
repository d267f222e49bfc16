using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

/// <summary>An HTTP service on the loopback interface that answers by script and remembers when it was asked.</summary>
public sealed class LoopbackServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<string, Queue<string>> _replies = new();
    private readonly ConcurrentQueue<Request> _requests = new();

    public LoopbackServer()
    {
        _listener.Start();
        _ = Task.Run(AcceptAsync);
    }

    public string Url => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    public Request[] Requests => _requests.ToArray();

    /// <summary>What a path answers, one after the other; the last again and again: a status, with "Retry-After" or a body after it; "drop" or "cut" for a connection that ends before or within the answer; "hang".</summary>
    public void On(string path, params string[] replies) => _replies[path] = new Queue<string>(replies);

    public Request[] RequestsOf(string path) => _requests.Where(r => r.Path == path).ToArray();

    public void Dispose()
    {
        _end.Cancel();
        _listener.Stop();
    }

    private async Task AcceptAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            var client = await _listener.AcceptTcpClientAsync(_end.Token);
            _ = Task.Run(() => AnswerAsync(client));
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using var _ = client;
        using var reader = new StreamReader(client.GetStream());
        var path = (await reader.ReadLineAsync(_end.Token)).Split(' ')[1];
        while (await reader.ReadLineAsync(_end.Token) is { Length: > 0 })
        {
        }

        var request = new Request(path, Stopwatch.GetTimestamp());
        _requests.Enqueue(request);
        var reply = Next(path);
        if (reply == "hang")
        {
            await Task.Delay(Timeout.Infinite, _end.Token);
        }

        if (reply == "drop")
        {
            client.LingerState = new LingerOption(enable: true, seconds: 0);
            return;
        }

        if (reply == "cut")
        {
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\npart"), _end.Token);
            return;
        }

        var parts = reply.Split(' ', 2);
        var rest = parts.Length > 1 ? parts[1] : string.Empty;
        var header = string.Empty;
        if (rest.StartsWith("Retry-After "))
        {
            var seconds = int.Parse(rest["Retry-After ".Length..].TrimEnd('d'));
            // A date has whole seconds: one more, so that it is never sooner than said.
            var value = rest.EndsWith('d') ? DateTime.UtcNow.AddSeconds(seconds + 1).ToString("R", CultureInfo.InvariantCulture) : $"{seconds}";
            header = $"Retry-After: {value}\r\n";
            rest = string.Empty;
        }

        request.AnsweredAt = Stopwatch.GetTimestamp();
        var text = $"HTTP/1.1 {parts[0]} Status\r\nContent-Type: text/plain\r\nContent-Length: {rest.Length}\r\n{header}Connection: close\r\n\r\n{rest}";
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text), _end.Token);
    }

    private string Next(string path)
    {
        if (!_replies.TryGetValue(path, out var replies))
        {
            return "404";
        }

        lock (replies)
        {
            return replies.Count > 1 ? replies.Dequeue() : replies.Peek();
        }
    }

    public sealed class Request
    {
        private readonly long _at;

        public Request(string path, long at)
        {
            Path = path;
            _at = at;
        }

        public string Path { get; }

        internal long AnsweredAt { get; set; }

        /// <summary>Time from another request's answer to this one.</summary>
        public TimeSpan After(Request other) => Stopwatch.GetElapsedTime(other.AnsweredAt, _at);
    }
}
