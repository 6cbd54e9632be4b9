using System.Diagnostics.CodeAnalysis;

namespace TrustedApps.Protocols;

/// <summary>The headers of an assertion of an older version, apart from the application id and the version.</summary>
[Experimental("TA0001")]
public readonly record struct LegacyHeaders
{
    /// <summary>The header called Key: the wrapped secret key of versions 1 and 2.</summary>
    public string? Key { get; init; }

    /// <summary>The header called Magic of versions 1 and 2.</summary>
    public string? Magic { get; init; }

    /// <summary>The header called Cert: the assertion.</summary>
    public string? Cert { get; init; }

    /// <summary>The header called Signature.</summary>
    public string? Signature { get; init; }

    /// <summary>
    /// Returns the name of the type, because headers are as valuable as a password until they expire.
    /// </summary>
    /// <returns>The name.</returns>
    public override string ToString() => nameof(LegacyHeaders);
}
