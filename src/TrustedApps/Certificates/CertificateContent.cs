using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using TrustedApps.Keys;
using TrustedApps.Text;

namespace TrustedApps.Certificates;

/// <summary>
/// The content of a certificate of version 4: the payload of its signatures (specification version-4.md, section 2).
/// </summary>
internal sealed record CertificateContent(
    string Id,
    string Name,
    long IssuedAt, // Unix seconds
    IReadOnlyList<int> Versions,
    IReadOnlyList<RsaPublicKey> SigningKeys,
    IReadOnlyList<RsaPublicKey> EncryptionKeys)
{
    private const string Malformed =
        "The certificate's payload is not a JSON object of iss, name, iat, versions and keys without white space.";
    private const int OurVersion = 4;
    private const long Skew = 30; // seconds

    public byte[] Write()
    {
        var payload = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(payload))
        {
            json.WriteStartObject();
            json.WriteString("iss", Id);
            json.WriteString("name", Name);
            json.WriteNumber("iat", IssuedAt);
            json.WriteStartArray("versions");
            foreach (int version in Versions) json.WriteNumberValue(version);
            json.WriteEndArray();
            json.WriteStartArray("keys");
            foreach (RsaPublicKey key in SigningKeys) PublicJwk.Write(json, KeyUse.Signature, key);
            foreach (RsaPublicKey key in EncryptionKeys) PublicJwk.Write(json, KeyUse.Encryption, key);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return payload.WrittenSpan.ToArray();
    }

    public static bool TryRead(
        ReadOnlySpan<byte> payload,
        DateTimeOffset now,
        [NotNullWhen(true)] out CertificateContent? content,
        [NotNullWhen(false)] out string? problem
    )
    {
        (content, problem) = (null, Malformed);
        var json = new StrictJson(payload);
        string? id = null, name = null;
        long? issuedAt = null;
        List<int>? versions = null;
        var keys = new List<(KeyUse Use, RsaPublicKey Key)>();
        if (!json.BeginObject()) return false;
        while (json.NextName(out JsonText member))
        {
            bool isRead;
            if (member.Is("iss"u8)) isRead = TryReadText(ref json, out id);
            else if (member.Is("name"u8)) isRead = TryReadText(ref json, out name);
            else if (member.Is("iat"u8)) isRead = TryReadTime(ref json, out issuedAt);
            else if (member.Is("versions"u8)) isRead = TryReadVersions(ref json, out versions);
            else if (!member.Is("keys"u8)) isRead = json.Skip();
            else isRead = TryReadKeys(ref json, keys, out problem);
            if (!isRead) return false;
        }

        if (!json.IsDone || id is null || name is null || issuedAt is null || versions is null) return false;
        problem = FindProblem(id, name, issuedAt.Value, versions, keys, now);
        if (problem is not null) return false;
        content = new CertificateContent(
            id,
            name,
            issuedAt.Value,
            versions.AsReadOnly(),
            KeysFor(KeyUse.Signature, keys),
            KeysFor(KeyUse.Encryption, keys)
        );
        return true;
    }

    private static string? FindProblem(
        string id,
        string name,
        long issuedAt,
        List<int> versions,
        List<(KeyUse Use, RsaPublicKey Key)> keys,
        DateTimeOffset now
    )
    {
        if (!ApplicationIdSyntax.IsForVersion4(id))
        {
            return "The certificate's id is not 1 to 128 characters of A-Z, a-z, 0-9, '.', '_', ':' and '-'.";
        }

        if (!DisplayName.IsValid(name))
        {
            return "The certificate's name is not 1 to 255 characters without control and bidirectional-formatting characters.";
        }

        if (issuedAt > now.ToUnixTimeSeconds() + Skew)
        {
            return "The certificate was issued in the future: the clock of this host or of the other is wrong.";
        }

        if (!versions.Contains(OurVersion)) return "The certificate is not for version 4.";
        if (!keys.Exists(key => key.Use == KeyUse.Signature)) return "The certificate lists no signing key.";
        if (!keys.Exists(key => key.Use == KeyUse.Encryption)) return "The certificate lists no encryption key.";
        return keys.DistinctBy(key => key.Key.Modulus).Count() == keys.Count
            ? null
            : "The certificate lists a modulus twice.";
    }

    private static bool TryReadText(ref StrictJson json, out string? text)
    {
        bool isRead = json.ReadString(out JsonText read);
        text = isRead ? read.ToString() : null;
        return isRead;
    }

    private static bool TryReadTime(ref StrictJson json, out long? time)
    {
        bool isRead = json.ReadNumber(out long read);
        time = read;
        return isRead;
    }

    private static bool TryReadVersions(ref StrictJson json, out List<int> versions)
    {
        versions = [];
        if (!json.BeginArray()) return false;
        while (json.NextItem())
        {
            if (!json.ReadNumber(out long version) || version > int.MaxValue) return false;
            versions.Add((int)version);
        }

        return true;
    }

    private static bool TryReadKeys(ref StrictJson json, List<(KeyUse Use, RsaPublicKey Key)> keys, out string problem)
    {
        problem = Malformed;
        if (!json.BeginArray()) return false;
        while (json.NextItem())
        {
            if (keys.Count == KeyRing.MaxListedKeys)
            {
                problem = $"The certificate lists more than {KeyRing.MaxListedKeys} keys.";
                return false;
            }

            if (!PublicJwk.TryRead(ref json, out KeyUse use, out RsaPublicKey? key, out string? wrong))
            {
                problem = wrong;
                return false;
            }

            keys.Add((use, key));
        }

        return true;
    }

    private static System.Collections.ObjectModel.ReadOnlyCollection<RsaPublicKey> KeysFor(
        KeyUse use,
        List<(KeyUse Use, RsaPublicKey Key)> keys
    ) => keys.Where(key => key.Use == use).Select(key => key.Key).ToList().AsReadOnly();
}
