using System.Diagnostics.CodeAnalysis;

namespace TrustedApps;

/// <summary>What the verifier says of a request. The default value is a refusal.</summary>
[SuppressMessage("Performance", "CA1815", Justification = "Verdicts are read, not compared.")]
public readonly struct Verdict
{
    private readonly Refusal _refusal;
    private readonly HeaderFamily? _family;

    private Verdict(VerdictStatus status, HeaderFamily? family, string? applicationId, ProtocolVersion? version, VerifiedAssertion? assertion, Refusal refusal)
    {
        (Status, _family, ClaimedApplicationId, Version) = (status, family, applicationId, version);
        (Assertion, _refusal) = (assertion, refusal);
    }

    /// <summary>Refused, accepted, or not a trusted request at all.</summary>
    public VerdictStatus Status { get; }

    /// <summary>Whether the request was accepted.</summary>
    [MemberNotNullWhen(true, nameof(Assertion)), MemberNotNullWhen(false, nameof(Refusal))]
    public bool Accepted => Status == VerdictStatus.Accepted;

    /// <summary>What was verified; null unless the request was accepted.</summary>
    public VerifiedAssertion? Assertion { get; }

    /// <summary>Why the request was refused; null when it was accepted.</summary>
    public Refusal? Refusal => Accepted ? null : _refusal;

    /// <summary>The application id that the request names. Not proven unless the request was accepted.</summary>
    public string? ClaimedApplicationId { get; }

    /// <summary>The version that the request names, where it is a known one.</summary>
    public ProtocolVersion? Version { get; }

    internal static Verdict None { get; } = new(VerdictStatus.None, null, null, null, null, default);

    /// <summary>The response headers that tell the consumer the outcome (specification legacy.md, section 1).</summary>
    /// <returns>None where the request had no trusted-application headers.</returns>
    public IEnumerable<KeyValuePair<string, string>> GetResponseHeaders()
    {
        if (Status == VerdictStatus.None) yield break;

        HeaderFamily family = _family ?? HeaderFamily.Atlassian;
        yield return new(family.Status, Accepted ? "OK" : family.ErrorStatus);
        if (Accepted) yield break;

        TrustedAppError error = _refusal.ToError();
        if (family.ErrorCode is not null) yield return new(family.ErrorCode, error.Code.ToWireName());
        yield return new(family.Error, family.ErrorCode is null ? error.ToHeaderValue() : error.FormatPrintable());
    }

    internal static Verdict Accept(in AssertionHeaders headers, VerifiedAssertion assertion) =>
        new(VerdictStatus.Accepted, headers.Family, headers.ApplicationId, assertion.Version, assertion, default);

    internal static Verdict Refuse(in AssertionHeaders headers, ProtocolVersion? version, Refusal refusal) =>
        new(VerdictStatus.Refused, headers.Family, headers.ApplicationId, version, null, refusal);
}

/// <summary>The three outcomes.</summary>
public enum VerdictStatus
{
    /// <summary>The request has trusted-application headers and they do not hold.</summary>
    Refused,

    /// <summary>The request is made by a trusted application on behalf of a user.</summary>
    Accepted,

    /// <summary>The request has no trusted-application headers.</summary>
    None,
}
