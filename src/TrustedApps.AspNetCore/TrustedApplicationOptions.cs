namespace TrustedApps.AspNetCore;

/// <summary>A trust, as configuration states it. See <see cref="TrustConditions"/> for ranges and patterns.</summary>
public sealed class TrustedApplicationOptions
{
    /// <summary>The application's id. May be left out beside <see cref="CertificateUrl"/>.</summary>
    public string? Id { get; set; }

    /// <summary>A name for people; default: the id.</summary>
    public string? Name { get; set; }

    /// <summary>The application's public key: base64 of a SubjectPublicKeyInfo. Or give <see cref="CertificateUrl"/>.</summary>
    public string? PublicKey { get; set; }

    /// <summary>Where the certificate is fetched from at start-up: the application's base URL, or the document itself.</summary>
    public string? CertificateUrl { get; set; }

    /// <summary>The fingerprint that the fetched key must have; another one stops start-up. Required beside <see cref="CertificateUrl"/>.</summary>
    public string? Fingerprint { get; set; }

    /// <summary>Accepted versions; default <c>3</c> alone.</summary>
    public IList<string> Versions { get; } = [];

    /// <summary>How long after its time stamp an assertion is acceptable; default 60 seconds, 1 millisecond to 24 hours.</summary>
    public TimeSpan? Timeout { get; set; }

    /// <summary>How far ahead an assertion may be stamped; default 15 minutes, zero to 15 minutes.</summary>
    public TimeSpan? AllowanceAhead { get; set; }

    /// <summary>Allowed addresses; at least one pattern, <c>*</c> for all.</summary>
    public IList<string> Addresses { get; } = [];

    /// <summary>Allowed paths; at least one pattern, <c>*</c> for all.</summary>
    public IList<string> Urls { get; } = [];

    /// <summary>Allowed methods; default GET and HEAD.</summary>
    public IList<string> Methods { get; } = [];

    /// <summary>The only users allowed; default everyone.</summary>
    public IList<string> AllowUsers { get; } = [];

    /// <summary>Users not allowed; default none.</summary>
    public IList<string> DenyUsers { get; } = [];

    /// <summary>Whether every entry of X-Forwarded-For must be allowed as well.</summary>
    public bool CheckForwardedFor { get; set; }

    /// <summary>Whether identical headers are refused the second time even with GET and HEAD.</summary>
    public bool RefuseReplays { get; set; }

    /// <summary>Whether a key of 1,024 to 2,047 bits is accepted.</summary>
    public bool AllowWeakKeys { get; set; }

    /// <summary>The conditions of the trust.</summary>
    /// <returns>The conditions.</returns>
    /// <exception cref="ArgumentException">One of them cannot be used; the message says which.</exception>
    internal TrustConditions ToConditions() => new()
    {
        Addresses = [.. Addresses],
        Urls = [.. Urls],
        Versions = Versions.Count == 0 ? [ProtocolVersion.Atlassian3] : [.. Versions.Select(ProtocolVersion.Parse)],
        Timeout = Timeout ?? TimeSpan.FromSeconds(60),
        AllowanceAhead = AllowanceAhead ?? TimeSpan.FromMinutes(15),
        Methods = Methods.Count == 0 ? ["GET", "HEAD"] : [.. Methods],
        AllowUsers = AllowUsers.Count == 0 ? null : [.. AllowUsers],
        DenyUsers = [.. DenyUsers],
        CheckForwardedFor = CheckForwardedFor,
        RefuseReplays = RefuseReplays,
        AllowWeakKeys = AllowWeakKeys,
    };
}
