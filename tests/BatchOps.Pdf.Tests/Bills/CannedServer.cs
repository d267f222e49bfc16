using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace BatchOps.Pdf.Tests.Bills;

/// <summary>A web server that gives one answer to everything, such as no emulator gives.</summary>
internal sealed class CannedServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private int _requests;

    private CannedServer(WebApplication application) => _application = application;

    public Uri Address => new(_application.Urls.First() + "/v1");

    public int Requests => _requests;

    public static Task<CannedServer> StartAsync(int status, string body, params (string Name, string Value)[] headers) => StartAsync(async context =>
    {
        context.Response.StatusCode = status;
        foreach (var (name, value) in headers)
        {
            context.Response.Headers[name] = value;
        }

        await context.Response.WriteAsync(body);
    });

    public static async Task<CannedServer> StartAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new CannedServer(builder.Build());
        server._application.Run(context =>
        {
            Interlocked.Increment(ref server._requests);
            return answer(context);
        });
        await server._application.StartAsync();
        return server;
    }

    /// <summary>A chat completion around a message.</summary>
    public static string Completion(string message, string finish = "stop") =>
        $$"""{"id":"x","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{{message}},"finish_reason":"{{finish}}"}],"usage":{"prompt_tokens":70,"completion_tokens":5,"total_tokens":75} }""";

    public ValueTask DisposeAsync() => _application.DisposeAsync();
}
