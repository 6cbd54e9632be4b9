using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.AspNetCore;
using TrustedApps.Certificates;
using TrustedApps.Hosting;
using TrustedApps.Keys;
using TrustedApps.Replay;
using TrustedApps.Storage.Database;
using TrustedApps.Storage.Keys;
using TrustedApps.Storage.Trusts;

namespace TrustedApps.Storage.Tests.Keys;

/// <summary>A node of the tracker on a real socket, whose own keys are in a store and rotate by themselves.</summary>
internal sealed class RotatingNode : IAsyncDisposable
{
    private readonly KestrelServer _server;
    private readonly TimeProvider _time;
    private readonly Traffic _traffic;

    private RotatingNode(KestrelServer server, TimeProvider time, Traffic traffic) => (_server, _time, _traffic) = (server, time, traffic);

    public int Port => _server.EndPoint.Port;

    public LogRecorder Logs => _server.Logs;

    public ApplicationKeys Keys => Store.Keys;

    /// <summary>The codes of all verdicts.</summary>
    public IReadOnlyCollection<string> Codes => _traffic.Codes;

    /// <summary>The key grants that came.</summary>
    public IReadOnlyCollection<string> KeyGrants => _traffic.KeyGrants;

    /// <summary>How often the certificate was fetched.</summary>
    public int Fetches => _traffic.Fetches;

    private DatabaseKeyStore Store => _server.Services.GetRequiredService<DatabaseKeyStore>();

    /// <summary>Puts the tracker's keys of the tests into an empty store, with a day to go: they are made faster.</summary>
    public static async Task SeedAsync(string connection, string keyFolder, TimeProvider time, bool isScheduled = true)
    {
        await using var database = StoreDatabase.Of(connection);
        await StoreSchema.Current.UpgradeAsync(database, TestContext.Current.CancellationToken);
        await using StoreConnection opened = await database.OpenAsync(TestContext.Current.CancellationToken);
        ApplicationKeys keys = isScheduled ? TestKeys.Tracker.RotateEncryptionKeys(time.GetUtcNow(), TimeSpan.FromDays(1)) : TestKeys.Tracker;
        byte[] sealedKeys = KeyProtector.Of(keyFolder).Protect(keys);
        await new KeyTable(TestKeys.Tracker.Id, database).AddAsync(opened, sealedKeys, time.GetUtcNow(), TestContext.Current.CancellationToken);
    }

    public static async Task<RotatingNode> StartAsync(string connection, string keyFolder, string baseUrl, int port, TimeProvider time)
    {
        var traffic = new Traffic();
        using var wiki = new TestKeyFile(TestKeys.Wiki); // read at start-up only
        KestrelServer server = await KestrelServer.StartAsync(
            (builder, _) =>
            {
                builder.Services.AddSingleton(time);
                builder.Services.AddSingleton(TestDatabase.SharedClock(time));
                builder.Services.AddAuthorization();
                builder.Services.AddAuthentication(TrustedAppsDefaults.AuthenticationScheme).AddTrustedApps(options =>
                {
                    (options.Id, options.AllowHttp) = (TestKeys.Tracker.Id, true);
                    options.BaseUrls.Add(baseUrl);
                    options.Applications.Add(Version4.Trust(trust => trust.CertificateFile = wiki.CertificatePath));
                });
                builder.Services.AddTrustedAppsStore(options => (options.Connection, options.KeyFolder, options.MaxStaleness) = (connection, keyFolder, TimeSpan.FromHours(1)));
                builder.Services.AddSingleton<IReplayCache>(Version4.NewMemory(time));
                builder.Services.AddSingleton<ITrustedRequestObserver>(traffic);
            },
            app =>
            {
                app.Use(traffic.WatchAsync);
                app.UseRouting();
                app.UseAuthentication();
                app.UseAuthorization();
                TestProvider.MapWho(app);
                app.MapTrustedAppCertificate();
            },
            port: port);
        return new RotatingNode(server, time, traffic);
    }

    /// <summary>Waits until the node has polled the store after the clock was moved, and has taken what steps are due.</summary>
    public async Task FollowAsync()
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(60));
        var snapshot = _server.Services.GetRequiredService<TrustSnapshot>();
        await snapshot.RefreshAsync(deadline.Token);
        while (Keys.FindNextRotation(_time.GetUtcNow(), TimeSpan.FromDays(1)) <= _time.GetUtcNow()) await Task.Delay(TimeSpan.FromMilliseconds(5), deadline.Token);
        await Store.RefreshAsync(deadline.Token); // what another node did a moment ago
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private sealed class Traffic : ITrustedRequestObserver
    {
        private readonly ConcurrentQueue<string> _codes = new();
        private readonly ConcurrentQueue<string> _keyGrants = new();
        private int _fetches;

        public IReadOnlyCollection<string> Codes => _codes;

        public IReadOnlyCollection<string> KeyGrants => _keyGrants;

        public int Fetches => Volatile.Read(ref _fetches);

        public Task WatchAsync(HttpContext context, RequestDelegate next)
        {
            if (context.Request.Path == ApplicationCertificate.Path) Interlocked.Increment(ref _fetches);
            if (context.Request.Headers["X-Seraph-Trusted-App-Key"].SingleOrDefault() is { Length: > 0 } grant) _keyGrants.Enqueue(grant);
            return next(context);
        }

        public void Observe(in ObservedRequest request, in Verdict verdict) => _codes.Enqueue(verdict.Accepted ? "OK" : verdict.Rejection!.Value.Code.ToString());
    }
}
