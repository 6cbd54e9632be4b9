namespace TrustedApps.Tool.Cases;

/// <summary>The trusts of a case: those that can be made, and what is wrong with the others.</summary>
internal sealed class CaseTrusts
{
    private const long MaxTimeout = 86_400_000; // milliseconds: 24 hours

    private readonly Dictionary<string, TrustedApplication> _good = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _bad = new(StringComparer.Ordinal);
    private string? _nameless;

    public InMemoryTrustStore Store => new(_good.Values);

    /// <summary>Why there is no trust for an application, or null when the case has none for it.</summary>
    public string? FindProblem(string? applicationId) =>
        applicationId is not null && _bad.TryGetValue(applicationId, out string? problem) ? problem : _nameless;

    public static CaseTrusts Read(JsonField json)
    {
        var trusts = new CaseTrusts();
        foreach (JsonField item in json.Items()) trusts.Add(item);
        return trusts;
    }

    // One bad trust spoils only the requests that name it, or may name it where it has no id.
    private void Add(JsonField json)
    {
        string? id = null;
        try
        {
            id = json.Member("id").Text();
            if (_good.Remove(id) || _bad.ContainsKey(id)) throw json.Wrong("has the id of another trust");
            _good.Add(id, ReadTrust(id, json));
        }
        catch (BadInputException problem)
        {
            if (id is null) _nameless = problem.Message;
            else _bad[id] = problem.Message;
        }
    }

    private static TrustedApplication ReadTrust(string id, JsonField json)
    {
        RsaPublicKey key = ReadKey(json);
        try
        {
            return new TrustedApplication(id, key, ReadConditions(json));
        }
        catch (ArgumentException mistake)
        {
            throw new BadInputException($"{json.Path} cannot be made: {BadInputException.From(mistake).Message}");
        }
    }

    private static RsaPublicKey ReadKey(JsonField json)
    {
        if (json.Find("publicKey") is not { } base64) throw json.Wrong("has no publicKey, without which no version can be verified");
        return RsaPublicKey.TryRead(base64.Text(), out RsaPublicKey? key, out string? problem)
            ? key
            : throw new BadInputException($"{base64.Path}: {problem}");
    }

    private static TrustConditions ReadConditions(JsonField json) => new()
    {
        Versions = [.. json.Member("versions").Texts().Select(ProtocolVersion.Parse)],
        Timeout = ReadTimeout(json.Member("timeoutMs")),
        Addresses = json.Member("addresses").Texts(),
        Urls = json.Member("urls").Texts(),
        Methods = json.Find("methods")?.Texts() ?? ["GET", "HEAD"],
        AllowUsers = json.Find("allowUsers")?.Texts(),
        DenyUsers = json.Find("denyUsers")?.Texts() ?? [],
        CheckForwardedFor = json.Find("checkForwardedFor")?.Flag() ?? false,
        AllowWeakKeys = json.Find("allowWeakKeys")?.Flag() ?? false,
        RefuseReplays = json.Find("refuseReplays")?.Flag() ?? false,
    };

    private static TimeSpan ReadTimeout(JsonField json)
    {
        long milliseconds = json.Number();
        if (milliseconds is < 1 or > MaxTimeout) throw json.Wrong("is not from 1 to 86400000 (24 hours)");
        return TimeSpan.FromMilliseconds(milliseconds);
    }
}
