using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using TrustedApps.Certificates;
using TrustedApps.Keys;

namespace TrustedApps.TestSupport;

/// <summary>An application as far as its certificate goes: serves that of its present keys, and can fail to.</summary>
internal sealed class CertificateHost : IAsyncDisposable
{
    private readonly ConcurrentQueue<DateTimeOffset> _fetches = new();
    private readonly SemaphoreSlim _fetched = new(0);
    private readonly TimeProvider _time;
    private KestrelServer? _server;

    private CertificateHost(ApplicationKeys keys, TimeProvider time) => (Keys, _time) = (keys, time);

    public ApplicationKeys Keys { get; set; }

    /// <summary>Whether it answers 500.</summary>
    public bool IsBroken { get; set; }

    /// <summary>Its answers wait for this.</summary>
    public Task Ready { get; set; } = Task.CompletedTask;

    /// <summary>When it was asked, by the clock of the test.</summary>
    public IEnumerable<DateTimeOffset> Fetches => _fetches;

    public string Origin => _server!.Origin;

    public static async Task<CertificateHost> StartAsync(ApplicationKeys keys, TimeProvider time)
    {
        var host = new CertificateHost(keys, time);
        host._server = await KestrelServer.StartAsync((_, _) => { }, app => app.MapGet(ApplicationCertificate.Path, host.ServeAsync));
        return host;
    }

    /// <summary>Waits for the next time that it is asked, and until whoever asked has the answer.</summary>
    public async Task NextFetchAsync()
    {
        Assert.True(await _fetched.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken), "The certificate was not asked for.");
        if (Ready.IsCompleted && _time is ManualTimeProvider clock) await clock.Idle.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        _fetched.Dispose();
    }

    private async Task ServeAsync(HttpContext context)
    {
        _fetches.Enqueue(_time.GetUtcNow());
        _fetched.Release();
        await Ready.WaitAsync(context.RequestAborted);
        if (IsBroken)
        {
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            return;
        }

        context.Response.ContentType = ApplicationCertificate.MediaType;
        await context.Response.Body.WriteAsync(Keys.ToCertificate(time: _time).ToBytes(), context.RequestAborted);
    }
}
