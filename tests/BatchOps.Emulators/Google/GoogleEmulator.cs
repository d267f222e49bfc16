using BatchOps.Emulators.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace BatchOps.Emulators.Google;

/// <summary>
/// Google Slides v1 and Google Drive v3 on the loopback interface, as far as presentations are filled with them: Slides at
/// <c>/v1/presentations</c>, Drive at <c>/drive/v3/files</c> and <c>/upload/drive/v3/files</c>, shared files at <c>/uc?id=</c>.
/// What a discovery document does not know is refused. <c>GET /stats</c> tells what it was asked and <c>POST /reset</c> makes
/// its counters and quotas as new; these two need no token.
/// </summary>
public sealed class GoogleEmulator : IEmulator
{
    private readonly LoopbackHost _host;
    private readonly GoogleService _service;

    private GoogleEmulator(LoopbackHost host, GoogleService service)
    {
        _host = host;
        _service = service;
    }

    /// <inheritdoc/>
    public Uri BaseAddress => _host.BaseAddress;

    /// <summary>A snapshot.</summary>
    public GoogleStats Stats => _service.Stats;

    /// <summary>Its files and presentations.</summary>
    public GoogleStore Store => _service.Store;

    /// <param name="options">Its behaviour; later changes of them have no effect.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<GoogleEmulator> StartAsync(GoogleEmulatorOptions? options = null, CancellationToken cancellationToken = default)
    {
        options = (options ?? new GoogleEmulatorOptions()) with { };
        options.Validate();
        var service = new GoogleService(options);
        if (options.Demo)
        {
            DemoTemplate.AddTo(service.Store);
        }

        try
        {
            var host = await LoopbackHost.StartAsync(options.Port, Map, cancellationToken);
            return new GoogleEmulator(host, service);
        }
        catch
        {
            service.Dispose();
            throw;
        }

        void Map(WebApplication application)
        {
            application.MapGet("/uc", (RequestDelegate)service.WritePublicFileAsync);
            application.MapGet("/images/{hash}", (RequestDelegate)service.WriteImageAsync);
            application.MapGet("/stats", (RequestDelegate)service.WriteStatsAsync);
            application.MapPost("/reset", (RequestDelegate)Reset);
            application.MapFallback("{**path}", (RequestDelegate)service.HandleAsync);
        }

        Task Reset(HttpContext context)
        {
            service.Reset();
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        }
    }

    /// <summary>Makes all counters 0 and all quotas full; files and presentations stay.</summary>
    public void Reset() => _service.Reset();

    /// <summary>Ends it at once; requests at work are cut off.</summary>
    public async ValueTask DisposeAsync()
    {
        _service.End();
        await _host.DisposeAsync();
        _service.Dispose();
    }
}
