namespace TrustedApps.Testing.Hosting.Requests;

/// <summary>The addresses of a server.</summary>
internal static class BindingAddressText
{
    private static readonly string[] _any = ["://*", "://+", "://0.0.0.0", "://[::]"];

    /// <summary>Returns the address at which this host reaches the server.</summary>
    public static string ToLoopback(string address)
    {
        string? any = Array.Find(_any, prefix => address.Contains(prefix, StringComparison.Ordinal));
        return any is null ? address : address.Replace(any, "://localhost", StringComparison.Ordinal);
    }
}
