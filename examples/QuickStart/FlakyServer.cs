using System.Globalization;
using System.Net;

namespace BatchOps.QuickStart;

/// <summary>A loopback server with the habits of a real one: 30 ms to answer, a quota, and now and then a 503.</summary>
internal sealed class FlakyServer : IDisposable
{
    private const int QuotaPerSecond = 100;

    private readonly HttpListener _listener = new();
    private readonly object _sync = new();
    private readonly Dictionary<string, int> _calls = [];
    private long _second;
    private int _inSecond;

    private FlakyServer(int port)
    {
        Address = new Uri($"http://127.0.0.1:{port}/");
        _listener.Prefixes.Add(Address.ToString());
        _listener.Start();
        _ = Task.Run(ServeAsync);
    }

    public Uri Address { get; }

    public static FlakyServer Start()
    {
        // A free port can be taken by another program before we have it: try some.
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return new FlakyServer(Random.Shared.Next(20_000, 60_000));
            }
            catch (HttpListenerException) when (attempt < 20)
            {
            }
        }
    }

    public void Dispose() => _listener.Close();

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                var context = await _listener.GetContextAsync();
                _ = AnswerAsync(context);
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        await Task.Delay(30);
        var path = context.Request.Url!.AbsolutePath;
        var (status, retryAfter) = Judge(path);
        context.Response.StatusCode = (int)status;
        if (retryAfter is { } seconds)
        {
            context.Response.Headers["Retry-After"] = seconds.ToString(CultureInfo.InvariantCulture);
        }

        context.Response.Close();
    }

    private (HttpStatusCode Status, int? RetryAfter) Judge(string path)
    {
        lock (_sync)
        {
            var second = Environment.TickCount64 / 1000;
            _inSecond = second == _second ? _inSecond + 1 : 1;
            _second = second;
            if (_inSecond > QuotaPerSecond)
            {
                return (HttpStatusCode.TooManyRequests, 1);
            }

            var call = _calls[path] = _calls.GetValueOrDefault(path) + 1;
            var number = int.Parse(path.AsSpan(1), CultureInfo.InvariantCulture);
            return number % 100 == 42 ? (HttpStatusCode.NotFound, null)
                : number % 10 == 7 && call == 1 ? (HttpStatusCode.ServiceUnavailable, null)
                : (HttpStatusCode.OK, null);
        }
    }
}
