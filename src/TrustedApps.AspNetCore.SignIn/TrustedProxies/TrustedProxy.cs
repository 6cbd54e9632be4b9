using System.Net;
using Microsoft.AspNetCore.Http;
using TrustedApps.Conditions;

namespace TrustedApps.AspNetCore.SignIn.TrustedProxies;

/// <summary>A front as the options of a scheme say it, parsed once: where it connects from and what it sends.</summary>
internal sealed class TrustedProxy
{
    private const string NoUser = "(null)"; // what Apache's RequestHeader writes for a variable that is not set

    private readonly AddressCondition _addresses;
    private readonly HeaderNameMatcher _carrier;
    private readonly bool _isCookie;
    private readonly bool _allowsCommas;
    private readonly HeaderNameMatcher[] _attributes;

    public TrustedProxy(string scheme, TrustedProxyOptions options)
    {
        Scheme = scheme;
        _addresses = new AddressCondition(options.Addresses);
        _isCookie = options.Cookie is not null;
        _allowsCommas = options.AllowCommas || _isCookie;
        _carrier = new HeaderNameMatcher((options.Header ?? options.Cookie)!);
        _attributes = [.. options.Attributes.Select(attribute => new HeaderNameMatcher(attribute.Name))];
        Attributes = [.. options.Attributes];
        Rewriting = new UserNameTransforms(options.Rewrites);
    }

    public string Scheme { get; }

    /// <summary>As they were at the start: the values of a <see cref="ProxyIdentity"/> are in their order.</summary>
    public IReadOnlyList<ClaimMapping> Attributes { get; }

    public UserNameTransforms Rewriting { get; }

    /// <summary>The carrier of the user's name, and the attributes.</summary>
    public IEnumerable<HeaderNameMatcher> Fields => [_carrier, .. _attributes];

    /// <summary>Finds what the front sent. What nobody but the front may send is removed, and said to be a problem.</summary>
    public ProxyIdentity Inspect(HttpContext context, out string? problem)
    {
        HttpRequest request = context.Request;
        string? name = FindCarrier(request.Headers, out bool isThere, out problem);
        string?[] values = new string?[_attributes.Length];
        for (int index = 0; index < values.Length; index++)
        {
            values[index] = ProxyHeader.Find(request.Headers, _attributes[index], out bool isAttributeThere, out string? attributeProblem);
            isThere |= isAttributeThere;
            problem ??= attributeProblem;
        }

        if (!isThere) return ProxyIdentity.Nothing;
        if (!IsFront(context.Connection.RemoteIpAddress))
        {
            Remove(request.Headers);
            problem = $"Only the front may send {_carrier.Text} and its attributes: it was removed. If this was the front, add its address to Addresses";
            return ProxyIdentity.Rejected(RejectionCodes.BadRemoteAddress);
        }

        // RFC 9110 section 5.3: whoever is on the way may make one line of two, with a comma.
        if (!_allowsCommas && name?.Contains(',', StringComparison.Ordinal) == true) problem ??= $"{_carrier.Text} holds a comma, as two headers made into one do. If names have commas here, set AllowCommas";
        if (problem is not null)
        {
            Remove(request.Headers);
            return ProxyIdentity.Rejected(RejectionCodes.Malformed);
        }

        return name is null or "" or NoUser ? ProxyIdentity.Nothing : new ProxyIdentity(name, values, null);
    }

    public static bool IsAbsent(string? value) => value is null or "" or NoUser;

    private bool IsFront(IPAddress? address) => _addresses.Allows(address);

    private string? FindCarrier(IHeaderDictionary headers, out bool isThere, out string? problem) => _isCookie
        ? ProxyCookie.Find(headers, _carrier, out isThere, out problem)
        : ProxyHeader.Find(headers, _carrier, out isThere, out problem);

    private void Remove(IHeaderDictionary headers)
    {
        if (_isCookie) ProxyCookie.Remove(headers, _carrier);
        else ProxyHeader.Remove(headers, _carrier);
        foreach (HeaderNameMatcher attribute in _attributes) ProxyHeader.Remove(headers, attribute);
    }
}
