namespace TrustedApps.Certificates;

/// <summary>
/// The rule for addresses of one fetch, and the way that it took. Travels in the options of its request.
/// </summary>
internal sealed class CertificateRoute(bool allowPrivateAddresses)
{
    public static readonly HttpRequestOptionsKey<CertificateRoute> Key = new("TrustedApps.CertificateRoute");

    public bool AllowPrivateAddresses => allowPrivateAddresses;

    /// <summary>Whether a connection without a proxy is under way, or has failed.</summary>
    public bool IsConnecting { get; set; }

    /// <summary>The end of a message about a failed connection.</summary>
    public string Advice => IsConnecting
        ? $" Does the application run there, and is the port right? No proxy was used. If this host needs one, set it on the HttpClient '{CertificateClient.HttpClientName}', or in the tool with --proxy."
        : "";
}
