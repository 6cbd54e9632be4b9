using Microsoft.Extensions.Logging;

namespace TrustedApps.Replay;

/// <summary>
/// Decides at a start what an earlier process may have accepted, from the files that it left. What is in doubt counts
/// as a start of which nothing is known.
/// </summary>
internal sealed class ReplayRecovery
{
    // Older files are more likely from a backup than from the last process. All entries of version 4 have expired then.
    private static readonly TimeSpan _maxAge = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan _clockTolerance = TimeSpan.FromSeconds(5);

    private readonly InMemoryReplayCacheOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly string _path;
    private readonly byte[] _owner;
    private readonly bool _isNew;
    private readonly ReplayRun? _run; // of the last process, if it is of this application
    private readonly string? _problem; // why that run is in doubt

    public ReplayRecovery(InMemoryReplayCacheOptions options, string path, TimeProvider time, ILogger logger)
    {
        (_options, _path, _time, _logger) = (options, path, time, logger);
        _owner = ReplayRun.OwnerOf(options.ApplicationId);
        if (Try(() => IsOtherFile(path)))
        {
            throw new InvalidOperationException(
                $"The file {path} is not one of a replay cache, which would replace it. Set ReplayFile to a name that no other file has.");
        }

        _isNew = !File.Exists(path) && !File.Exists(ReplayFile.RunPathOf(path));
        if (!_isNew) (_run, _problem) = ReadRun();
    }

    /// <summary>Recovers, and begins a new run.</summary>
    /// <param name="restore">
    /// Reads the saved entries into the cache that began with a start; false if there is no room for them.
    /// </param>
    /// <returns>The start, the file to keep, and whether the entries that were read count.</returns>
    /// <exception cref="InvalidOperationException">
    /// The files cannot be written, and the next start would take what is in them for current.
    /// </exception>
    public (StartupHorizon Start, ReplayFile? File, bool HasEntries) Recover(
        Func<BinaryReader, StartupHorizon, bool> restore)
    {
        ReplayRun? saved = FindSaved();
        StartupHorizon? start =
            saved is null ? null : StartupHorizon.Continue(saved.Start, _options.ClockSkew, _time);
        if (start is not null && !TryRead(reader => restore(reader, start)))
        {
            _logger.ReplayFileNotUsed(_path, "Its entries are more than the cache may hold now, or cannot be read.");
            (saved, start) = (null, null);
        }

        start ??= StartWithoutEntries();
        ReplayRun next = (saved ?? _run ?? Nothing()) with
        {
            Owner = _owner,
            Skew = SkewOf(_options),
            Start = start.Times,
        };
        if (ReplayFile.Begin(_path, next, start, _time, _logger) is { } file) return (start, file, saved is not null);

        // The entries count once. They would count again at the next start.
        InvalidateRun();
        return (saved is null ? start : StartInDoubt(), null, false);
    }

    private StartupHorizon StartWithoutEntries()
    {
        if (_isNew)
        {
            return _options.IsNewInstallation ? StartupHorizon.First : StartupHorizon.Now(_time, _options.ClockSkew);
        }

        if (FindProblem(_run) is { } problem)
        {
            _logger.ReplayFileNotUsed(_path, problem);
            return StartInDoubt();
        }

        _logger.ReplayCacheLost(_path);
        return StartupHorizon.Continue(_run!.AfterLoss(), _options.ClockSkew, _time);
    }

    // The recorded times count as well, but are not enough.
    private StartupHorizon StartInDoubt() => StartupHorizon.Continue(
        (_run?.AfterLoss() ?? StartupTimes.None) with { Elapsed = TimeSpan.Zero }, _options.ClockSkew, _time);

    private ReplayRun? FindSaved()
    {
        if (_problem is not null || _isNew || !File.Exists(_path)) return null;
        ReplayRun? saved = Try(() => ReplayEntriesFile.FindRun(_path));
        string? problem = saved?.Id != _run!.Id
            ? "It is damaged, or does not belong to the last process."
            : FindProblem(saved);
        if (problem is null) return saved;
        _logger.ReplayFileNotUsed(_path, problem);
        return null;
    }

    private (ReplayRun? Run, string? Problem) ReadRun()
    {
        try
        {
            byte[] bytes;
            using (var file = new FileStream(
                ReplayFile.RunPathOf(_path), FileMode.Open, FileAccess.Read, DurableFile.Exclusive))
            {
                if (file.Length != ReplayRun.Size) return (null, "The record of the last process is damaged.");
                bytes = new byte[ReplayRun.Size];
                file.ReadExactly(bytes);
            }

            return ReplayRun.Decode(bytes) switch
            {
                null => (null, "The record of the last process is damaged."),
                { } run when !run.Owner.AsSpan().SequenceEqual(_owner) => (null, "It belongs to another application id."),
                { } run when run.Skew != SkewOf(_options) => (run, "ClockSkew was another."),
                { } run => (run, null),
            };
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return (null, $"Another process uses it, or it cannot be read ({problem.Message})");
        }
    }

    private string? FindProblem(ReplayRun? run)
    {
        if (_problem is not null || run is null) return _problem;
        TimeSpan age = _time.GetUtcNow() - DateTimeOffset.UnixEpoch - TimeSpan.FromMilliseconds(run.WrittenAt);
        if (age < -_clockTolerance) return "It was written later than it is now, by this clock.";
        return age > _maxAge ? $"It is older than {_maxAge.TotalMinutes} minutes." : null;
    }

    private bool TryRead(Func<BinaryReader, bool> read)
    {
        int count = 0;
        bool isRead = Try(() => ReplayEntriesFile.TryRead(_path, reader =>
        {
            count = reader.ReadInt32();
            return read(reader);
        }));
        if (isRead) _logger.ReplayCacheContinued(count, _path);
        return isRead;
    }

    // Overwriting needs no room on a full disk.
    private void InvalidateRun()
    {
        if (_run is null) return;
        try
        {
            using FileStream file = File.OpenWrite(ReplayFile.RunPathOf(_path));
            file.Write(new byte[ReplayRun.Size]);
            file.Flush(flushToDisk: true);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            if (FindProblem(_run) is not null) return; // the next start will not use it either
            throw new InvalidOperationException(
                $"The file {ReplayFile.RunPathOf(_path)} of the replay cache cannot be written ({problem.Message}) The next start would take it for current and accept requests again. Let this process write it, or set ReplayFile to another file.",
                problem);
        }
    }

    private ReplayRun Nothing() => new()
    {
        Id = default,
        Owner = _owner,
        Skew = 0,
        Start = StartupTimes.None,
        LastIssued = long.MinValue,
        LastStamp = long.MinValue,
        WrittenAt = 0,
    };

    // Empty files are damaged ones.
    private static bool IsOtherFile(string path)
    {
        if (!File.Exists(path)) return false;
        byte[] begin = new byte[sizeof(ulong)];
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        return file.Read(begin) > 0 && !ReplayRun.HasMagic(begin);
    }

    private static long SkewOf(InMemoryReplayCacheOptions options) => (long)options.ClockSkew.TotalMilliseconds;

    private static T? Try<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return default;
        }
    }
}
