using System.Collections.Concurrent;
using System.Text;
using TrustedApps.Keys;
using TrustedApps.Legacy;

namespace TrustedApps.Tool.Cases;

/// <summary>The provider of a case: its own keys, and its base URLs.</summary>
/// <param name="Keys">Its id and keys; null in cases of older versions.</param>
/// <param name="BaseUrls">Its base URLs; null to examine requests for any.</param>
/// <param name="RequiredHeaders">The headers that must be bound.</param>
/// <param name="Text">The text of all, which identifies an unchanged provider.</param>
internal sealed record CaseProvider(
    ApplicationKeys? Keys, IReadOnlyList<BaseUrl>? BaseUrls, IReadOnlyList<string> RequiredHeaders, string Text)
{
    public override string ToString() => Keys?.ToString() ?? ""; // the text holds private keys

    // Reading private keys takes long, and cases of one file have few of them.
    private static readonly ConcurrentDictionary<string, ApplicationKeys> _read = new(StringComparer.Ordinal);

    public static CaseProvider Read(JsonField? provider, JsonField? baseUrls)
    {
        JsonField? urls = provider?.Find("baseUrls") ?? baseUrls;
        return new CaseProvider(
            provider is { } given ? ReadKeys(given) : null,
            ReadBaseUrls(urls),
            provider?.Find("requiredHeaders")?.Texts() ?? [],
            $"{provider?.Value.GetRawText()}\n{urls?.Value.GetRawText()}"
        );
    }

    public AssertionVerifierOptions ToOptions() => new()
    {
        Keys = Keys,
        LegacyProtocols = LegacyProtocols.All,
        BaseUrls = BaseUrls ?? [],
        AcceptAnyBaseUrl = BaseUrls is null,
        RequiredHeaders = RequiredHeaders,
        AllowHttp = true,
        AllowForgeableVersionsOverHttp = true, // this examines requests, and serves none
    };

    private static ApplicationKeys ReadKeys(JsonField provider)
    {
        JsonField json = provider.Member("keys");
        string text = json.Value.GetRawText();
        if (!_read.TryGetValue(text, out ApplicationKeys? keys)) _read[text] = keys = Parse(json, text);

        JsonField id = provider.Member("id");
        return id.Text() == keys.Id ? keys : throw id.Wrong($"is not '{keys.Id}', to whom the keys belong");
    }

    private static ApplicationKeys Parse(JsonField json, string text)
    {
        try
        {
            return ApplicationKeys.Parse(Encoding.UTF8.GetBytes(text));
        }
        catch (InvalidDataException)
        {
            throw json.Wrong("is no key ring, as 'trusted-apps keys new' writes it");
        }
    }

    private static List<BaseUrl>? ReadBaseUrls(JsonField? json)
    {
        if (json is not { } list) return null;

        var baseUrls = new List<BaseUrl>();
        foreach (JsonField item in list.Items())
        {
            if (!BaseUrl.TryParse(item.Text(), out BaseUrl? baseUrl))
            {
                throw item.Wrong("is no base URL: http or https, host in lower case, no default port, no final slash");
            }

            baseUrls.Add(baseUrl);
        }

        return baseUrls.Count > 0
            ? baseUrls
            : throw list.Wrong("is empty: leave it out to examine requests for any URL");
    }
}
