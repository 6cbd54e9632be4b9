using System.Text.Json;
using TrustedApps.Keys;
using TrustedApps.Storage;

namespace TrustedApps.Admin.Api;

/// <summary>Some of the trusts.</summary>
/// <param name="Trusts">The trusts, by id.</param>
/// <param name="Total">How many match in all.</param>
/// <param name="Unreadable">Ids among these whose rows cannot be read.</param>
internal sealed record TrustsAnswer(IReadOnlyList<TrustDocument> Trusts, int Total, IReadOnlyList<string> Unreadable);

/// <summary>The certificate that was found at a base URL. It is not trusted yet.</summary>
/// <param name="Id">The application id.</param>
/// <param name="Name">The name that the application gives itself.</param>
/// <param name="Kind">version4 or legacy.</param>
/// <param name="BaseUrl">The base URL in normal form.</param>
/// <param name="SigningKeys">The keys whose fingerprints must be compared.</param>
internal sealed record PreviewAnswer(
    string Id,
    string Name,
    string Kind,
    string BaseUrl,
    IReadOnlyList<PreviewKey> SigningKeys
)
{
    public static PreviewAnswer Of(FoundCertificate found) => new(
        found.Id, found.Name, found.Certificate is null ? "legacy" : "version4", found.BaseUrl.Text,
        [.. found.SigningKeys.Select(key => new PreviewKey(key.Fingerprint, key.Bits, key.Weakness))]);
}

/// <summary>A key of a certificate.</summary>
/// <param name="Fingerprint">Its fingerprint, in groups.</param>
/// <param name="Bits">The length of its modulus.</param>
/// <param name="Weakness">What makes it too weak; left out where nothing does.</param>
internal sealed record PreviewKey(string Fingerprint, int Bits, string? Weakness);

/// <summary>Whether a request would be allowed.</summary>
/// <param name="Allowed">Whether it would.</param>
/// <param name="Code">The code of the refusal.</param>
/// <param name="Advice">What to do.</param>
internal sealed record TrialAnswer(bool Allowed, string? Code, string? Advice);

/// <summary>The pinned providers.</summary>
/// <param name="Providers">The providers, by base URL.</param>
internal sealed record ProvidersAnswer(IReadOnlyList<ProviderAnswer> Providers);

/// <summary>A pinned provider.</summary>
/// <param name="BaseUrl">Below which URL it is asked.</param>
/// <param name="Id">Its application id.</param>
/// <param name="Name">Its name when it was added.</param>
/// <param name="SigningKeys">Fingerprints of its signing keys.</param>
/// <param name="PendingKeys">Fingerprints of signing keys that wait.</param>
/// <param name="PendingUntil">When they take effect.</param>
/// <param name="ConfirmedAt">When it was last seen to have these keys.</param>
/// <param name="AddedAt">When it was added.</param>
/// <param name="AddedBy">Who added it.</param>
internal sealed record ProviderAnswer(
    string BaseUrl,
    string Id,
    string Name,
    IReadOnlyList<string> SigningKeys,
    IReadOnlyList<string> PendingKeys,
    DateTimeOffset? PendingUntil,
    DateTimeOffset ConfirmedAt,
    DateTimeOffset AddedAt,
    string AddedBy
)
{
    public static ProviderAnswer Of(StoredProvider provider) => new(
        provider.BaseUrl.Text, provider.Record.Id, provider.Record.Name,
        [.. provider.Record.SigningKeys.Select(key => key.Fingerprint)],
        [.. (provider.Record.Pending?.Certificate.SigningKeys ?? []).Select(key => key.Fingerprint)],
        provider.Record.Pending?.TakesEffectAt,
        provider.Record.LastConfirmedAt, provider.AddedAt, provider.AddedBy);
}

/// <summary>The latest refusals.</summary>
/// <param name="Refusals">The refusals, newest first.</param>
internal sealed record RefusalsAnswer(IReadOnlyList<RecordedRejection> Refusals);

/// <summary>Administrators' changes.</summary>
/// <param name="Entries">The changes, newest first.</param>
internal sealed record AuditAnswer(IReadOnlyList<AuditLine> Entries);

/// <summary>A change that an administrator made.</summary>
/// <param name="Number">Its number; later ones have greater numbers.</param>
/// <param name="At">When.</param>
/// <param name="Administrator">Who.</param>
/// <param name="Action">What.</param>
/// <param name="Subject">Of which application or provider.</param>
/// <param name="Before">How it was; left out if it was not there.</param>
/// <param name="After">How it is since; left out if it is gone.</param>
internal sealed record AuditLine(
    long Number,
    DateTimeOffset At,
    string Administrator,
    string Action,
    string Subject,
    JsonElement? Before,
    JsonElement? After
)
{
    public static AuditLine Of(AuditEntry entry) =>
        new(
            entry.Number,
            entry.At,
            entry.Administrator,
            entry.Action,
            entry.Subject,
            Read(entry.Before),
            Read(entry.After)
        );

    // Texts that are no JSON are shown as they are.
    private static JsonElement? Read(string? text)
    {
        if (text is null) return null;
        try
        {
            return JsonElement.Parse(text);
        }
        catch (JsonException)
        {
            return JsonSerializer.SerializeToElement(text, ApiJson.Default.String);
        }
    }
}

/// <summary>The activity of applications.</summary>
/// <param name="Applications">One for each id that was asked for.</param>
internal sealed record ActivityAnswer(IReadOnlyList<ApplicationActivity> Applications);

/// <summary>This application, as others trust it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="BaseUrls">Its base URLs.</param>
/// <param name="Certificates">Where its certificate is.</param>
/// <param name="Keys">Its keys, without their private parts.</param>
internal sealed record ApplicationAnswer(
    string Id,
    IReadOnlyList<string> BaseUrls,
    IReadOnlyList<string> Certificates,
    IReadOnlyList<OwnKey> Keys
);

/// <summary>One of this application's keys.</summary>
/// <param name="Fingerprint">Its fingerprint, in groups.</param>
/// <param name="Use">legacy, signature or encryption.</param>
/// <param name="Status">current, next or retired.</param>
/// <param name="Bits">The length of its modulus.</param>
/// <param name="RetiredAt">When it was retired.</param>
/// <param name="DueAt">When it is put in use, or replaced, by itself.</param>
internal sealed record OwnKey(
    string Fingerprint,
    string Use,
    string Status,
    int Bits,
    DateTimeOffset? RetiredAt,
    DateTimeOffset? DueAt
)
{
    public static OwnKey Of(ApplicationKey key) =>
        new(
            key.PublicKey.Fingerprint,
            NameOf(key.Use),
            NameOf(key.Status),
            key.PublicKey.Bits,
            key.RetiredAt,
            key.DueAt
        );

    private static string NameOf<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
