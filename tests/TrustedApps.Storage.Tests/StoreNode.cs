using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.AspNetCore;
using TrustedApps.Replay;

namespace TrustedApps.Storage.Tests;

/// <summary>A node of the tracker on a real socket, whose trusts are in a store; its replay memory is its own.</summary>
internal sealed class StoreNode : IAsyncDisposable
{
    private static readonly TimeSpan _deadline = TimeSpan.FromSeconds(60);

    private StoreNode(KestrelServer server) => Server = server;

    public KestrelServer Server { get; }

    public TrustAdministration Trusts => Service<TrustAdministration>();

    public StoreReports Reports => Service<StoreReports>();

    public static async Task<StoreNode> StartAsync(
        string connection, TimeSpan? maxStaleness = null, TimeProvider? time = null, Action<TrustedAppsOptions>? configure = null, Action<IServiceCollection>? services = null)
    {
        var keys = new TestKeyFile(TestKeys.Tracker); // goes with the server
        return new StoreNode(await KestrelServer.StartAsync(
            (builder, origin) =>
            {
                if (time is not null) builder.Services.AddSingleton(time);
                builder.Services.AddAuthorization();
                builder.Services.AddAuthentication(TrustedAppsDefaults.AuthenticationScheme)
                    .AddTrustedApps(options =>
                    {
                        (options.Keys, options.AllowHttp) = (keys.Path, true);
                        options.BaseUrls.Add(origin);
                        configure?.Invoke(options);
                    });
                builder.Services.AddTrustedAppsStore(options =>
                {
                    options.Connection = connection;
                    if (maxStaleness is { } bound) options.MaxStaleness = bound;
                });
                builder.Services.AddSingleton<IReplayCache>(Version4.NewMemory(time));
                services?.Invoke(builder.Services);
            },
            app =>
            {
                app.UseRouting();
                app.UseAuthentication();
                app.UseAuthorization();
                TestProvider.MapWho(app);
            },
            owned: keys));
    }

    public T Service<T>()
        where T : notnull => Server.Services.GetRequiredService<T>();

    /// <summary>Sends a trusted request of an application, a new one each time.</summary>
    public Task<Answer> AskAsync(string id, string? user = "fred", TimeProvider? time = null) => Server.Trusted("/closed", user, keys: Trusted.KeysOf(id), time: time).SendAsync();

    /// <summary>Asks until an answer has this code, and says what came before.</summary>
    public async Task<IReadOnlyList<string?>> AskUntilAsync(string id, string code)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(_deadline);
        var before = new List<string?>();
        while (true)
        {
            Answer answer = await AskAsync(id);
            if (answer.Code == code) return before;
            before.Add(answer.Code);
            await Task.Delay(TimeSpan.FromMilliseconds(10), deadline.Token);
        }
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
