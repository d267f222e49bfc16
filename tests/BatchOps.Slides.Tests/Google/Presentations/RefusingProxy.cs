using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace BatchOps.Slides.Tests.Google.Presentations;

/// <summary>Stands before an emulator and refuses batches that the test does not like, with a 400 as Google writes it.</summary>
internal sealed class RefusingProxy : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly HttpClient _client = new();
    private readonly Uri _target;
    private readonly Func<string, string?> _refusal;
    private readonly Task _serving;

    /// <param name="target">The emulator.</param>
    /// <param name="refusal">Given the body of a batch: the message that it is refused with, or null.</param>
    public RefusingProxy(Uri target, Func<string, string?> refusal)
    {
        _target = target;
        _refusal = refusal;
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            Address = new Uri($"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/");
        }

        _listener.Prefixes.Add(Address.AbsoluteUri);
        _listener.Start();
        _serving = ServeAsync();
    }

    public Uri Address { get; }

    /// <summary>Batches that came, refused or not.</summary>
    public int Batches { get; private set; }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
        _listener.Close();
        _client.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                await ServeAsync(await _listener.GetContextAsync());
            }
        }
        catch (Exception ended) when (ended is HttpListenerException or ObjectDisposedException)
        {
        }
    }

    private async Task ServeAsync(HttpListenerContext context)
    {
        using var received = new MemoryStream();
        await context.Request.InputStream.CopyToAsync(received);
        var body = received.ToArray();
        using var reply = context.Response;
        if (context.Request.RawUrl!.Contains(":batchUpdate", StringComparison.Ordinal))
        {
            Batches++;
            if (_refusal(Text(context.Request, body)) is { } message)
            {
                reply.StatusCode = 400;
                reply.ContentType = "application/json";
                await reply.OutputStream.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(new { error = new { code = 400, message, status = "INVALID_ARGUMENT" } }));
                return;
            }
        }

        using var request = new HttpRequestMessage(new HttpMethod(context.Request.HttpMethod), new Uri(_target, context.Request.RawUrl));
        request.Headers.TryAddWithoutValidation("Authorization", context.Request.Headers["Authorization"]);
        if (body.Length > 0)
        {
            request.Content = new ByteArrayContent(body);
            foreach (var name in new[] { "Content-Type", "Content-Encoding" }.Where(name => context.Request.Headers[name] is not null))
            {
                request.Content.Headers.TryAddWithoutValidation(name, context.Request.Headers[name]);
            }
        }

        using var answer = await _client.SendAsync(request);
        reply.StatusCode = (int)answer.StatusCode;
        reply.ContentType = answer.Content.Headers.ContentType?.ToString();
        await answer.Content.CopyToAsync(reply.OutputStream);
    }

    private static string Text(HttpListenerRequest request, byte[] body)
    {
        if (request.Headers["Content-Encoding"] != "gzip")
        {
            return Encoding.UTF8.GetString(body);
        }

        using var packed = new GZipStream(new MemoryStream(body), CompressionMode.Decompress);
        using var reader = new StreamReader(packed, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
