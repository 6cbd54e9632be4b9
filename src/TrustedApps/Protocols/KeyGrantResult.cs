namespace TrustedApps.Protocols;

/// <summary>A verified key grant, or the reason why there is none. The default value is a rejection.</summary>
internal readonly struct KeyGrantResult
{
    private readonly Rejection _rejection;

    public KeyGrantResult(IKeyGrant grant) => Grant = grant;

    public KeyGrantResult(Rejection rejection, TimeSpan? retryAfter = null) =>
        (_rejection, RetryAfter) = (rejection, retryAfter);

    public IKeyGrant? Grant { get; }

    public Rejection? Rejection => Grant is null ? _rejection : null;

    /// <summary>The time after which the consumer may try again; null where it is not known.</summary>
    public TimeSpan? RetryAfter { get; }
}

/// <summary>A key grant. Only the version that made it reads the session key inside.</summary>
internal interface IKeyGrant
{
    string Id { get; }
}
