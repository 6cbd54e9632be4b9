using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Primitives;

namespace TrustedApps.Tool.Cases;

/// <summary>
/// A captured request and the provider that it reached (format: tests/vectors/README.md, "Request cases").
/// </summary>
internal sealed record RequestCase(
    string? Sequence,
    DateTimeOffset Now,
    CaseProvider Provider,
    JsonField Trusts,
    IUserResolver Users,
    IncomingRequest Request)
{
    private static readonly long _firstMillisecond = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();
    private static readonly long _lastMillisecond = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>Reads a case.</summary>
    /// <exception cref="BadInputException">The JSON is not a case; the message names the place.</exception>
    public static RequestCase Read(JsonField json) => new(
        json.Find("sequence")?.Text(),
        ReadTime(json.Member("now")),
        CaseProvider.Read(json.Find("provider"), json.Find("baseUrls")),
        json.Member("trust"),
        ReadUsers(json.Member("users").Texts(), json.Member("deniedUsers").Texts()),
        ReadRequest(json.Member("request")));

    private static DateTimeOffset ReadTime(JsonField json)
    {
        long milliseconds = json.Number();
        if (milliseconds < _firstMillisecond || milliseconds > _lastMillisecond)
        {
            throw json.Wrong("is outside the years 1 to 9999");
        }

        return DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
    }

    // A denied user who does not exist is unknown, not denied.
    private static IUserResolver ReadUsers(IReadOnlyList<string> users, IReadOnlyList<string> denied) =>
        UserResolvers.List(users, denied.Intersect(users, StringComparer.Ordinal));

    private static IncomingRequest ReadRequest(JsonField json)
    {
        byte[]? body = json.Find("bodyBase64")?.Bytes();
        string target = json.Member("target").Text();
        string? pathOfAbsoluteForm = IncomingRequest.FindPathAndQuery(target);
        return new IncomingRequest
        {
            Method = json.Member("method").Text(),
            Scheme = json.Member("scheme").Text(),
            Host = json.Member("host").Text(),
            PathBase = json.Member("pathBase").Text(),
            Target = pathOfAbsoluteForm ?? target,
            IsAbsoluteForm = pathOfAbsoluteForm is not null,
            RemoteAddress = json.Find("remoteAddress") is { } address ? ReadAddress(address.Text()) : null,
            Headers = ReadHeaders(json.Member("headers")),
            Content = body is null ? null : new MemoryStream(body, writable: false),
            ContentLength = body?.Length,
        };
    }

    // An address in an unusual spelling counts as none: no connection has such a one.
    private static IPAddress? ReadAddress(string text)
    {
        if (text.StartsWith('[') || !IPAddress.TryParse(text, out IPAddress? address)) return null;
        return address.AddressFamily == AddressFamily.InterNetworkV6 || address.ToString() == text ? address : null;
    }

    private static Dictionary<string, StringValues> ReadHeaders(JsonField json)
    {
        var values = new Dictionary<string, List<string>>(StringComparer.OrdinalIgnoreCase);
        foreach (JsonField item in json.Items())
        {
            if (item.Texts() is not [string name, string value]) throw item.Wrong("is not a name and a value");
            if (!values.TryGetValue(name, out List<string>? sameName)) values.Add(name, sameName = []);
            sameName.Add(value);
        }

        return values.ToDictionary(
            header => header.Key,
            header => new StringValues([.. header.Value]),
            StringComparer.OrdinalIgnoreCase
        );
    }
}
