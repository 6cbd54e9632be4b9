namespace TrustedApps.Certificates;

/// <summary>Options of a <see cref="CertificateRefresher"/>.</summary>
public sealed record CertificateRefresherOptions
{
    /// <summary>
    /// Whether certificates are fetched. If not, a replacement that is held waits for an administrator.
    /// </summary>
    /// <value>Default true.</value>
    public bool FetchesCertificates { get; init; } = true;

    /// <summary>Called with each record that was changed, such as to keep it in a file.</summary>
    /// <value>Default null. It must not throw.</value>
    public Action<CertificateRecord>? RecordChanged { get; init; }

    /// <summary>The time for which a replacement that adds or drops a signing key is held.</summary>
    /// <value>Default 24 hours; zero, which turns holds off, to 30 days.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public TimeSpan Hold
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromDays(30));
            field = value;
        }
    } = CertificateRecord.DefaultHold;
}
