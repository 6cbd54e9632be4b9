using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using TrustedApps.AspNetCore.Reload;
using TrustedApps.Conditions;

namespace TrustedApps.AspNetCore.SignIn.TrustedProxies;

/// <summary>The name under which a scheme was added.</summary>
internal sealed record TrustedProxyScheme(string Name);

/// <summary>
/// A trusted proxy as the options of a scheme describe it, parsed once: its addresses and its fields.
/// </summary>
internal sealed class TrustedProxy
{
    private readonly AddressCondition _addresses;
    private readonly ProxyField _user;
    private readonly bool _allowsCommas;
    private readonly ProxyHeader[] _attributes;
    private readonly ClaimMapping[] _mappings; // in the order of _attributes
    private readonly Func<string, string>[] _transforms;

    public TrustedProxy(string scheme, TrustedProxyOptions options)
    {
        (Scheme, Settings) = (scheme, SettingsOf(options));
        _addresses = new AddressCondition(options.Addresses);
        _user = options.Cookie is { } cookie ? new ProxyCookie(cookie) : new ProxyHeader(options.Header!);
        _allowsCommas = options.AllowCommas || options.Cookie is not null;
        _mappings = [.. options.Attributes];
        _attributes = [.. _mappings.Select(mapping => new ProxyHeader(mapping.Name))];
        _transforms = [.. options.Rewrites.Select(transform => transform.Compile())];
    }

    public string Scheme { get; }

    /// <summary>The settings that it was made of, as <see cref="SettingsOf"/> writes them.</summary>
    public string Settings { get; }

    /// <summary>Writes the settings of a trusted proxy so that two have one text only if they are the same.</summary>
    public static string SettingsOf(TrustedProxyOptions options) => string.Concat(
        SettingText.Of(options.Header),
        SettingText.Of(options.Cookie),
        SettingText.Of(options.Addresses),
        options.AllowCommas,
        SettingText.Of(options.Attributes.Select(attribute => string.Concat(
            SettingText.Of(attribute.Name),
            SettingText.Of(attribute.ClaimType),
            SettingText.Of(attribute.Default),
            attribute.Separator))),
        SettingText.Of(options.Rewrites.Select(rewrite =>
            SettingText.Of(rewrite.Prefix) + SettingText.Of(rewrite.Pattern))));

    private IEnumerable<ProxyField> Fields => [_user, .. _attributes];

    public bool SharesFieldsWith(TrustedProxy other) =>
        Fields.Any(field => other.Fields.Any(another => field.IsSpelledAs(another.Name)));

    /// <summary>
    /// Finds the identity that the proxy sent; null if there is none. Removes the fields from a request that must not
    /// hold them.
    /// </summary>
    public ProxyIdentity? Inspect(HttpContext context)
    {
        IHeaderDictionary headers = context.Request.Headers;
        ProxyFieldValue user = _user.Find(headers);
        ProxyFieldValue[] attributes = Array.ConvertAll(_attributes, attribute => attribute.Find(headers));
        if (!user.IsPresent && !Array.Exists(attributes, attribute => attribute.IsPresent)) return null;

        if (!_addresses.Allows(context.Connection.RemoteIpAddress))
        {
            return Reject(
                headers,
                RejectionCodes.BadRemoteAddress,
                $"Only the trusted proxy may send {_user.Name} and its attributes: they were removed. If this address is the trusted proxy's, add it to Addresses"
            );
        }

        string? problem = user.Problem
            ?? Array.Find(attributes, attribute => attribute.Problem is not null).Problem
            ?? FindComma(user.Text);
        if (problem is not null) return Reject(headers, RejectionCodes.Malformed, problem);
        return ClaimMapping.IsAbsent(user.Text)
            ? null
            : new ProxyIdentity(this, user.Text, Array.ConvertAll(attributes, attribute => attribute.Text));
    }

    /// <summary>
    /// Returns the user name for a name that the proxy sent; null if the transforms take too long or do not result in a
    /// valid name.
    /// </summary>
    public string? TransformName(string name) => UserNameTransform.Apply(_transforms, name);

    public IReadOnlyList<Claim> ToClaims(string?[] attributes) =>
        [.. _mappings.Zip(attributes, (mapping, value) => mapping.ToClaims(value)).SelectMany(claims => claims)];

    private ProxyIdentity Reject(IHeaderDictionary headers, string code, string problem)
    {
        foreach (ProxyField field in Fields) field.Remove(headers);
        return ProxyIdentity.Rejected(this, code, problem);
    }

    // RFC 9110, section 5.3: an intermediary may join two lines of a header by a comma.
    private string? FindComma(string? user) => !_allowsCommas && user?.Contains(',', StringComparison.Ordinal) == true
        ? $"{_user.Name} holds a comma, as two headers made into one do. If names have commas here, set AllowCommas"
        : null;
}
