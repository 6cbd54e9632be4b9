namespace Samples.Tests;

/// <summary>Two trackers on one PostgreSQL that loses nothing, behind one nginx: as docs/operations.md has it.</summary>
public sealed class TwoNodes : IAsyncLifetime
{
    private readonly ScratchFolder _folder = new();
    private readonly Nginx _nginx = new();
    private PostgresCluster? _cluster;
    private SampleProcess? _one;
    private SampleProcess? _two;

    internal PostgresCluster Cluster => _cluster!;

    internal SampleProcess One => _one!;

    internal SampleProcess Two => _two!;

    internal string Origin => _nginx.Origin;

    internal string Store { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        _cluster = await PostgresCluster.StartAsync(isDurable: true);
        Store = await _cluster.CreateDatabaseAsync();
        string[] settings =
        [
            "--TrustedApps:BaseUrls:0", Origin,
            "--ForwardedHeaders_Enabled", "true",
            "--Store:Connection", Store,
            "--Store:KeyFolder", _folder.PathOf("protection"),
            "--Store:ReplayTimeout", "00:00:10", // on a busy machine an answer may take its time
        ];
        (_one, _two) = (new SampleProcess("Tracker", _folder, settings), new SampleProcess("Tracker", _folder, settings));
        await Task.WhenAll(_one.StartAsync(), _two.StartAsync()); // on an empty database, at once
        await _nginx.StartAsync(
            """
            location / {
                proxy_pass http://tracker;
                proxy_set_header Host $http_host;
                proxy_set_header X-Forwarded-For $remote_addr;
                proxy_set_header X-Forwarded-Proto $scheme;
                proxy_next_upstream off;
            }
            """,
            besideServer: $"upstream tracker {{ server {new Uri(One.Origin).Authority}; server {new Uri(Two.Origin).Authority}; }}");
    }

    /// <summary>A new application that the tracker trusts, and that both nodes have heard of.</summary>
    internal async Task<TrustedBlog> MakeBlogAsync(string id)
    {
        TrustedBlog blog = await TrustedBlog.MakeAsync(id, Store, One.Origin, Origin);
        await blog.AskUntilAsync(One.Origin, "OK", "APP_UNKNOWN", "UNAVAILABLE");
        await blog.AskUntilAsync(Two.Origin, "OK", "APP_UNKNOWN", "UNAVAILABLE");
        return blog;
    }

    public async ValueTask DisposeAsync()
    {
        await _nginx.DisposeAsync();
        if (_one is not null) await _one.DisposeAsync();
        if (_two is not null) await _two.DisposeAsync();
        if (_cluster is not null) await _cluster.DisposeAsync();
        _folder.Dispose();
    }
}
