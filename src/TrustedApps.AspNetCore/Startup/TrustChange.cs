using TrustedApps.AspNetCore.Certificates;

namespace TrustedApps.AspNetCore.Startup;

/// <summary>What a change of the configuration makes of the trusts of a scheme, before it is done.</summary>
/// <param name="Entries">All trusts of the configuration, in its order.</param>
/// <param name="Removed">Those that are not stated any more, or not in this way.</param>
/// <param name="Served">Those that are new or changed, and whose certificate is at hand.</param>
/// <param name="Awaited">Those that are new or changed, and whose certificate has to be fetched.</param>
internal sealed record TrustChange(
    IReadOnlyList<ConfiguredTrust> Entries,
    IReadOnlyList<ConfiguredTrust> Removed,
    IReadOnlyList<ServedTrust> Served,
    IReadOnlyList<ConfiguredTrust> Awaited
)
{
    public bool IsEmpty => Removed.Count == 0 && Served.Count == 0 && Awaited.Count == 0;

    /// <summary>Returns the application of an entry after the change; null while its certificate is awaited.</summary>
    public string? FindId(ConfiguredTrust entry) =>
        Served.FirstOrDefault(served => served.Entry == entry)?.Trust.Id ?? entry.ApplicationId;
}

/// <summary>A trust that is new or changed.</summary>
/// <param name="Entry">What the configuration states.</param>
/// <param name="Trust">The trust.</param>
/// <param name="Earlier">The trust whose certificate it takes over; null if it has its own.</param>
internal sealed record ServedTrust(ConfiguredTrust Entry, TrustedApplication Trust, ConfiguredTrust? Earlier);
