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
    private readonly bool _mayBeInUse;
    private string? _entriesProblem; // why saved entries do not count

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
        if (!_isNew) (_run, _problem, _mayBeInUse) = ReadRun();
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
            _entriesProblem = "Its entries are more than the cache may hold now, or cannot be read.";
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

        // The entries count once: they would count again at the next start. Nor is this start recorded, so a new
        // installation is one again at the next.
        InvalidateRun();
        return (StartInDoubt(), null, false);
    }

    private StartupHorizon StartWithoutEntries()
    {
        if (_isNew)
        {
            return _options.IsNewInstallation ? StartupHorizon.First : StartupHorizon.Now(_time, _options.ClockSkew);
        }

        string? doubt = FindProblem(_run);
        StartupHorizon start = doubt is null
            ? StartupHorizon.Continue(_run!.AfterLoss(), _options.ClockSkew, _time)
            : StartInDoubt();
        long now = _time.GetUtcNow().ToUnixTimeSeconds(), wait = Math.Max(start.Horizon, now) - now + 1;
        if ((doubt ?? _entriesProblem) is { } problem) _logger.ReplayFileNotUsed(_path, problem, wait);
        else _logger.ReplayCacheLost(_path, wait);
        return start;
    }

    // The recorded times count as well, but are not enough.
    private StartupHorizon StartInDoubt()
    {
        StartupTimes known = _run?.AfterLoss() ?? StartupTimes.None;

        // The times of a clock that was ahead would count until it is that late. What was accepted is not later than
        // the latest times that were recorded.
        if (_run is not null && WasAhead(_run))
        {
            known = known with { Horizon = _run.LastIssued, Moment = long.MinValue };
        }

        TimeSpan elapsed = _mayBeInUse ? -ReplayFile.Overlap : TimeSpan.Zero;
        return StartupHorizon.Continue(known with { Elapsed = elapsed }, _options.ClockSkew, _time);
    }

    private ReplayRun? FindSaved()
    {
        if (_problem is not null || _isNew || !File.Exists(_path)) return null;
        ReplayRun? saved = Try(() => ReplayEntriesFile.FindRun(_path));
        _entriesProblem = saved?.Id != _run!.Id
            ? "It is damaged, or does not belong to the last process."
            : FindProblem(saved);
        return _entriesProblem is null ? saved : null;
    }

    // The times of a run that is in doubt count as well.
    private (ReplayRun? Run, string? Problem, bool MayBeInUse) ReadRun()
    {
        string path = ReplayFile.RunPathOf(_path);
        try
        {
            return ReplayRun.Read(path, FileShare.None) switch
            {
                null => (null, "The record of the last process is damaged.", false),
                { } run when !run.Owner.AsSpan().SequenceEqual(_owner) =>
                    (run, "It belongs to another application id.", false),
                { } run when run.Skew != SkewOf(_options) => (run, "ClockSkew was another.", false),
                { } run => (run, null, false),
            };
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return (
                Try(() => ReplayRun.Read(path, DurableFile.Held)),
                $"Another process uses it, or it cannot be read ({problem.Message})",
                File.Exists(path));
        }
    }

    private string? FindProblem(ReplayRun? run)
    {
        if (_problem is not null || run is null) return _problem;
        TimeSpan age = AgeOf(run);
        if (age < -_clockTolerance) return "It was written later than it is now, by this clock.";
        if (WasAhead(run)) return "The clock was ahead when the last process started.";
        return age > _maxAge ? $"It is older than {_maxAge.TotalMinutes} minutes." : null;
    }

    private TimeSpan AgeOf(ReplayRun run) =>
        _time.GetUtcNow() - DateTimeOffset.UnixEpoch - TimeSpan.FromMilliseconds(run.WrittenAt);

    private bool WasAhead(ReplayRun run)
    {
        TimeSpan skew = TimeSpan.FromMilliseconds(run.Skew);
        return run.Start.Horizon > (_time.GetUtcNow() + skew + _clockTolerance).ToUnixTimeSeconds();
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
        string path = ReplayFile.RunPathOf(_path);
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Write, FileShare.None);
            file.Write(new byte[ReplayRun.Size]);
            file.Flush(flushToDisk: true);
        }
        catch (Exception problem) when (problem is FileNotFoundException or DirectoryNotFoundException)
        {
            // There is nothing that could count.
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            if (!MayCountLater(path)) return;
            throw new InvalidOperationException(
                $"The file {path} of the replay cache cannot be written ({problem.Message}) The next start would take it for current and accept requests again. Let this process write it, or set ReplayFile to another file.",
                problem);
        }
    }

    private bool MayCountLater(string path)
    {
        if (Directory.Exists(path)) return false;
        try
        {
            return ReplayRun.Read(path, DurableFile.Held) is { } run && AgeOf(run) <= _maxAge;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return true;
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
        LastMoment = long.MinValue,
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
