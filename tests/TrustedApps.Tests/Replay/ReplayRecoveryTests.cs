using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using TrustedApps.Replay;

namespace TrustedApps.Tests.Replay;

/// <summary>A replay cache over restarts, with real files.</summary>
public sealed class ReplayRecoveryTests : IDisposable
{
    private readonly ScratchFolder _folder = new();
    private readonly LogRecorder _log = new();
    private readonly ManualTimeProvider _clock = new();

    private string StateFile => _folder.PathOf("keys.json.replay");

    private string RunFile => StateFile + ".run";

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task After_an_orderly_stop_the_next_start_knows_all_that_was_seen_and_goes_on_at_once(bool isNew)
    {
        await RestartedAsync(Stop, isNew, async (cache, seen) =>
        {
            Assert.Equal(ReplayStatus.Repeated, await AddAsync(cache, seen.Once));
            Assert.Equal(ReplayStatus.Repeated, await AddAsync(cache, seen.Legacy));
            Assert.Equal(ReplayStatus.Conflicting, await AddAsync(cache, Legacy(3, companion: 9)));
            Assert.Equal(ReplayStatus.First, await AddAsync(cache, Once(2)));
            Assert.Equal(ReplayStatus.First, await AddAsync(cache, Legacy(4)));
        });
        Assert.Contains(_log.Lines, line => line.Event.Name == "ReplayCacheContinued");
        Assert.Empty(_log.Ours);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task After_a_crash_only_what_may_have_been_accepted_is_refused_and_for_less_than_5_s(bool isNew)
    {
        await RestartedAsync(Crash, isNew, async (cache, seen) =>
        {
            ReplayResult early = await cache.TryAddAsync(seen.Once, Ct);
            Assert.Equal(ReplayStatus.Starting, early.Status);
            Assert.InRange(early.RetryAfter!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(4));
            ReplayResult older = await cache.TryAddAsync(seen.Legacy, Ct);
            Assert.Equal(ReplayStatus.Starting, older.Status);
            Assert.InRange(older.RetryAfter!.Value, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(4));
            _clock.Advance(TimeSpan.FromSeconds(4));
            Assert.Equal(ReplayStatus.First, await AddAsync(cache, Once(2)));
            Assert.Equal(ReplayStatus.First, await AddAsync(cache, Legacy(4)));
            Assert.NotEqual(ReplayStatus.First, await AddAsync(cache, seen.Once));
        });
        Assert.Empty(_log.Ours);
    }

    [Fact]
    public async Task The_latest_time_of_issue_is_on_disk_before_it_is_accepted_over_many_crashes()
    {
        var accepted = new List<ReplayEntry>();
        InMemoryReplayCache cache = Start(isNew: true);
        for (int round = 0; round < 40; round++)
        {
            for (int number = 0; number < 5; number++)
            {
                _clock.Advance(TimeSpan.FromMilliseconds(700));
                foreach (ReplayEntry entry in new[] { Once((round * 10) + number, ahead: round % 7), Legacy((round * 10) + number, ahead: round % 5) })
                {
                    if (await AddAsync(cache, entry) == ReplayStatus.First) accepted.Add(entry);
                }
            }

            Crash(cache);
            cache = Start();
            foreach (ReplayEntry entry in accepted.TakeLast(100)) Assert.NotEqual(ReplayStatus.First, await AddAsync(cache, entry));
        }

        Assert.InRange(accepted.Count, 100, 400);
        cache.Dispose();
    }

    [Fact]
    public async Task The_state_counts_once()
    {
        InMemoryReplayCache cache = Start(isNew: true);
        await AddAsync(cache, Once(1));
        cache.Dispose();
        byte[] copy = await File.ReadAllBytesAsync(StateFile, Ct);
        cache = Start();
        Assert.False(File.Exists(StateFile)); // before the first request
        ReplayEntry later = Once(2);
        Assert.Equal(ReplayStatus.First, await AddAsync(cache, later));

        foreach (Action<InMemoryReplayCache> end in new[] { Crash, Stop })
        {
            end(cache);
            await File.WriteAllBytesAsync(StateFile, copy, Ct); // put back
            cache = Start();
            Assert.NotEqual(ReplayStatus.First, await AddAsync(cache, later));
            Assert.False(File.Exists(StateFile));
        }

        cache.Dispose();
        Assert.All(_log.Ours, line => Assert.Equal("ReplayFileNotUsed", line.Event.Name));
        Assert.Equal(2, _log.Ours.Count);
    }

    [Theory]
    [InlineData("an entries file with one bit changed")]
    [InlineData("an entries file that is cut off")]
    [InlineData("an entries file that is empty")]
    [InlineData("no entries file")]
    [InlineData("a run file with one bit changed")]
    [InlineData("a run file that is cut off")]
    [InlineData("a run file that is empty")]
    [InlineData("no run file")]
    [InlineData("a run file of another run")]
    [InlineData("another application id")]
    [InlineData("another clock skew")]
    [InlineData("too old")]
    [InlineData("from the future")]
    [InlineData("less room")]
    [InlineData("a folder in the place of the entries")]
    public async Task What_is_in_doubt_fails_closed(string doubt)
    {
        InMemoryReplayCache cache = Start(isNew: true);
        ReplayEntry once = Once(1), again = Once(2), legacy = Legacy(3);
        foreach (ReplayEntry entry in new[] { once, again, legacy }) Assert.Equal(ReplayStatus.First, await AddAsync(cache, entry));
        cache.Dispose();
        InMemoryReplayCacheOptions options = Options(isNew: true);
        switch (doubt)
        {
            case "an entries file with one bit changed": Change(StateFile, bytes => { bytes[^40] ^= 1; return bytes; }); break;
            case "an entries file that is cut off": Change(StateFile, bytes => bytes[..^1]); break;
            case "an entries file that is empty": Change(StateFile, _ => []); break;
            case "no entries file": File.Delete(StateFile); break;
            case "a run file with one bit changed": Change(RunFile, bytes => { bytes[100] ^= 1; return bytes; }); break;
            case "a run file that is cut off": Change(RunFile, bytes => bytes[..^1]); break;
            case "a run file that is empty": Change(RunFile, _ => []); break;
            case "no run file": File.Delete(RunFile); break;
            case "a run file of another run": Change(RunFile, bytes => (ReplayRun.Decode(bytes)! with { Id = 5 }).Encode()); break;
            case "another application id": options = options with { ApplicationId = "shop" }; break;
            case "another clock skew": options = options with { ClockSkew = TimeSpan.FromSeconds(31) }; break;
            case "too old": _clock.Advance(TimeSpan.FromMinutes(15) + TimeSpan.FromSeconds(1)); break;
            case "from the future": _clock.Step(TimeSpan.FromSeconds(-6)); break;
            case "less room": options = options with { CapacityPerApplication = 2 }; break;
            default:
                File.Delete(StateFile);
                Directory.CreateDirectory(StateFile);
                break;
        }

        using InMemoryReplayCache next = Start(options);
        Assert.All(
            await Task.WhenAll(new[] { once, again, legacy }.Select(entry => AddAsync(next, entry))),
            status => Assert.True(status is ReplayStatus.Starting or ReplayStatus.Conflicting, $"{status}"));
        _clock.Advance(TimeSpan.FromSeconds(120));
        Assert.Equal(ReplayStatus.First, await AddAsync(next, Once(4)));
    }

    [Fact]
    public async Task A_file_that_a_living_process_uses_is_not_used_and_that_process_leaves_nothing_that_counts()
    {
        InMemoryReplayCache first = Start(isNew: true);
        ReplayEntry seen = Once(1);
        await AddAsync(first, seen);
        InMemoryReplayCache second = Start(); // a new process, before the old one has ended
        Assert.Equal("ReplayFileNotUsed", Assert.Single(_log.Ours).Event.Name);
        Assert.Equal(ReplayStatus.Starting, await AddAsync(second, seen));
        _clock.Advance(TimeSpan.FromSeconds(31));
        ReplayEntry later = Once(2);
        Assert.Equal(ReplayStatus.First, await AddAsync(second, later));
        first.Dispose();
        Crash(second);

        using InMemoryReplayCache third = Start();
        Assert.Equal(ReplayStatus.Starting, await AddAsync(third, later));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_means_a_start_of_which_nothing_is_known()
    {
        InMemoryReplayCache cache = Start(isNew: true);
        ReplayEntry seen = Once(1);
        await AddAsync(cache, seen);
        cache.Dispose();
        File.Delete(RunFile);
        Directory.CreateDirectory(RunFile); // nothing can take its place

        InMemoryReplayCache next = Start();
        Assert.Contains(_log.Ours, line => line.Event.Name == "ReplayFileNotWritten");
        Assert.Equal(ReplayStatus.Starting, await AddAsync(next, seen));
        _clock.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(ReplayStatus.First, await AddAsync(next, Once(2)));
        next.Dispose();
        Assert.Equal(ReplayStatus.First, await AddAsync(next, Once(3))); // there is nothing to save
    }

    [Fact]
    public async Task After_it_was_saved_nothing_is_accepted()
    {
        InMemoryReplayCache cache = Start(isNew: true);
        await AddAsync(cache, Once(1));
        cache.Dispose();
        cache.Dispose();
        Assert.Equal(ReplayStatus.Unavailable, await AddAsync(cache, Once(2)));
        Assert.Equal(ReplayStatus.Unavailable, await AddAsync(cache, Once(3, ahead: 20)));
        Assert.Equal(ReplayStatus.Unavailable, await AddAsync(cache, Legacy(4)));
    }

    [Fact]
    public async Task What_was_accepted_while_it_was_being_saved_is_saved()
    {
        InMemoryReplayCache cache = Start(isNew: true);
        await AddAsync(cache, Once(0));
        var accepted = new System.Collections.Concurrent.ConcurrentBag<ReplayEntry>();
        ReplayEntry[] entries = [.. Enumerable.Range(1, 200_000).Select(number => Once(number))];
        int next = -1;
        Threads.Run(3, thread =>
        {
            if (thread == 0)
            {
                while (Volatile.Read(ref next) < entries.Length / 4) Thread.Yield();
                cache.Dispose();
                return;
            }

            while (Interlocked.Increment(ref next) is int index && index < entries.Length)
            {
                ValueTask<ReplayResult> answer = cache.TryAddAsync(entries[index], CancellationToken.None);
                if (answer.AsTask().GetAwaiter().GetResult().Status == ReplayStatus.First) accepted.Add(entries[index]);
            }
        });
        Assert.InRange(accepted.Count, 1, entries.Length);

        using InMemoryReplayCache after = Start();
        foreach (ReplayEntry entry in accepted) Assert.Equal(ReplayStatus.Repeated, await AddAsync(after, entry));
    }

    [Fact]
    public async Task A_start_with_a_clock_that_was_behind_is_reckoned_after_an_orderly_restart_too()
    {
        InMemoryReplayCache cache = Start(isNew: true);
        ReplayEntry captured = Once(1);
        await AddAsync(cache, captured);
        Crash(cache);
        File.Delete(RunFile); // nothing is known
        _clock.Step(TimeSpan.FromSeconds(-600));
        cache = Start();
        _clock.Advance(TimeSpan.FromSeconds(10));
        Stop(cache);
        _clock.Step(TimeSpan.FromSeconds(600));
        using InMemoryReplayCache next = Start();
        Assert.Equal(ReplayStatus.Starting, await AddAsync(next, captured));
    }

    [Fact]
    public void Its_files_are_for_their_owner_alone()
    {
        if (OperatingSystem.IsWindows()) return;
        using InMemoryReplayCache cache = Start(isNew: true);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(RunFile));
        cache.Dispose();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(StateFile));
        Assert.Equal(2, Directory.GetFiles(_folder.Path).Length);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private async Task RestartedAsync(
        Action<InMemoryReplayCache> end, bool isNew, Func<InMemoryReplayCache, (ReplayEntry Once, ReplayEntry Legacy), Task> check)
    {
        InMemoryReplayCache cache = Start(isNew: true);
        (ReplayEntry Once, ReplayEntry Legacy) seen = (Once(1), Legacy(3));
        Assert.Equal(ReplayStatus.First, await AddAsync(cache, seen.Once));
        Assert.Equal(ReplayStatus.First, await AddAsync(cache, seen.Legacy));
        end(cache);
        using InMemoryReplayCache next = Start(isNew);
        await check(next, seen);
    }

    private static void Stop(InMemoryReplayCache cache) => cache.Dispose();

    // As when the process is killed: the system closes the file.
    private static void Crash(InMemoryReplayCache cache) => FileOf(cache)!.Dispose();

    private static void Change(string path, Func<byte[], byte[]> change) => File.WriteAllBytes(path, change(File.ReadAllBytes(path)));

    private InMemoryReplayCacheOptions Options(bool isNew) => new() { StateFile = StateFile, ApplicationId = "tracker", IsNewInstallation = isNew };

    private InMemoryReplayCache Start(bool isNew = false) => Start(Options(isNew));

    private InMemoryReplayCache Start(InMemoryReplayCacheOptions options) => new(options, _clock, new Logger<InMemoryReplayCache>(new LoggerFactory([_log])));

    private ReplayEntry Once(int mark, int ahead = 0)
    {
        long now = _clock.GetUtcNow().ToUnixTimeSeconds() * 1000, issued = now + (ahead * 1000L);
        return ReplayEntry.Once("wiki", (UInt128)mark, issued, issued + 90_000, now);
    }

    private ReplayEntry Legacy(int mark, int companion = 0, int ahead = 0)
    {
        long now = _clock.GetUtcNow().ToUnixTimeMilliseconds(), issued = now + (ahead * 1000L);
        return ReplayEntry.Legacy("wiki", [new ReplayKey((UInt128)mark, (UInt128)companion)], issued, issued + 60_000, now, ahead: 60_000);
    }

    private static async Task<ReplayStatus> AddAsync(InMemoryReplayCache cache, ReplayEntry entry) => (await cache.TryAddAsync(entry, Ct)).Status;

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_file")]
    private static extern ref ReplayFile? FileOf(InMemoryReplayCache cache);
}
