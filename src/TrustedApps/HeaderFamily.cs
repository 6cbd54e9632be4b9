using TrustedApps.Diagnostics;

namespace TrustedApps;

/// <summary>The two sets of header names: Atlassian's and Warwick's.</summary>
internal sealed class HeaderFamily
{
    public static HeaderFamily Atlassian { get; } = new()
    {
        Prefix = "X-Seraph-Trusted-App-",
        Id = "X-Seraph-Trusted-App-ID",
        Version = "X-Seraph-Trusted-App-Version",
        Key = "X-Seraph-Trusted-App-Key",
        Magic = "X-Seraph-Trusted-App-Magic",
        Cert = "X-Seraph-Trusted-App-Cert",
        Signature = "X-Seraph-Trusted-App-Signature",
        Status = "X-Seraph-Trusted-App-Status",
        ErrorStatus = "ERROR",
        Error = "X-Seraph-Trusted-App-Error",
        IdNotFound = RejectionReason.ApplicationIdNotFound,
        MayNotLogIn = RejectionReason.UserMayNotLogIn,
    };

    public static HeaderFamily Warwick { get; } = new()
    {
        Prefix = "X-Trusted-App-",
        Id = "X-Trusted-App-ProviderID", // the sender's id, in spite of its name
        Cert = "X-Trusted-App-Cert",
        Signature = "X-Trusted-App-Signature",
        Status = "X-Trusted-App-Status",
        ErrorStatus = "Error",
        ErrorCode = "X-Trusted-App-Error-Code",
        Error = "X-Trusted-App-Error-Message",
        IdNotFound = RejectionReason.ProviderIdNotFound,
        MayNotLogIn = RejectionReason.UserDisabled,
    };

    public static HeaderFamily[] All { get; } = [Atlassian, Warwick];

    /// <summary>Returns the family that requests of a version use.</summary>
    public static HeaderFamily Of(ProtocolVersion version) => version == ProtocolVersion.Warwick ? Warwick : Atlassian;

    /// <summary>The start of the name of every header of the family, known or not.</summary>
    public required string Prefix { get; init; }

    public required string Id { get; init; }

    public string? Version { get; init; }

    public string? Key { get; init; }

    public string? Magic { get; init; }

    public required string Cert { get; init; }

    public required string Signature { get; init; }

    public required string Status { get; init; }

    public required string ErrorStatus { get; init; }

    /// <summary>
    /// The header for the code, if the family has a separate one; otherwise <see cref="Error"/> holds it.
    /// </summary>
    public string? ErrorCode { get; init; }

    public required string Error { get; init; }

    public required RejectionReason IdNotFound { get; init; }

    public required RejectionReason MayNotLogIn { get; init; }

    /// <summary>Every request header of the family.</summary>
    public IEnumerable<string> RequestHeaders =>
        new[] { Id, Version, Key, Magic, Cert, Signature }.OfType<string>();
}
