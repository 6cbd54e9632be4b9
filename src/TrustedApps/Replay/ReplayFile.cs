using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace TrustedApps.Replay;

/// <summary>
/// Keeps a replay cache across restarts, in two files. That of the run has the latest times of issue that the process
/// may have accepted, on disk before they are passed. Once another process has put its own in that place, this one
/// accepts nothing. That of the entries is written at an orderly stop. It counts once:
/// before the first request the next run takes the place of the one that it belongs to.
/// </summary>
internal sealed class ReplayFile : IDisposable
{
    // By how much the recorded times are ahead of what is accepted. A consumer whose clock agrees waits that long after
    // a crash, which is less than its default patience of 5 seconds.
    private const long Step = 2; // seconds
    private const long StampStep = Step * MillisecondsPerSecond;
    private const long MillisecondsPerSecond = 1000;

    /// <summary>
    /// A process that was replaced still accepts what is not later than the times that it has recorded: these are less
    /// than this ahead of what it has accepted.
    /// </summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromSeconds(Step + 1);

    private static readonly TimeSpan _renewal = TimeSpan.FromMinutes(5);

    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly FileStream _file;
    private readonly StartupHorizon _start;
    private readonly SemaphoreSlim _writing = new(1);
    private readonly ITimer _timer;
    private ReplayRun _run;
    private long _lastIssued;
    private long _lastStamp;
    private long _lastMoment;
    private int _isRaising;
    private volatile bool _hasFailed;
    private volatile bool _isClosed;

    private ReplayFile(
        string path, FileStream file, ReplayRun run, StartupHorizon start, TimeProvider time, ILogger logger)
    {
        (_path, _file, _run, _start, _time, _logger) = (path, file, run, start, time, logger);
        (_lastIssued, _lastStamp, _lastMoment) = (run.LastIssued, run.LastStamp, run.LastMoment);

        // That nothing is accepted for long does not make the record an old one.
        _timer = time.CreateTimer(_ => _ = RenewAsync(), null, _renewal, _renewal);
    }

    /// <summary>Whether the cache was saved. What is added from then on would be lost.</summary>
    public bool IsClosed => _isClosed;

    /// <summary>Whether it cannot be written, so that requests are refused.</summary>
    public bool HasFailed => _hasFailed || _isClosed;

    /// <summary>The name of the file with the run.</summary>
    public static string RunPathOf(string path) => path + ".run";

    /// <summary>Begins a run, which takes the place of the one before on disk.</summary>
    /// <param name="path">The name of the file with the entries.</param>
    /// <param name="run">The run before, with what must not be accepted again; its id is replaced.</param>
    /// <param name="start">The start of the cache.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    /// <returns>The files; null if they cannot be written.</returns>
    public static ReplayFile? Begin(
        string path, ReplayRun run, StartupHorizon start, TimeProvider time, ILogger logger)
    {
        run = run with { Id = NewId(), WrittenAt = time.GetUtcNow().ToUnixTimeMilliseconds() };
        FileStream? file = null;
        try
        {
            file = DurableFile.CreateBeside(RunPathOf(path));
            file.Write(run.Encode());
            DurableFile.MoveInto(file, RunPathOf(path));
            DurableFile.Delete(path);
            return new ReplayFile(path, file, run, start, time, logger);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            logger.ReplayFileNotWritten(path, problem.Message);
            if (file is null) return null;
            file.Dispose();
            TryDelete(file.Name);
            return null;
        }
    }

    /// <summary>Whether the disk has times that are not before those of an entry.</summary>
    public bool Covers(in ReplayEntry record)
    {
        if (!record.IsSingleUse)
        {
            return record.IssuedAt <= Volatile.Read(ref _lastStamp) && record.Now <= Volatile.Read(ref _lastMoment);
        }

        long issued = record.IssuedAt / MillisecondsPerSecond, last = Volatile.Read(ref _lastIssued);
        if (issued == last && Interlocked.Exchange(ref _isRaising, 1) == 0)
        {
            // In time for the next second, so that no request waits for the disk.
            _ = Task.Run(() => RaiseAsync(last + 1, last + Step, null, CancellationToken.None));
        }

        return issued <= last;
    }

    /// <summary>Records times that are not before those of an entry.</summary>
    /// <returns>Whether the disk has them.</returns>
    public Task<bool> RaiseAsync(ReplayEntry record, CancellationToken cancellationToken) => record.IsSingleUse
        ? RaiseAsync(
            record.IssuedAt / MillisecondsPerSecond,
            (record.IssuedAt / MillisecondsPerSecond) + Step,
            null,
            cancellationToken)
        : RaiseAsync(long.MinValue, long.MinValue, record, cancellationToken);

    /// <summary>Saves the entries. Afterwards nothing is accepted.</summary>
    /// <param name="write">Writes the entries. Called when no further one counts.</param>
    public void Close(Action<BinaryWriter> write)
    {
        _writing.Wait();
        try
        {
            if (_isClosed) return;
            _isClosed = true;
            Interlocked.MemoryBarrier(); // see InMemoryReplayCache.Confirm
            if (!_hasFailed && IsCurrent()) ReplayEntriesFile.Write(_path, Describe(), write);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            _logger.ReplayFileNotWritten(_path, problem.Message);
        }
        finally
        {
            _writing.Release();
            Dispose();
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        _file.Dispose();
    }

    private async Task<bool> RaiseAsync(
        long issued, long raised, ReplayEntry? older, CancellationToken cancellationToken)
    {
        (long stamp, long moment) = (older?.IssuedAt ?? long.MinValue, older?.Now ?? long.MinValue);
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_isClosed) return false;
            if (issued <= _lastIssued && stamp <= _lastStamp && moment <= _lastMoment) return true;

            return TryWrite(Describe() with
            {
                LastIssued = Math.Max(raised, _lastIssued),
                LastStamp = Raised(stamp, _lastStamp),
                LastMoment = Raised(moment, _lastMoment),
            });
        }
        finally
        {
            Volatile.Write(ref _isRaising, 0);
            _writing.Release();
        }
    }

    private async Task RenewAsync()
    {
        await _writing.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            if (!_isClosed) TryWrite(Describe());
        }
        finally
        {
            _writing.Release();
        }
    }

    private bool TryWrite(ReplayRun run)
    {
        try
        {
            RandomAccess.Write(_file.SafeFileHandle, run.Encode(), fileOffset: 0);
            RandomAccess.FlushToDisk(_file.SafeFileHandle);
            _isClosed = !IsCurrent();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            if (!_hasFailed) _logger.ReplayFileFailed(_path, $"{problem.Message} Check the disk; this ends by itself");
            _hasFailed = true;
            return false;
        }

        if (_isClosed)
        {
            _logger.ReplayFileFailed(
                _path,
                "another process uses it now. End this one; processes that run at once need ids and files of their own");
            return false;
        }

        _run = run;
        Volatile.Write(ref _lastIssued, run.LastIssued);
        Volatile.Write(ref _lastStamp, run.LastStamp);
        Volatile.Write(ref _lastMoment, run.LastMoment);
        _hasFailed = false;
        return true;
    }

    // Asked after writing: what this process has written in vain does not count.
    private bool IsCurrent() => ReplayRun.Read(RunPathOf(_path), DurableFile.Held)?.Id == _run.Id;

    private ReplayRun Describe() => _run with
    {
        Start = _start.Times,
        WrittenAt = _time.GetUtcNow().ToUnixTimeMilliseconds(),
    };

    private static long Raised(long asked, long known) =>
        asked > known ? Math.Min(asked, long.MaxValue - StampStep) + StampStep : known;

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // It is never read.
        }
    }

    private static UInt128 NewId() =>
        System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(RandomNumberGenerator.GetBytes(16));
}
