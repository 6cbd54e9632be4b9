using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TrustedApps.Keys;
using TrustedApps.Storage.Database;
using TrustedApps.Storage.Keys;
using TrustedApps.Storage.Tests.Keys;
using TrustedApps.Storage.Trusts;

namespace TrustedApps.Storage.Tests.Trusts;

public class StoreRefreshTests(PostgresFixture postgres)
{
    private static readonly TimeSpan _deadline = TimeSpan.FromSeconds(30);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_notification_reaches_another_node_at_once()
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(DatabaseKind.Postgres, postgres);
        TrustedAppsStore store = await database.OpenStoreAsync();
        await using Node node = await Node.StartAsync(database, TimeSpan.FromHours(1), TimeProvider.System); // it would ask by itself in a quarter of an hour
        await WaitForAsync(() => ListenersAsync(database), listeners => listeners.Count == 1);

        await store.Trusts.AddAsync(Trusted.In("wiki"), "ann", Ct);
        await WaitForAsync(() => Task.FromResult(node.Image.Find("wiki")), trust => trust is not null);
        await store.Trusts.RemoveAsync("wiki", null, "ann", Ct);
        await WaitForAsync(() => Task.FromResult(node.Image.Find("wiki")), trust => trust is null);
    }

    [Fact]
    public async Task What_changed_before_it_listened_is_found_when_it_does()
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(DatabaseKind.Postgres, postgres);
        TrustedAppsStore store = await database.OpenStoreAsync();
        await using Node node = await Node.StartAsync(database, TimeSpan.FromHours(1), TimeProvider.System, beforeListening: () => store.Trusts.AddAsync(Trusted.In("wiki"), "ann", Ct));
        await WaitForAsync(() => Task.FromResult(node.Image.Find("wiki")), trust => trust is not null);
    }

    [Fact]
    public async Task It_listens_again_when_its_connection_was_ended()
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(DatabaseKind.Postgres, postgres);
        TrustedAppsStore store = await database.OpenStoreAsync();
        await using Node node = await Node.StartAsync(database, TimeSpan.FromHours(1), TimeProvider.System);
        string first = Assert.Single(await WaitForAsync(() => ListenersAsync(database), listeners => listeners.Count == 1));

        await database.QueryAsync($"SELECT pg_terminate_backend({first})");
        await WaitForAsync(() => ListenersAsync(database), listeners => listeners is [{ } second] && second != first);
        await store.Trusts.AddAsync(Trusted.In("wiki"), "ann", Ct);
        await WaitForAsync(() => Task.FromResult(node.Image.Find("wiki")), trust => trust is not null);
    }

    [Fact]
    public async Task Without_notifications_it_asks()
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(DatabaseKind.Postgres, postgres);
        await database.OpenStoreAsync();
        var time = new ManualTimeProvider(); // listening begins again in a second of this clock, which does not pass
        await using Node node = await Node.StartAsync(database, TimeSpan.FromSeconds(2), time);
        string listener = Assert.Single(await WaitForAsync(() => ListenersAsync(database), listeners => listeners.Count == 1));
        await database.QueryAsync($"SELECT pg_terminate_backend({listener})");
        await WaitForAsync(() => ListenersAsync(database), listeners => listeners.Count == 0);

        TrustedAppsStore store = await database.OpenStoreAsync();
        await store.Trusts.AddAsync(Trusted.In("wiki"), "ann", Ct);
        Assert.Null(node.Image.Find("wiki"));
        time.Advance(TimeSpan.FromSeconds(0.5));
        await WaitForAsync(() => Task.FromResult(node.Image.Find("wiki")), trust => trust is not null);
    }

    [Theory, AtEachDatabase]
    public async Task It_asks_four_times_within_the_bound(DatabaseKind kind)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(kind, postgres);
        TrustedAppsStore store = await database.OpenStoreAsync();
        var time = new ManualTimeProvider();
        await using Node node = await Node.StartAsync(database, TimeSpan.FromSeconds(8), time);
        for (int change = 0; change < 4; change++)
        {
            await store.Trusts.AddAsync(Trusted.In($"wiki:{change}"), "ann", Ct);
            time.Advance(TimeSpan.FromSeconds(2));
            await WaitForAsync(() => Task.FromResult(node.Image), image => image.Find($"wiki:{change}") is not null && image.Age == TimeSpan.Zero);
        }
    }

    [Theory, AtEachDatabase]
    public async Task A_genuine_key_grant_that_does_not_open_makes_it_look_for_new_keys_once_a_second(DatabaseKind kind)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(kind, postgres);
        DirectoryInfo folder = Directory.CreateTempSubdirectory("keys-");
        var time = ManualTimeProvider.OfToday();
        await RotatingNode.SeedAsync(database.Connection, folder.FullName, time);
        using DatabaseKeyStore here = database.OpenKeyStore(folder.FullName, time), elsewhere = database.OpenKeyStore(folder.FullName, time);
        await here.LoadAsync(Ct);
        await elsewhere.LoadAsync(Ct);
        await using Node node = await Node.StartAsync(database, TimeSpan.FromHours(1), time, keys: here); // hears of nothing: its database does not notify
        await elsewhere.ChangeAsync(keys => keys.WithNext(time.GetUtcNow()), Ct);
        if (kind == DatabaseKind.Sqlite) Assert.NotEqual(elsewhere.Keys.Keys, here.Keys.Keys);

        node.Observe(CoreInternals.RejectGrant("wiki"));
        node.Observe(CoreInternals.RejectUnreadableGrant("wiki"));
        await WaitForAsync(() => Task.FromResult(here.Keys), keys => keys.Keys.SequenceEqual(elsewhere.Keys.Keys));

        await elsewhere.ChangeAsync(keys => keys.Rotate(time.GetUtcNow()), Ct);
        node.Observe(CoreInternals.RejectUnreadableGrant("wiki")); // within a second
        if (kind == DatabaseKind.Sqlite) Assert.NotEqual(elsewhere.Keys.Keys, here.Keys.Keys);
        time.Advance(TimeSpan.FromSeconds(1));
        node.Observe(CoreInternals.RejectUnreadableGrant("wiki"));
        await WaitForAsync(() => Task.FromResult(here.Keys), keys => keys.Keys.SequenceEqual(elsewhere.Keys.Keys));
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Keys_are_maintained_each_minute_and_trusts_do_not_wait_for_it()
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite, postgres);
        DirectoryInfo folder = Directory.CreateTempSubdirectory("keys-");
        var time = ManualTimeProvider.OfToday();
        await RotatingNode.SeedAsync(database.Connection, folder.FullName, time);
        TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously), released = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using DatabaseKeyStore keys = database.OpenKeyStore(folder.FullName, time, clock: async cancellationToken =>
        {
            asked.TrySetResult();
            await released.Task.WaitAsync(cancellationToken);
            return time.GetUtcNow();
        });
        await keys.LoadAsync(Ct);
        await using Node node = await Node.StartAsync(database, TimeSpan.FromHours(1), time, keys: keys);

        time.Advance(TimeSpan.FromHours(22)); // a next key is due
        await asked.Task.WaitAsync(_deadline, Ct);
        time.Advance(TimeSpan.FromHours(1));
        await WaitForAsync(() => Task.FromResult(node.Image), image => image.Age == TimeSpan.Zero);
        Assert.DoesNotContain(keys.Keys.Keys, key => key.Status == KeyStatus.Next);

        released.SetResult();
        await WaitForAsync(() => Task.FromResult(keys.Keys), present => present.Keys.Any(key => key.Status == KeyStatus.Next));
        time.Advance(TimeSpan.FromHours(2));
        await WaitForAsync(() => Task.FromResult(keys.Keys), present => present.Keys.Any(key => key.Status == KeyStatus.Retired));
        folder.Delete(recursive: true);
    }

    // Npgsql asks for nothing now and then, to see whether the server is there.
    private static Task<IReadOnlyList<string>> ListenersAsync(TestDatabase database) => database.QueryAsync(
        $"SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle' AND (query = 'LISTEN {StoreWriter.Channel}' OR query ILIKE 'SELECT NULL%')");

    private static async Task<T> WaitForAsync<T>(Func<Task<T>> ask, Predicate<T> holds)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        deadline.CancelAfter(_deadline);
        while (true)
        {
            T answer = await ask();
            if (holds(answer)) return answer;
            await Task.Delay(TimeSpan.FromMilliseconds(5), deadline.Token);
        }
    }

    private sealed class Node : IAsyncDisposable
    {
        private readonly StoreRefresh _refresh;

        private Node(TrustSnapshot image, StoreRefresh refresh) => (Image, _refresh) = (image, refresh);

        public TrustSnapshot Image { get; }

        public static async Task<Node> StartAsync(TestDatabase database, TimeSpan maxStaleness, TimeProvider time, Func<Task>? beforeListening = null, DatabaseKeyStore? keys = null)
        {
            TrustSnapshot image = await database.LoadImageAsync(time);
            if (beforeListening is not null) await beforeListening();
            var refresh = new StoreRefresh(database.Open(), image, Options.Create(new TrustedAppsStoreOptions { MaxStaleness = maxStaleness }), time, database.Logger, keys is null ? [] : [keys]);
            Task isAsking = time is ManualTimeProvider manual ? manual.NextTimer : Task.CompletedTask;
            await refresh.StartAsync(Ct);
            await isAsking;
            return new Node(image, refresh);
        }

        public void Observe(in Verdict verdict) => _refresh.Observe(default, verdict);

        public async ValueTask DisposeAsync()
        {
            await _refresh.StopAsync(CancellationToken.None);
            _refresh.Dispose();
            Image.Dispose();
        }
    }
}
