using System.Net;
using System.Net.Sockets;

namespace TrustedApps.Admin.Forms;

/// <summary>The addresses of a base URL's host. Its requests often, but not always, come from these.</summary>
internal static class AddressSuggestion
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(3);

    public static async Task<IReadOnlyList<string>> FindAsync(
        string baseUrl,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        string host = new Uri(baseUrl).IdnHost;
        if (IPAddress.TryParse(host, out IPAddress? literal)) return [literal.ToString()];
        try
        {
            using var late = new CancellationTokenSource(_patience, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
            IPAddress[] addresses = await Dns.GetHostAddressesAsync(host, either.Token);
            return [.. addresses.Select(address => address.ToString()).Distinct(StringComparer.Ordinal)];
        }
        catch (Exception unknown) when (unknown is SocketException or OperationCanceledException or ArgumentException)
        {
            return [];
        }
    }
}
