using TrustedApps.Protocols;

namespace TrustedApps;

/// <summary>The consumer's door: makes the headers of one request on behalf of one user. Safe for concurrent use.</summary>
public sealed class AssertionIssuer
{
    private readonly ApplicationKeys _keys;
    private readonly ITrustedAppProtocol _protocol;
    private readonly TimeProvider _time;
    private readonly long _ahead;
    private readonly StampSequence _stamps = new();

    /// <summary>Makes an issuer. One for each application and process: it keeps stamps from being used twice.</summary>
    /// <param name="keys">The consumer's id and private key.</param>
    /// <param name="version">The version spoken; null for version 3. No response changes it.</param>
    /// <param name="stampAhead">Whether to stamp 15 minutes ahead, as the newest Atlassian clients do, for providers that expect it.</param>
    /// <param name="time">The clock.</param>
    public AssertionIssuer(ApplicationKeys keys, ProtocolVersion? version = null, bool stampAhead = false, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(keys);
        Version = version ?? ProtocolVersion.Atlassian3;
        (_keys, _protocol, _time) = (keys, ProtocolList.Find(Version), time ?? TimeProvider.System);
        _ahead = stampAhead ? (long)TimeSpan.FromMinutes(15).TotalMilliseconds : 0;
    }

    /// <summary>The version spoken.</summary>
    public ProtocolVersion Version { get; }

    /// <summary>Issues an assertion: a new one for each request, and for each time a request is sent again.</summary>
    /// <param name="user">On whose behalf: 1 to 1,024 code points without control characters.</param>
    /// <param name="url">The URL exactly as it will be requested; without control characters.</param>
    /// <returns>The headers to set.</returns>
    /// <exception cref="ArgumentException">User or URL cannot be sent safely.</exception>
    public AssertionHeaders Issue(string user, string url)
    {
        ArgumentNullException.ThrowIfNull(user);
        ArgumentNullException.ThrowIfNull(url);

        using var activity = Telemetry.StartIssue();
        long stamp = _stamps.Next(url, _time.GetUtcNow().ToUnixTimeMilliseconds() + _ahead);
        AssertionHeaders headers = _protocol.Issue(_keys, user, url, stamp);
        Telemetry.RecordIssue(Version);
        return headers;
    }
}
