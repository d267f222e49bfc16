using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace BatchOps.Emulators.Hosting;

/// <summary>A web server on the loopback interface that takes nothing from its surroundings: no settings, no signals, no log.</summary>
internal sealed class LoopbackHost : IAsyncDisposable
{
    private readonly WebApplication _application;

    private LoopbackHost(WebApplication application)
    {
        _application = application;
        BaseAddress = new Uri(application.Urls.Single());
    }

    public Uri BaseAddress { get; }

    /// <summary>Starts listening; port 0 is any free one.</summary>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<LoopbackHost> StartAsync(int port, Action<WebApplication> map, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            // A body that is slow on purpose must not be cut off by the server.
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Listen(IPAddress.Loopback, port);
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.Configure<HostOptions>(static host => host.ShutdownTimeout = TimeSpan.Zero);

        var application = builder.Build();
        try
        {
            map(application);
            await application.StartAsync(cancellationToken);
            return new LoopbackHost(application);
        }
        catch
        {
            await application.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends the server at once; requests at work are cut off.</summary>
    public ValueTask DisposeAsync() => _application.DisposeAsync();

    /// <summary>The default one would take Ctrl+C away from the program that the server lives in.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
