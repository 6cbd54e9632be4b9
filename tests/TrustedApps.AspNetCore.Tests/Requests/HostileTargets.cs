using System.Text;

namespace TrustedApps.AspNetCore.Tests.Requests;

/// <summary>Targets, paths and hosts of which many are malformed, from pieces that readers stumble over.</summary>
internal sealed class HostileTargets(int seed)
{
    private static readonly string[] _pieces =
    [
        "/", "/", "/", "open", "app", "a", "%", "%0", "%00", "%2F", "%2f..", "%5C", "%25", "%2500", "%c3%a4", "%C3%28", "%C0%80",
        "%ED%A0%80", "%F0%9F%98%80", "%u0041", "..", ".", ";", "?", "&", "=", "#", "\\", "//", "*", ":", "@", "[", "]", "+", "%20", "~",
        "http://", "https://", "xn--a", "127.0.0.1",
    ];

    private static readonly string[] _hosts =
    [
        "xn--a", "xn--", "a.xn--.b", "xn--bcher-kva.example", "xn--99999999999", "xn--a:80", "XN--A", "xn--bcher-kva", "[::1]", "[::1", "[xn--a]",
        "127.0.0.1", "localhost", ":80", "a:b", "a:", "xn--a-", "xn--zzzzzzzzzzzzzzzzzzzz", "xn--ls8h.la", "a..b", "xn--\u00fc", "%00", "a b", "",
    ];

    private readonly Random _random = new(seed);

    /// <summary>A target of any form, or none.</summary>
    public string NextTarget() => _random.Next(8) switch
    {
        0 => "http://" + NextHost() + Path(8),
        1 => Path(6),
        2 => "*",
        _ => "/" + Path(8),
    };

    /// <summary>A decoded path.</summary>
    public string NextPath() => _random.Next(4) == 0 ? "" : "/" + Uri.UnescapeDataString(Path(4));

    public string NextHost() => _random.Next(4) == 0
        ? _hosts[_random.Next(_hosts.Length)] + _hosts[_random.Next(_hosts.Length)]
        : _hosts[_random.Next(_hosts.Length)];

    public bool NextBoolean() => _random.Next(2) == 0;

    private string Path(int atMost)
    {
        var path = new StringBuilder();
        for (int count = _random.Next(atMost); count > 0; count--) path.Append(_pieces[_random.Next(_pieces.Length)]);
        return path.ToString();
    }
}
