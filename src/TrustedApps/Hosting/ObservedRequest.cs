using System.Net;
using TrustedApps.Text;

namespace TrustedApps.Hosting;

/// <summary>
/// The parts of a request that an observer may record. The text comes from the sender: sanitize it for logs.
/// </summary>
/// <param name="Scheme">The name of the scheme that verified the request.</param>
/// <param name="Method">The request method.</param>
/// <param name="Path">The decoded path, path base included. The query is left out because it may hold secrets.</param>
/// <param name="RemoteAddress">
/// The address of the connection, or the address that a trusted proxy reports; null where there is none.
/// </param>
public readonly record struct ObservedRequest(string Scheme, string Method, string Path, IPAddress? RemoteAddress)
{
    /// <summary>Returns the method and the path, for logs.</summary>
    /// <returns>One line of printable text.</returns>
    public override string ToString() => LogSanitizer.Sanitize($"{Method} {Path}");
}
