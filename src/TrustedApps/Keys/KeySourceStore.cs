using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TrustedApps.Hosting;
using TrustedApps.Text;

namespace TrustedApps.Keys;

/// <summary>
/// Reads the application's own keys for version 4 from PEM files, PKCS#12 files or X.509 stores. Checks every few
/// seconds whether a file was replaced, and then uses its key. Safe for concurrent use.
/// </summary>
/// <remarks>
/// Other applications trust the keys, not the files: a key that is new to them must be listed as
/// <see cref="KeySourceOptions.OtherSigningKey"/> or <see cref="KeySourceOptions.OtherEncryptionKey"/> before it is
/// used. So a certificate manager must renew with the same key. If a file is replaced while the application runs, and
/// it
/// cannot be used, or <see cref="KeySourceOptions.SigningKey"/> becomes a key that was not listed before, or the key
/// that was <see cref="KeySourceOptions.EncryptionKey"/> is not listed any more, the keys in memory stay in use and the
/// log says so once. Nothing else is checked, and nothing at a start. Certificates of X.509 stores are read once.
/// </remarks>
public sealed class KeySourceStore : IKeyStore, IHealthSource, IDisposable
{
    private readonly Lock _gate = new();
    private readonly KeySourceOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private ApplicationKeys? _keys;
    private KeyFileStamp[] _stamps = [];
    private string? _problem;
    private ITimer? _timer;
    private bool _isDisposed;

    /// <summary>Names the places; nothing is read yet.</summary>
    /// <param name="options">The places. Do not change them afterwards.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log for new keys, and for a file that cannot be used.</param>
    /// <exception cref="ArgumentException">A setting is missing or not valid; the message names it.</exception>
    public KeySourceStore(
        KeySourceOptions options, TimeProvider? time = null, ILogger<KeySourceStore>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (string.IsNullOrEmpty(options.Id))
        {
            throw new ArgumentException($"{nameof(options.Id)} is missing: set the application id.", nameof(options));
        }

        if (options.FindProblem() is { } problem) throw new ArgumentException(problem, nameof(options));
        _options = options;
        (_time, _logger) = (time ?? TimeProvider.System, logger ?? NullLogger<KeySourceStore>.Instance);
    }

    /// <summary>The time between two checks whether a file was replaced.</summary>
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
        ?? throw new InvalidOperationException("The keys are not loaded yet: call LoadAsync before anything else.");

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">
    /// A key cannot be read or used; the message names the setting, the place and the remedy.
    /// </exception>
    public ValueTask LoadAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Load();
        return ValueTask.CompletedTask;
    }

    /// <summary>Not supported: the files and stores belong to others.</summary>
    /// <param name="change">Not called.</param>
    /// <param name="cancellationToken">Not used.</param>
    /// <returns>Never.</returns>
    /// <exception cref="NotSupportedException">Always.</exception>
    public Task<ApplicationKeys> ChangeAsync(
        Func<ApplicationKeys, ApplicationKeys> change,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException(
        "The keys are in files or X.509 stores that this application only reads. Rotate them by the settings OtherSigningKey and OtherEncryptionKey."
    );

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
                    $"One of the files of KeySource was changed and cannot be used, so the keys in memory stay in use, and the next start would fail or use other keys: restore the file. {problem}")
                : HealthReading.Healthy(name, true),
        ];
    }

    /// <summary>Ends the checks of the files. The keys stay in memory.</summary>
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
            ApplicationKeys read = Read(out KeyFileStamp[] stamps);
            Volatile.Write(ref _keys, read);
            _stamps = stamps;
            if (_isDisposed || stamps.Length == 0) return; // stores have no files
            _timer = _time.CreateTimer(
                static store => ((KeySourceStore)store!).Check(), this, CheckInterval, CheckInterval);
        }
    }

    private string Files => string.Join(", ", FilesOf(_options));

    private static IEnumerable<string> FilesOf(KeySourceOptions options) =>
        options.Places.Where(place => place.Location.HasPath).Select(place => place.Location.Path!);

    // Without those that are missing: reading them says which setting is wrong.
    private KeyFileStamp[] ReadStamps() => [.. FilesOf(_options).Where(File.Exists).Select(KeyFileStamp.Of)];

    private ApplicationKeys Read(out KeyFileStamp[] stamps)
    {
        try
        {
            // before reading: the next check finds what is written meanwhile
            stamps = ReadStamps();
            List<DateTimeOffset> times = [.. stamps.Select(stamp => new DateTimeOffset(stamp.WrittenAt))];
            PrivateKey[] keys = [.. _options.Places.Select(place => Read(place, times))];
            return new ApplicationKeys(_options.Id!, new KeyRing(keys, FindChange(times)));
        }
        catch (Exception cause) when (cause is ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"KeySource: {cause.Message}", cause);
        }
    }

    // The same on each node with the same keys, whenever it starts.
    private DateTimeOffset FindChange(List<DateTimeOffset> times)
    {
        DateTimeOffset now = _time.GetUtcNow();
        if (_options.ChangedAt > now)
        {
            throw new InvalidDataException(
                $"KeySource:ChangedAt = {LogTime.Of(_options.ChangedAt.Value)} is in the future, and others would refuse a certificate of that time: set the time at which the keys last changed."
            );
        }

        times.Add(_keys?.ChangedAt ?? DateTimeOffset.UnixEpoch);
        DateTimeOffset newest = times.Max();
        DateTimeOffset changedAt = _keys is null ? _options.ChangedAt ?? newest : newest;
        return changedAt < now ? changedAt : now;
    }

    private static PrivateKey Read(KeyPlace place, List<DateTimeOffset> times)
    {
        try
        {
            PrivateKey key =
                LocatedKey.Read(place.Location, place.Use, place.Status, out DateTimeOffset? notBefore);
            if (notBefore is { } time) times.Add(time);
            return key;
        }
        catch (Exception cause)
            when (cause is ArgumentException or IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"KeySource:{place.Setting} = {place.Location.Place}: {cause.Message}", cause);
        }
    }

    private void Check()
    {
        if (!_gate.TryEnter()) return;
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
            if (_problem is null && _stamps.SequenceEqual(ReadStamps())) return;
            ApplicationKeys read = Read(out KeyFileStamp[] stamps);
            if (FindObstacle(present, read) is { } obstacle)
            {
                Report(obstacle);
                return;
            }

            (_stamps, _problem) = (stamps, null);
            if (present.Keys.SequenceEqual(read.Keys)) return; // renewed with the same key
            Volatile.Write(ref _keys, read);
            IEnumerable<ApplicationKey> current = read.Keys.Where(key => key.Status == KeyStatus.Current);
            _logger.KeysReplaced(Files, read.Id, string.Join(", ", current.Select(key => key.PublicKey.Fingerprint)));
        }
        catch (Exception unreadable)
            when (unreadable is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            Report(unreadable.Message);
        }
    }

    // Others know the keys that were listed, and wrap to the encryption key that was current.
    private static string? FindObstacle(ApplicationKeys present, ApplicationKeys read)
    {
        if (!Has(present, read.SigningKey.PublicKey))
        {
            return "KeySource:SigningKey is a key that other applications do not have yet, so they would refuse what it signs. Set it as OtherSigningKey first, and as SigningKey 50 hours later; a certificate manager must renew with the same key.";
        }

        ApplicationKey wrappedTo = present.Keys.First(key => key.Use == KeyUse.Encryption);
        return Has(read, wrappedTo.PublicKey)
            ? null
            : "The key that was KeySource:EncryptionKey is gone, and other applications still wrap to it. Keep it as OtherEncryptionKey for 50 hours; a certificate manager must renew with the same key.";

        static bool Has(ApplicationKeys keys, RsaPublicKey key) =>
            keys.Keys.Any(listed => listed.PublicKey.Equals(key));
    }

    private void Report(string problem)
    {
        if (_problem != problem) _logger.KeyFileNotUsed(Files, problem);
        _problem = problem;
    }
}
