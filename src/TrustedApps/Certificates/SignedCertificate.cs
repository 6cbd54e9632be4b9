using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using TrustedApps.Keys;
using TrustedApps.Text;

namespace TrustedApps.Certificates;

/// <summary>
/// The document of version 4 certificates: a JWS in general JSON serialization (RFC 7515 section 7.2.1) with a
/// signature by each signing key that it lists (specification version-4.md, section 2).
/// </summary>
internal static class SignedCertificate
{
    private const int MaxLength = 65_536; // bytes
    private const int MaxSignatures = 8;

    private static readonly JoseHeader _header = new(
        ("alg", "PS256"),
        ("kid", ""),
        ("typ", "trusted-app-certificate+jws")
    );

    public static async ValueTask<byte[]> WriteAsync(
        CertificateContent content, IReadOnlyList<PrivateKey> signers, CancellationToken cancellationToken = default)
    {
        string payload = Base64Url.EncodeToString(content.Write());
        var signatures = new List<(string Header, byte[] Signature)>(signers.Count);
        foreach (PrivateKey signer in signers)
        {
            string header = _header.Write(signer.KeyId);
            byte[] hash = Hash(header, payload);
            byte[] signature = await signer
                .SignHashAsync(hash, HashAlgorithmName.SHA256, RSASignaturePadding.Pss, cancellationToken)
                .ConfigureAwait(false);
            signatures.Add((header, signature));
        }

        return WriteEnvelope(payload, signatures);
    }

    public static bool TryRead(
        ReadOnlySpan<byte> document,
        DateTimeOffset now,
        [NotNullWhen(true)] out CertificateContent? content,
        [NotNullWhen(false)] out string? problem
    )
    {
        content = null;
        problem = "The certificate is longer than 65,536 bytes.";
        if (document.Length > MaxLength) return false;

        problem =
            "The document is not a certificate: it must be a JWS in general JSON serialization of exactly payload and signatures, without white space. It may be a login or error page.";
        if (!TryReadEnvelope(document, out string? encodedPayload, out List<Signature> signatures)) return false;

        problem = $"The certificate has more than {MaxSignatures} signatures.";
        if (signatures.Count > MaxSignatures) return false;

        problem =
            "A signature of the certificate is not canonical base64url, or its protected header is not exactly alg PS256, kid and typ.";
        if (!signatures.TrueForAll(signature => signature.TryDecode())) return false;

        problem = "Two signatures of the certificate are by one key.";
        if (signatures.DistinctBy(signature => signature.KeyId, StringComparer.Ordinal).Count() != signatures.Count)
        {
            return false;
        }

        problem = "The certificate's payload is not canonical base64url.";
        if (!StrictBase64Url.TryDecode(encodedPayload, out byte[]? payload)) return false;
        if (!CertificateContent.TryRead(payload, now, out CertificateContent? read, out problem)) return false;

        // Signatures by keys that are not listed are not checked: they prove nothing.
        problem = "A signing key that the certificate lists has not signed it.";
        (RsaPublicKey Key, Signature? Signature)[] pairs =
        [
            .. read.SigningKeys.Select(key => (key, signatures.Find(signature => signature.KeyId == key.Thumbprint))),
        ];
        if (!Array.TrueForAll(pairs, pair => pair.Signature?.Bytes.Length == pair.Key.ModulusLength)) return false;
        if (!Array.TrueForAll(pairs, pair => Verify(pair.Key, pair.Signature!, encodedPayload))) return false;

        (content, problem) = (read, null);
        return true;
    }

    /// <summary>
    /// Reads a document that was verified before it was stored: signatures and time are not checked again.
    /// </summary>
    /// <exception cref="FormatException">The document is not a certificate.</exception>
    public static CertificateContent ReadStored(ReadOnlySpan<byte> document) =>
        TryReadEnvelope(document, out string? encodedPayload, out _)
        && StrictBase64Url.TryDecode(encodedPayload, out byte[]? payload)
        && CertificateContent.TryRead(payload, DateTimeOffset.MaxValue, out CertificateContent? content, out _)
            ? content
            : throw new FormatException("The stored certificate cannot be read.");

    private static byte[] WriteEnvelope(string payload, List<(string Header, byte[] Signature)> signatures)
    {
        var document = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(document))
        {
            json.WriteStartObject();
            json.WriteString("payload", payload);
            json.WriteStartArray("signatures");
            foreach ((string header, byte[] signature) in signatures)
            {
                json.WriteStartObject();
                json.WriteString("protected", header);
                json.WriteString("signature", Base64Url.EncodeToString(signature));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return document.WrittenSpan.ToArray();
    }

    private static bool TryReadEnvelope(
        ReadOnlySpan<byte> document,
        [NotNullWhen(true)] out string? payload,
        out List<Signature> signatures
    )
    {
        (payload, signatures) = (null, []);
        var json = new StrictJson(document);
        bool hasSignatures = false;
        if (!json.BeginObject()) return false;
        while (json.NextName(out JsonText name))
        {
            if (name.Is("payload"u8) && json.ReadString(out JsonText text)) payload = text.ToString();
            else if (name.Is("signatures"u8) && TryReadSignatures(ref json, signatures)) hasSignatures = true;
            else return false;
        }

        return json.IsDone && hasSignatures && payload is not null;
    }

    private static bool TryReadSignatures(ref StrictJson json, List<Signature> signatures)
    {
        if (!json.BeginArray()) return false;
        while (json.NextItem())
        {
            string? header = null, signature = null;
            if (!json.BeginObject()) return false;
            while (json.NextName(out JsonText name))
            {
                if (name.Is("protected"u8) && json.ReadString(out JsonText first)) header = first.ToString();
                else if (name.Is("signature"u8) && json.ReadString(out JsonText second)) signature = second.ToString();
                else return false; // such as an unprotected header
            }

            if (header is null || signature is null) return false;
            signatures.Add(new Signature(header, signature));
        }

        return true;
    }

    private static bool Verify(RsaPublicKey key, Signature signature, string payload) =>
        key.VerifyHash(
            Hash(signature.Header, payload),
            signature.Bytes,
            HashAlgorithmName.SHA256,
            RSASignaturePadding.Pss
        );

    private static byte[] Hash(string header, string payload) =>
        SHA256.HashData(Encoding.ASCII.GetBytes($"{header}.{payload}"));

    private sealed class Signature(string header, string encoded)
    {
        public string Header => header;

        public string KeyId { get; private set; } = "";

        public byte[] Bytes { get; private set; } = [];

        public bool TryDecode()
        {
            string[] keyId = [""];
            if (!_header.TryRead(header, keyId) || !StrictBase64Url.TryDecode(encoded, out byte[]? bytes)) return false;
            (KeyId, Bytes) = (keyId[0], bytes);
            return true;
        }
    }
}
