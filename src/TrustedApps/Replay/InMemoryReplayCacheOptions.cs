using TrustedApps.Hosting;

namespace TrustedApps.Replay;

/// <summary>The options of an <see cref="InMemoryReplayCache"/>.</summary>
public sealed record InMemoryReplayCacheOptions
{
    /// <summary>
    /// The maximum number of replay keys that all applications share. Each application has a small reserve besides,
    /// which no other can fill: 10,000, or less, so that all reserves together are at most half of this number.
    /// </summary>
    /// <value>
    /// Default 4,000,000; at least 1. An assertion of version 4 adds one key of about 30 bytes; older versions add one
    /// or two keys of about 100 bytes each.
    /// </value>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int Capacity
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(Capacity));
            field = value;
        }
    } = 4_000_000;

    /// <summary>The maximum number of replay keys of one application.</summary>
    /// <value>Default 500,000; at least 1.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int CapacityPerApplication
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(CapacityPerApplication));
            field = value;
        }
    } = 500_000;

    /// <summary>
    /// Whether no assertion can have been accepted under the provider's id before this process started. If not,
    /// assertions that an earlier process may have accepted are rejected as UNAVAILABLE. In version 4 these are
    /// assertions issued up to <see cref="ClockSkew"/> after the start. In versions 1 to 3 and Warwick these are
    /// assertions that need a replay entry and are stamped up to the trust's
    /// <see cref="TrustConditions.FutureTolerance"/> and one minute after the start.
    /// </summary>
    /// <remarks>
    /// With the default <see cref="TrustConditions.FutureTolerance"/> of 15 minutes, clients that stamp the present
    /// time are rejected for 16 minutes after each start. The newest Atlassian clients, which the default is for, stamp
    /// that far ahead and wait one minute. Lower the value in the trusts of other clients. With a
    /// <see cref="StateFile"/> none of this concerns an orderly restart, and after a crash the wait is short.
    /// </remarks>
    /// <value>
    /// Default false. For the first start ever, samples and tests. Ignored when the <see cref="StateFile"/> exists.
    /// </value>
    public bool IsNewInstallation { get; init; }

    /// <summary>
    /// The time that an assertion of version 4 may be stamped ahead of the provider's clock. Must not be less than the
    /// clock skew of the verifiers.
    /// </summary>
    /// <value>Default 30 seconds; zero to 60 seconds.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public TimeSpan ClockSkew
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero, nameof(ClockSkew));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromSeconds(60), nameof(ClockSkew));
            field = value;
        }
    } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The file in which the cache survives a restart: its entries are saved when the cache is disposed of, and count
    /// once, at the next start. Beside it a file with the same name and <c>.run</c> records the latest times of issue
    /// that were accepted, so that after a crash only assertions up to these are rejected as UNAVAILABLE. The process
    /// must be able to write both. Files that are damaged, older than 15 minutes, from the future or of another
    /// application or clock skew are not used.
    /// </summary>
    /// <value>Default null: the cache ends with the process.</value>
    public string? StateFile { get; init; }

    /// <summary>The id of this provider. The state file of another provider is not used.</summary>
    /// <value>Default null.</value>
    public string? ApplicationId { get; init; }

    /// <summary>Returns the options of the replay cache in memory that all schemes of a host share.</summary>
    /// <param name="schemes">The settings of all schemes; none for the default settings.</param>
    /// <param name="defaultFile">The state file if no scheme names one; null for none.</param>
    /// <returns>
    /// The greatest clock skew, the first named file, all ids, and a new installation only if each scheme is one.
    /// </returns>
    public static InMemoryReplayCacheOptions Of(
        IEnumerable<ProviderSettings> schemes, string? defaultFile = null)
    {
        ProviderSettings[] all = [.. schemes.DefaultIfEmpty(new ProviderSettings())];
        string? file =
            all.Select(settings => settings.ReplayFile).FirstOrDefault(name => name is not null) ?? defaultFile;
        return new InMemoryReplayCacheOptions
        {
            ClockSkew = all.Max(settings => settings.ClockSkew),
            IsNewInstallation = Array.TrueForAll(all, settings => settings.IsNewInstallation),
            StateFile = string.IsNullOrEmpty(file) ? null : file,
            ApplicationId = string.Join(
                '\n', all.Select(settings => settings.ApplicationId).Order(StringComparer.Ordinal)),
        };
    }
}
