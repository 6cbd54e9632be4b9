using TrustedApps.Conditions;
using TrustedApps.Storage;

namespace TrustedApps.Admin.Api;

/// <summary>The place of an application.</summary>
internal sealed record PreviewBody
{
    /// <summary>The application's base URL, or the address of its certificate.</summary>
    public required string BaseUrl { get; init; }
}

/// <summary>The place of an application, and the fingerprints that were compared.</summary>
internal sealed record ComparedBody
{
    /// <summary>The application's base URL, or the address of its certificate.</summary>
    public required string BaseUrl { get; init; }

    /// <summary>
    /// The fingerprints of all its signing keys and no others, plain or in groups, as the other administrator sees
    /// them.
    /// </summary>
    public IReadOnlyList<string> Fingerprints { get; init; } = [];
}

/// <summary>A certificate to replace another, and the fingerprints that were compared.</summary>
internal sealed record ReplaceCertificateBody
{
    /// <summary>The application's base URL, or the address of its certificate.</summary>
    public required string BaseUrl { get; init; }

    /// <summary>
    /// The fingerprints of all its signing keys and no others, plain or in groups, as the other administrator sees
    /// them.
    /// </summary>
    public IReadOnlyList<string> Fingerprints { get; init; } = [];

    /// <summary>
    /// The fingerprints, plain or in groups, of keys that are trusted again although an administrator removed or
    /// rejected them. A certificate that lists another such key is refused.
    /// </summary>
    public IReadOnlyList<string> ReadmittedKeys { get; init; } = [];
}

/// <summary>A trust to add.</summary>
internal sealed record AddTrustBody
{
    /// <summary>The application's base URL, or the address of its certificate.</summary>
    public required string BaseUrl { get; init; }

    /// <summary>
    /// The fingerprints of all its signing keys and no others, plain or in groups, as the other administrator sees
    /// them.
    /// </summary>
    public IReadOnlyList<string> Fingerprints { get; init; } = [];

    /// <summary>A name for people; left out, that of the certificate.</summary>
    public string? Name { get; init; }

    /// <summary>The conditions of the trust.</summary>
    public required ConditionsDocument Conditions { get; init; }

    /// <summary>Access by older versions, for an application that speaks version 4; left out, none.</summary>
    public LegacyDocument? Legacy { get; init; }
}

/// <summary>
/// The content of an edit. A member that is left out gets its default; without legacy, access by older versions ends.
/// </summary>
internal sealed record EditTrustBody
{
    /// <summary>A name for people.</summary>
    public required string Name { get; init; }

    /// <summary>The conditions of the trust.</summary>
    public required ConditionsDocument Conditions { get; init; }

    /// <summary>Access by older versions, for an application that speaks version 4; left out, none.</summary>
    public LegacyDocument? Legacy { get; init; }
}

/// <summary>A request to try conditions on.</summary>
internal sealed record TrialBody
{
    /// <summary>The conditions.</summary>
    public required ConditionsDocument Conditions { get; init; }

    /// <summary>The version of the request: 1, 2, 3, 4 or warwick.</summary>
    public required string Version { get; init; }

    /// <summary>The address that the request comes from.</summary>
    public required string Address { get; init; }

    /// <summary>Its method.</summary>
    public required string Method { get; init; }

    /// <summary>Its path and query, below the path base.</summary>
    public required string Target { get; init; }

    /// <summary>The user; left out, the application itself.</summary>
    public string? User { get; init; }

    /// <summary>The application id, for a user resolver that looks at it; left out, an empty one.</summary>
    public string? Application { get; init; }
}
