using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using TrustedApps.Certificates;
using TrustedApps.Conditions;
using TrustedApps.Keys;

namespace TrustedApps.Tool.Cases;

/// <summary>The trusts of a case: those that are valid, and the problems of the others.</summary>
internal sealed class CaseTrusts
{
    private const long MaxTime = 86_400_000; // milliseconds: 24 hours

    private readonly Dictionary<string, TrustedApplication> _good = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TrustedApplication> _byText = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _bad = new(StringComparer.Ordinal);
    private string? _nameless;

    public static CaseTrusts None { get; } = new();

    public TrustedApplication? Find(string applicationId) => _good.GetValueOrDefault(applicationId);

    /// <summary>The reason why an application's trust is not valid; null when the case has no such trust.</summary>
    public string? FindProblem(string? applicationId) =>
        applicationId is not null && _bad.TryGetValue(applicationId, out string? problem) ? problem : _nameless;

    /// <summary>Reads the trusts of a case.</summary>
    /// <param name="json">The list.</param>
    /// <param name="now">The moment of the case.</param>
    /// <param name="before">
    /// The trusts of the case before. A trust whose text is unchanged stays the same instance, and so the same
    /// revision.
    /// </param>
    public static CaseTrusts Read(JsonField json, DateTimeOffset now, CaseTrusts before)
    {
        var trusts = new CaseTrusts();
        foreach (JsonField item in json.Items()) trusts.Add(item, now, before);
        return trusts;
    }

    // One bad trust spoils only the requests that name it, or may name it where it has no id.
    private void Add(JsonField json, DateTimeOffset now, CaseTrusts before)
    {
        string? id = null;
        try
        {
            id = json.Member("id").Text();
            if (_good.Remove(id) || _bad.ContainsKey(id)) throw json.Wrong("has the id of another trust");
            string text = json.Value.GetRawText();
            if (!before._byText.TryGetValue(text, out TrustedApplication? trust)) trust = ReadTrust(id, json, now);
            _good.Add(id, trust);
            _byText.Add(text, trust);
        }
        catch (BadInputException problem)
        {
            if (id is null) _nameless = problem.Message;
            else _bad[id] = problem.Message;
        }
    }

    // One set of conditions stands for all versions of the trust, without an end date.
    private static TrustedApplication ReadTrust(string id, JsonField json, DateTimeOffset now)
    {
        ProtocolVersion[] versions = ReadVersions(json.Member("versions"));
        ProtocolVersion[] legacy = [.. versions.Where(version => version.IsLegacy)];
        try
        {
            if (legacy.Length == versions.Length)
            {
                return new TrustedApplication(id, ReadKey(json), ReadConditions(json, legacy));
            }

            LegacyAccess? access =
                legacy.Length == 0
                    ? null
                    : new LegacyAccess(ReadKey(json), ReadConditions(json, legacy), DateTimeOffset.MaxValue);
            TrustConditions conditions = ReadConditions(json, ProtocolVersion.Version4);
            return new TrustedApplication(
                CertificateRecord.Establish(ReadCertificate(id, json, now), baseUrl: null, now),
                conditions,
                access
            );
        }
        catch (ConditionException mistake)
        {
            throw new BadInputException($"{json.Path}.{mistake.Member.CaseName}: {mistake.Message}");
        }
        catch (ArgumentException mistake)
        {
            throw new BadInputException($"{json.Path} cannot be made: {BadInputException.From(mistake).Message}");
        }
    }

    private static ProtocolVersion[] ReadVersions(JsonField json)
    {
        try
        {
            return [.. json.Texts().Select(ProtocolVersion.Parse)];
        }
        catch (ArgumentException mistake)
        {
            throw new BadInputException($"{json.Path}: {BadInputException.From(mistake).Message}");
        }
    }

    private static RsaPublicKey ReadKey(JsonField json)
    {
        if (json.Find("publicKey") is not { } base64)
        {
            throw json.Wrong("has no publicKey, without which no older version can be verified");
        }

        return RsaPublicKey.TryRead(base64.Text(), out RsaPublicKey? key, out string? problem)
            ? key
            : throw new BadInputException($"{base64.Path}: {problem}");
    }

    // By the clock of the case, as a provider at that moment would.
    private static ApplicationCertificate ReadCertificate(string id, JsonField trust, DateTimeOffset now)
    {
        if (trust.Find("certificate") is not { } json)
        {
            throw trust.Wrong("has no certificate, without which version 4 cannot be verified");
        }

        byte[] document = Encoding.UTF8.GetBytes(
            json.Value.ValueKind == JsonValueKind.String ? json.Text() : WithoutWhiteSpace(json)
        );
        if (
            !ApplicationCertificate.TryRead(
                document,
                now,
                out ApplicationCertificate? certificate,
                out string? problem
            )
        )
        {
            throw new BadInputException($"{json.Path}: {problem}");
        }

        return certificate.Id == id ? certificate : throw json.Wrong("is another application's");
    }

    private static string WithoutWhiteSpace(JsonField json)
    {
        try
        {
            return JsonSerializer.Serialize(json.Value, CaseJson.Default.JsonElement);
        }
        catch (JsonException)
        {
            throw json.Wrong("holds half a surrogate pair");
        }
    }

    // Conditions of version 4 alone are not read for older versions. All others are read, whatever the version.
    private static TrustConditions ReadConditions(JsonField json, params ProtocolVersion[] versions) =>
        ConditionMembers.Create(member =>
        {
            if (member.Name == nameof(TrustConditions.Versions))
            {
                return Array.ConvertAll(versions, version => version.Name);
            }

            if (member.CaseName is not { } name) return null;
            if (member.Scope == ConditionScope.Version4 && versions.All(version => version.IsLegacy)) return null;
            bool isRequired =
                member is ListMember { IsRequired: true } || member.Name == nameof(TrustConditions.Timeout);
            return (isRequired ? json.Member(name) : json.Find(name)) is { } field ? ReadValue(member, field) : null;
        });

    private static object ReadValue(ConditionMember member, JsonField field) => member switch
    {
        ListMember => field.Texts(),
        TimeMember => ReadTime(field),
        _ => field.Flag(),
    };

    private static TimeSpan ReadTime(JsonField json)
    {
        long milliseconds = json.Number();
        if (milliseconds is < 1 or > MaxTime) throw json.Wrong("is not from 1 to 86400000 (24 hours)");
        return TimeSpan.FromMilliseconds(milliseconds);
    }
}

[JsonSourceGenerationOptions(WriteIndented = false)]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class CaseJson : JsonSerializerContext;
