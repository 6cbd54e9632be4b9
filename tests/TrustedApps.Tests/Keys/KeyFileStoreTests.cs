using TrustedApps.Keys;

namespace TrustedApps.Tests.Keys;

public sealed class KeyFileStoreTests : IDisposable
{
    private static readonly ApplicationKeys _next = Fixture.Wiki.WithNext(Fixture.Now);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("trusted-apps-");
    private readonly ManualTimeProvider _clock = new();
    private readonly LogRecorder _logs = new();
    private readonly KeyFileStore _store;

    public KeyFileStoreTests()
    {
        _store = Open();
        Fixture.Wiki.Save(_store.Path);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private IEnumerable<string> Events => _logs.Lines.Select(line => line.Event.Name!);

    /// <summary>What a key file can be replaced by that is none of this application, by name.</summary>
    private static Dictionary<string, Action<string>> Damages { get; } = new(StringComparer.Ordinal)
    {
        ["half of a file"] = path => File.WriteAllBytes(path, KeyFile.Format(_next).AsSpan(0, 2000)),
        ["nothing"] = path => File.WriteAllText(path, ""),
        ["no file"] = File.Delete,
        ["a folder"] = path =>
        {
            File.Delete(path);
            Directory.CreateDirectory(path);
        },
        ["another application's keys"] = path => Fixture.Blog.Replace(path),
        ["no keys for version 4"] = path => new ApplicationKeys("wiki", Fixture.Wiki.LegacyKey.ExportParameters()).Replace(path),
    };

    public static TheoryData<string> DamageNames { get; } = [.. Damages.Keys];

    public void Dispose()
    {
        _store.Dispose();
        _logs.Dispose();
        _directory.Delete(recursive: true);
    }

    [Fact]
    public async Task Keys_are_there_once_they_are_loaded()
    {
        Assert.Contains("call LoadAsync", Assert.Throws<InvalidOperationException>(() => _store.Keys).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidOperationException>(() => _store.ChangeAsync(keys => keys, Cancellation));

        await _store.LoadAsync(Cancellation);
        ApplicationKeys keys = _store.Keys;
        await _store.LoadAsync(Cancellation);

        Assert.Equal(Fixture.Wiki.Keys, keys.Keys);
        Assert.Same(keys, _store.Keys);
        Assert.Equal(TimeSpan.FromSeconds(5), _store.CheckInterval);
    }

    [Fact]
    public async Task A_file_that_is_not_there_or_none_stops_the_start_and_says_what_to_do()
    {
        File.WriteAllText(_store.Path, "nothing");
        Assert.Contains("restore it from a backup", (await Assert.ThrowsAsync<InvalidDataException>(() => _store.LoadAsync(Cancellation).AsTask())).Message, StringComparison.Ordinal);

        File.Delete(_store.Path);
        Assert.Contains($"trusted-apps keys new --id ID --out {_store.Path}", (await Assert.ThrowsAsync<FileNotFoundException>(() => _store.LoadAsync(Cancellation).AsTask())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_replaces_it_is_used_at_the_next_look()
    {
        await _store.LoadAsync(Cancellation);
        ApplicationKeys before = _store.Keys;
        _next.Replace(_store.Path);

        _clock.Advance(TimeSpan.FromSeconds(4));
        Assert.Same(before, _store.Keys);
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(_next.Keys, _store.Keys.Keys);
        Assert.Equal(["OwnKeysReplaced"], Events);
    }

    [Fact]
    public async Task A_file_that_was_copied_over_itself_changes_nothing()
    {
        await _store.LoadAsync(Cancellation);
        ApplicationKeys before = _store.Keys;
        File.SetLastWriteTimeUtc(_store.Path, new DateTime(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc));

        _clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Same(before, _store.Keys);
        Assert.Empty(Events);
    }

    [Theory]
    [MemberData(nameof(DamageNames))]
    public async Task What_cannot_be_used_leaves_the_keys_and_is_logged_once(string damage)
    {
        await _store.LoadAsync(Cancellation);
        ApplicationKeys before = _store.Keys;

        Damages[damage](_store.Path);
        _clock.Advance(TimeSpan.FromSeconds(5));
        _clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Same(before, _store.Keys);
        LogLine line = Assert.Single(_logs.Lines);
        Assert.Equal("KeyFileNotUsed", line.Event.Name);
        Assert.Null(line.Exception);

        if (Directory.Exists(_store.Path)) Directory.Delete(_store.Path);
        File.Delete(_store.Path);
        _next.Save(_store.Path);
        _clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(_next.Keys, _store.Keys.Keys);
        Assert.Equal(["KeyFileNotUsed", "OwnKeysReplaced"], Events);
    }

    [Fact]
    public async Task A_link_to_another_file_is_followed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege there.");
        string link = Path.Combine(_directory.FullName, "link"), other = Path.Combine(_directory.FullName, "other");
        File.CreateSymbolicLink(link, _store.Path);
        using var store = new KeyFileStore(link, _clock);
        await store.LoadAsync(Cancellation);

        _next.Save(other);
        File.Delete(link);
        File.CreateSymbolicLink(link, other);
        _clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(_next.Keys, store.Keys.Keys);
    }

    [Fact]
    public async Task After_its_end_it_looks_no_more()
    {
        await _store.LoadAsync(Cancellation);
        _store.Dispose();
        _next.Replace(_store.Path);

        _clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(Fixture.Wiki.Keys, _store.Keys.Keys);
    }

    [Fact]
    public async Task A_change_begins_with_what_is_stored_and_is_there_when_it_returns()
    {
        await _store.LoadAsync(Cancellation);
        _next.Replace(_store.Path); // not noticed yet

        ApplicationKeys rotated = await _store.ChangeAsync(keys => keys.Rotate(Fixture.Now), Cancellation);

        Assert.Same(rotated, _store.Keys);
        Assert.Equal(_next.Rotate(Fixture.Now).Keys, rotated.Keys);
        Assert.Equal(rotated.Keys, ApplicationKeys.Load(_store.Path).Keys);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_store.Path + ".lock"));
    }

    [Fact]
    public async Task A_change_that_fails_changes_nothing_and_gives_the_lock_back()
    {
        await _store.LoadAsync(Cancellation);
        byte[] before = await File.ReadAllBytesAsync(_store.Path, Cancellation);

        await Assert.ThrowsAsync<InvalidOperationException>(() => _store.ChangeAsync(keys => keys.Rotate(Fixture.Now), Cancellation)); // there is no next
        await Assert.ThrowsAsync<InvalidOperationException>(() => _store.ChangeAsync(_ => Fixture.Blog, Cancellation));
        await _store.ChangeAsync(keys => keys, Cancellation);

        Assert.Equal(before, await File.ReadAllBytesAsync(_store.Path, Cancellation));
        Assert.Empty(Events);
    }

    [Fact]
    public async Task Of_changes_at_once_none_is_lost()
    {
        KeyFileStore[] stores = [.. Enumerable.Range(0, 4).Select(_ => new KeyFileStore(_store.Path))]; // as of four processes
        await Task.WhenAll(stores.Select(store => Task.Run(
            async () =>
            {
                await store.LoadAsync(Cancellation);
                for (int round = 0; round < 10; round++) await store.ChangeAsync(Count, Cancellation);
            },
            Cancellation)));

        Assert.Equal(Fixture.Wiki.ChangedAt.AddSeconds(40), ApplicationKeys.Load(_store.Path).ChangedAt);
        Assert.Equal(2, _directory.GetFiles().Length); // the file and the lock
        Assert.All(stores, store => store.Dispose());

        static ApplicationKeys Count(ApplicationKeys keys) => new(keys.Id, new KeyRing(keys.Ring.Keys, keys.ChangedAt.AddSeconds(1)));
    }

    [Fact]
    public async Task Waiting_for_another_process_has_an_end()
    {
        await _store.LoadAsync(Cancellation);
        await using FileStream held = await KeyFileLock.TakeAsync(_store.Path, _clock, Cancellation);
        Task<TimeSpan> waits = _clock.NextTimer;
        Task<ApplicationKeys> change = _store.ChangeAsync(keys => keys, Cancellation);
        await waits;
        using var impatient = new CancellationTokenSource();
        Task<ApplicationKeys> cancelled = _store.ChangeAsync(keys => keys, impatient.Token);
        await impatient.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        _clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Contains("for 30 seconds", (await Assert.ThrowsAsync<IOException>(() => change)).Message, StringComparison.Ordinal);
    }

    private KeyFileStore Open()
    {
        using var factory = new Microsoft.Extensions.Logging.LoggerFactory([_logs]);
        return new KeyFileStore(Path.Combine(_directory.FullName, "keys.json"), _clock, new Microsoft.Extensions.Logging.Logger<KeyFileStore>(factory));
    }
}
