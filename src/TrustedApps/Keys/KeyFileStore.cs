using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TrustedApps.Hosting;

namespace TrustedApps.Keys;

/// <summary>
/// Keeps the keys in a key file, as <c>trusted-apps keys new</c> makes it. Checks every few seconds whether another
/// process has replaced the file, and then uses the new keys. Safe for concurrent use.
/// </summary>
/// <remarks>
/// A change takes a lock: the empty file <c>{file}.lock</c> beside the key file, which is never deleted. The commands
/// <c>trusted-apps certificate publish-next</c> and <c>rotate</c> take the same lock. At every moment the key file is
/// complete: the old one or the new one. After a loss of power within a few seconds of a change it may be the old one.
/// The keys in memory stay in use, and the log says so once, if the new file cannot be read, is not a key file, belongs
/// to another id, or lacks keys for version 4 while the keys in memory have some.
/// </remarks>
public sealed class KeyFileStore : IKeyStore, IHealthSource, IDisposable
{
    private readonly Lock _gate = new(); // publishes the file's contents in the order in which they were read
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private ApplicationKeys? _keys;
    private KeyFileStamp _stamp;
    private string? _problem;
    private ITimer? _timer;
    private bool _isDisposed;

    /// <summary>Names the file; nothing is read yet.</summary>
    /// <param name="path">The key file, or a link to it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log for new keys, and for a file that cannot be used.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    public KeyFileStore(string path, TimeProvider? time = null, ILogger<KeyFileStore>? logger = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Path = System.IO.Path.GetFullPath(path);
        (_time, _logger) = (time ?? TimeProvider.System, logger ?? NullLogger<KeyFileStore>.Instance);
    }

    /// <summary>The key file.</summary>
    /// <value>An absolute path.</value>
    public string Path { get; }

    /// <summary>The time between two checks whether the file was replaced.</summary>
    /// <value>Default 5 seconds; 1 second to 1 hour.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public TimeSpan CheckInterval
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.FromSeconds(1));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromHours(1));
            field = value;
        }
    } = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public ApplicationKeys Keys =>
        Volatile.Read(ref _keys)
        ?? throw new InvalidOperationException(
            $"The key file {Path} is not loaded yet: call LoadAsync before anything else."
        );

    /// <inheritdoc/>
    /// <exception cref="IOException">There is no such file, or it cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    /// <exception cref="InvalidDataException">The file is not a key file.</exception>
    public ValueTask LoadAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Load();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    /// <exception cref="UnauthorizedAccessException">
    /// The file or the lock beside it may not be read or written.
    /// </exception>
    /// <exception cref="InvalidDataException">
    /// The file is no longer a key file, or now belongs to another id.
    /// </exception>
    public async Task<ApplicationKeys> ChangeAsync(
        Func<ApplicationKeys, ApplicationKeys> change,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(change);
        string id = Keys.Id;
        using FileStream held = await KeyFileLock.TakeAsync(Path, _time, cancellationToken).ConfigureAwait(false);

        ApplicationKeys stored = ApplicationKeys.Load(Path);
        if (stored.Id != id)
        {
            throw new InvalidDataException(
                $"The key file {Path} now belongs to '{stored.Id}', not to '{id}'. Restore it from a backup, or restart the application."
            );
        }

        ApplicationKeys changed = change(stored);
        if (changed is null || changed.Id != id)
        {
            throw new InvalidOperationException($"A change must keep the id '{id}'.");
        }

        lock (_gate)
        {
            if (!ReferenceEquals(changed, stored)) changed.Replace(Path);
            Publish(changed, KeyFileStamp.Of(Path)); // the lock keeps others from changing it
            return _keys!;
        }
    }

    /// <inheritdoc/>
    IEnumerable<HealthReading> IHealthSource.ReadHealth()
    {
        if (Volatile.Read(ref _keys) is not { } keys) return [];
        string name = $"keys:{keys.Id}:file_is_usable";
        return
        [
            Volatile.Read(ref _problem) is { } problem
                ? HealthReading.Degraded(
                    name,
                    false,
                    $"The key file {Path} was changed and cannot be used, so the keys in memory stay in use and the next start would fail: restore the file. {problem}")
                : HealthReading.Healthy(name, true),
        ];
    }

    /// <summary>Ends the checks of the file. The keys stay in memory.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _timer?.Dispose();
        }
    }

    /// <summary>The same as <see cref="LoadAsync"/>, which never waits.</summary>
    internal void Load()
    {
        lock (_gate)
        {
            if (_keys is not null) return;
            if (!File.Exists(Path))
            {
                throw new FileNotFoundException(
                    $"There is no key file {Path}{(Directory.Exists(Path) ? ": it is a folder" : "")}. If the application has a key file, name its path: relative paths begin at the content root. For a new application only, make one with 'trusted-apps keys new --id ID --out {Path}': other applications do not trust new keys.",
                    Path
                );
            }

            KeyFileStamp stamp = KeyFileStamp.Of(Path);
            Publish(ApplicationKeys.Load(Path), stamp);
            if (!_isDisposed)
            {
                _timer = _time.CreateTimer(
                    static store => ((KeyFileStore)store!).Check(),
                    this,
                    CheckInterval,
                    CheckInterval
                );
            }
        }
    }

    private void Check()
    {
        if (!_gate.TryEnter()) return; // another thread is changing the keys
        try
        {
            if (!_isDisposed) Follow(_keys!);
        }
        finally
        {
            _gate.Exit();
        }
    }

    private void Follow(ApplicationKeys present)
    {
        try
        {
            // before reading: the next check finds what is written meanwhile
            KeyFileStamp stamp = KeyFileStamp.Of(Path);
            if (stamp == _stamp && _problem is null) return;

            ApplicationKeys read = ApplicationKeys.Load(Path);
            if (FindObstacle(present, read) is { } obstacle)
            {
                Report(obstacle);
                return;
            }

            Publish(read, stamp);
        }
        catch (Exception unreadable)
            when (unreadable is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            Report(unreadable.Message);
        }
    }

    private static string? FindObstacle(ApplicationKeys present, ApplicationKeys read)
    {
        if (read.Id != present.Id) return $"It belongs to '{read.Id}', not to '{present.Id}'.";
        return present.HasVersion4Keys && !read.HasVersion4Keys ? "It has no keys for version 4." : null;
    }

    private void Publish(ApplicationKeys keys, KeyFileStamp stamp)
    {
        (_stamp, _problem) = (stamp, null);
        if (_keys is { } present && present.IsSameAs(keys)) return; // touched, or copied over itself
        bool isFirst = _keys is null;
        Volatile.Write(ref _keys, keys);
        if (!isFirst)
        {
            IEnumerable<ApplicationKey> current = keys.Keys.Where(key => key.Status == KeyStatus.Current);
            string fingerprints = string.Join(", ", current.Select(key => key.PublicKey.Fingerprint));
            _logger.KeysReplaced(Path, keys.Id, fingerprints);
        }
    }

    private void Report(string problem)
    {
        if (_problem != problem) _logger.KeyFileNotUsed(Path, problem);
        _problem = problem;
    }
}
