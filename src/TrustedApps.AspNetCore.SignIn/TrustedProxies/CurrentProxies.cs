using Microsoft.Extensions.Options;

namespace TrustedApps.AspNetCore.SignIn.TrustedProxies;

/// <summary>The trusted proxies of all schemes, as they are now. A request sees all of one moment.</summary>
internal sealed class CurrentProxies
{
    private volatile TrustedProxy[] _all;

    /// <exception cref="InvalidOperationException">
    /// Two schemes share a field: one would remove what the other needs.
    /// </exception>
    public CurrentProxies(IOptionsMonitor<TrustedProxyOptions> options, IEnumerable<TrustedProxyScheme> schemes)
    {
        _all = [.. schemes.Select(scheme => new TrustedProxy(scheme.Name, options.Get(scheme.Name)))];
        RequireApart(_all);
    }

    public TrustedProxy[] All => _all;

    /// <summary>Puts others in their place.</summary>
    /// <exception cref="InvalidOperationException">Two schemes share a field. Nothing was changed.</exception>
    public void Replace(TrustedProxy[] all)
    {
        RequireApart(all);
        _all = all;
    }

    private static void RequireApart(TrustedProxy[] all)
    {
        TrustedProxy? shared =
            Array.Find(all, proxy => all.Any(other => other != proxy && other.SharesFieldsWith(proxy)));
        if (shared is null) return;
        throw new InvalidOperationException(
            $"Scheme '{shared.Scheme}' shares a header or cookie with another trusted proxy. Give each a name of its own, or use one scheme with the addresses of both."
        );
    }
}
