using BatchOps.Emulators.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace BatchOps.Emulators.Chat;

/// <summary>
/// A service that speaks the chat-completions protocol of OpenAI on the loopback interface, with the limits and the faults
/// of a real one: <c>POST /v1/chat/completions</c>, the same at Gemini's path, and <c>GET /v1/models</c>. <c>GET /stats</c> tells what it was asked and
/// <c>POST /reset</c> makes it as new; these two need no key.
/// </summary>
public sealed class ChatEmulator : IEmulator
{
    private readonly LoopbackHost _host;
    private readonly ChatService _service;

    private ChatEmulator(LoopbackHost host, ChatService service)
    {
        _host = host;
        _service = service;
    }

    /// <inheritdoc/>
    public Uri BaseAddress => _host.BaseAddress;

    /// <summary>A snapshot.</summary>
    public ChatStats Stats => _service.Stats;

    /// <param name="options">Its behaviour; later changes of them have no effect.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<ChatEmulator> StartAsync(ChatEmulatorOptions? options = null, CancellationToken cancellationToken = default)
    {
        options = (options ?? new ChatEmulatorOptions()) with { };
        options.Validate();
        var service = new ChatService(options);
        var host = await LoopbackHost.StartAsync(options.Port, Map, cancellationToken);
        return new ChatEmulator(host, service);

        void Map(WebApplication application)
        {
            application.MapPost("/v1/chat/completions", (RequestDelegate)service.CompleteAsync);
            application.MapPost("/v1beta/openai/chat/completions", (RequestDelegate)service.CompleteAsync);
            application.MapGet("/v1/models", (RequestDelegate)service.ListModelsAsync);
            application.MapGet("/stats", (RequestDelegate)service.WriteStatsAsync);
            application.MapPost("/reset", (RequestDelegate)Reset);
            application.MapFallback("{**path}", (RequestDelegate)service.RefusePathAsync);
        }

        Task Reset(HttpContext context)
        {
            service.Reset();
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        }
    }

    /// <summary>Makes all counters 0, all quotas full, and begins the time to the outage again.</summary>
    public void Reset() => _service.Reset();

    /// <summary>Ends it at once; requests at work are cut off.</summary>
    public ValueTask DisposeAsync() => _host.DisposeAsync();
}
