namespace TrustedApps.Protocols;

/// <summary>A request on its way through the checks of the verifier, and what they have found out so far.</summary>
internal struct VerificationContext(in IncomingRequest request, in AssertionHeaders headers, IUserResolver users, DateTimeOffset moment, CancellationToken cancellationToken)
{
    public readonly IncomingRequest Request = request;
    public readonly AssertionHeaders Headers = headers;
    public OpenedAssertion Opened;

    public IUserResolver Users { get; } = users;

    public DateTimeOffset Moment { get; } = moment;

    public CancellationToken CancellationToken { get; } = cancellationToken;

    public ProtocolVersion? Version { get; set; } // that the request names

    public ITrustedAppProtocol Protocol { get; set; } = null!; // this and the two below: once the caller is known

    public TrustedApplication Application { get; set; } = null!;

    public TrustConditions Conditions { get; set; } = null!;

    public Stream? Content { get; set; } // once it was checked
}
