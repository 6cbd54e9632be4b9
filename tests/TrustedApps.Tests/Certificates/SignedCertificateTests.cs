using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using TrustedApps.Certificates;
using TrustedApps.Keys;
using TrustedApps.Tests.Keys;
using TrustedApps.Text;

namespace TrustedApps.Tests.Certificates;

public class SignedCertificateTests
{
    private static readonly PrivateKey _key = SpareKeys.Signing(1);

    private static string Good { get; } = Forge.Sign(Forge.Payload());

    /// <summary>Documents that are no certificates, by name, each with a part of what is said of them. Their signatures are good.</summary>
    private static Dictionary<string, (Func<string> Document, string Problem)> Bad { get; } = new(StringComparer.Ordinal)
    {
        ["nothing"] = (() => "", "must be a JWS"),
        ["a login page"] = (() => "<html>", "login"),
        ["more than 64 KiB"] = (() => Good.Replace("Wi", new string('a', 65_537), StringComparison.Ordinal).PadRight(65_537), "65,536"),
        ["a byte order mark"] = (() => "\uFEFF" + Good, "must be a JWS"),
        ["white space before it"] = (() => " " + Good, "must be a JWS"),
        ["white space behind it"] = (() => Good + "\n", "must be a JWS"),
        ["white space in it"] = (() => Good.Replace("\",\"", "\", \"", StringComparison.Ordinal), "must be a JWS"),
        ["something behind it"] = (() => Good + "{}", "must be a JWS"),
        ["the compact serialization"] = (() => $"{Forge.Encode(Forge.Header(_key))}.{Forge.Encode("{}")}.AA", "must be a JWS"),
        ["the flattened serialization"] = (() => Good.Replace("\"signatures\":[{", "", StringComparison.Ordinal).Replace("}]}", "}", StringComparison.Ordinal), "must be a JWS"),
        ["no payload"] = (() => "{" + Good[Good.IndexOf("\"signatures", StringComparison.Ordinal)..], "must be a JWS"),
        ["no signatures"] = (() => Good[..Good.IndexOf(",\"signatures", StringComparison.Ordinal)] + "}", "must be a JWS"),
        ["the payload twice"] = (() => Good.Insert(1, "\"payload\":\"e30\","), "must be a JWS"),
        ["the payload twice, once escaped"] = (() => Good.Insert(1, "\"p\\u0061yload\":\"e30\","), "must be a JWS"),
        ["another member"] = (() => Good.Insert(1, "\"x\":1,"), "must be a JWS"),
        ["an unprotected header"] = (() => Good.Replace("{\"protected\"", "{\"header\":{},\"protected\"", StringComparison.Ordinal), "must be a JWS"),
        ["another member of a signature"] = (() => Good.Replace("{\"protected\"", "{\"x\":\"\",\"protected\"", StringComparison.Ordinal), "must be a JWS"),
        ["a signature without a header"] = (() => Forge.Envelope(Forge.Payload().ToJsonString(), """{"signature":"AA"}"""), "must be a JWS"),
        ["a header without a signature"] = (() => Forge.Envelope(Forge.Payload().ToJsonString(), """{"protected":"e30"}"""), "must be a JWS"),
        ["a signature that is a number"] = (() => Forge.Envelope(Forge.Payload().ToJsonString(), """{"protected":"e30","signature":1}"""), "must be a JWS"),
        ["signatures that are an object"] = (() => Good.Replace("[{", "{\"a\":{", StringComparison.Ordinal).Replace("}]", "}}", StringComparison.Ordinal), "must be a JWS"),
        ["nine signatures"] = (() => Forge.Sign(Forge.Payload(), [.. Enumerable.Repeat(_key, 9)]), "more than 8 signatures"),
        ["two signatures by one key"] = (() => Forge.Sign(Forge.Payload(), _key, _key), "by one key"),
        ["two signatures by one key that is not listed"] = (() => Forge.Sign(Forge.Payload(), _key, SpareKeys.Signing(2), SpareKeys.Signing(2)), "by one key"),
        ["no signature at all"] = (() => Forge.Envelope(Forge.Payload().ToJsonString()), "has not signed"),
        ["a signature by another key"] = (() => Forge.Sign(Forge.Payload(), SpareKeys.Signing(2)), "has not signed"),
        ["a signature by another key in the name of the listed one"] = (() => WithSignature(Forge.Signature(Payload, SpareKeys.Signing(2), Forge.Header(_key))), "has not signed"),
        ["one of two listed keys that has not signed"] = (() => Forge.Sign(Forge.Payload(_key, SpareKeys.Signing(2), SpareKeys.Encrypting(1)), _key), "has not signed"),
        ["a signature by the encryption key only"] = (() => Forge.Sign(Forge.Payload(), SpareKeys.Encrypting(1)), "has not signed"),
        ["a signature of another payload"] = (() => WithSignature(Forge.Signature(Payload + " ", _key)), "has not signed"),
        ["a PKCS#1 signature"] = (() => WithSignature(Forge.Signature(Payload, _key, padding: RSASignaturePadding.Pkcs1)), "has not signed"),
        ["a signature with SHA-384"] = (() => WithSignature(Forge.Signature(Payload, _key, algorithm: HashAlgorithmName.SHA384)), "has not signed"),
        ["a signature without salt"] = (() => WithSignature(Forge.SignatureWithSalt(Payload, _key, 0)), "has not signed"),
        ["a signature with a salt of 20 bytes"] = (() => WithSignature(Forge.SignatureWithSalt(Payload, _key, 20)), "has not signed"),
        ["a signature with the longest salt"] = (() => WithSignature(Forge.SignatureWithSalt(Payload, _key, 222)), "has not signed"),
        ["a signature that is zero"] = (() => WithSignatureBytes(new byte[256]), "has not signed"),
        ["a signature greater than the modulus"] = (() => WithSignatureBytes([.. Enumerable.Repeat((byte)0xFF, 256)]), "has not signed"),
        ["an empty signature"] = (() => WithSignatureBytes([]), "has not signed"),
        ["a signature with a zero in front"] = (() => ChangeSignature(bytes => [0, .. bytes]), "has not signed"),
        ["a signature with a zero behind"] = (() => ChangeSignature(bytes => [.. bytes, 0]), "has not signed"),
        ["a padded signature"] = (() => Good.Replace("\"}]}", "==\"}]}", StringComparison.Ordinal), "base64url"),
        ["a signature with spare bits"] = (() => WithSpareBits(Good, Good.IndexOf("\"}]}", StringComparison.Ordinal) - 1), "base64url"),
        ["a header with alg none"] = (() => WithHeader(Forge.Header(_key).Replace("PS256", "none", StringComparison.Ordinal)), "header"),
        ["a header with alg RS256"] = (() => WithHeader(Forge.Header(_key).Replace("PS256", "RS256", StringComparison.Ordinal)), "header"),
        ["a header with alg ps256"] = (() => WithHeader(Forge.Header(_key).Replace("PS256", "ps256", StringComparison.Ordinal)), "header"),
        ["a header without alg"] = (() => WithHeader(Forge.Header(_key).Replace("\"alg\":\"PS256\",", "", StringComparison.Ordinal)), "header"),
        ["a header without kid"] = (() => WithHeader("""{"alg":"PS256","typ":"trusted-app-certificate+jws"}"""), "header"),
        ["a header without typ"] = (() => WithHeader($$"""{"alg":"PS256","kid":"{{_key.KeyId}}"}"""), "header"),
        ["the typ of a grant"] = (() => WithHeader(Forge.Header(_key).Replace(Forge.Type, "trusted-app-grant+jwt", StringComparison.Ordinal)), "header"),
        ["a typ with application/"] = (() => WithHeader(Forge.Header(_key).Replace(Forge.Type, "application/" + Forge.Type, StringComparison.Ordinal)), "header"),
        ["a typ in capitals"] = (() => WithHeader(Forge.Header(_key).Replace(Forge.Type, Forge.Type.ToUpperInvariant(), StringComparison.Ordinal)), "header"),
        ["a header with crit"] = (() => WithHeader(Forge.Header(_key).Replace("}", ",\"crit\":[]}", StringComparison.Ordinal)), "header"),
        ["a header with b64"] = (() => WithHeader(Forge.Header(_key).Replace("}", ",\"b64\":true}", StringComparison.Ordinal)), "header"),
        ["a header with jku"] = (() => WithHeader(Forge.Header(_key).Replace("}", ",\"jku\":\"https://evil.example\"}", StringComparison.Ordinal)), "header"),
        ["a header with jwk"] = (() => WithHeader(Forge.Header(_key).Replace("}", ",\"jwk\":{}}", StringComparison.Ordinal)), "header"),
        ["a header with alg twice"] = (() => WithHeader(Forge.Header(_key).Replace("{", "{\"alg\":\"PS256\",", StringComparison.Ordinal)), "header"),
        ["a header with white space"] = (() => WithHeader(Forge.Header(_key).Replace(",", ", ", StringComparison.Ordinal)), "header"),
        ["a header that is padded"] = (() => Good.Replace("\",\"signature\"", "=\",\"signature\"", StringComparison.Ordinal), "header"),
        ["a bad header of a key that is not listed"] = (() => Forge.Envelope(Payload, Forge.Signature(Payload, _key), Forge.Signature(Payload, SpareKeys.Signing(2), "{}")), "header"),
        ["a padded payload"] = (() => Good.Replace("\",\"signatures\"", "=\",\"signatures\"", StringComparison.Ordinal), "payload is not canonical"),
        ["a payload in base64"] = (() => Good.Replace("\"payload\":\"", "\"payload\":\"+/", StringComparison.Ordinal), "payload is not canonical"),
        ["a payload that is empty"] = (() => Forge.Sign(""), "payload is not a JSON object"),
        ["a payload that is a list"] = (() => Forge.Sign("[]"), "payload is not a JSON object"),
        ["a payload with white space"] = (() => Forge.Sign(Payload.Replace(",", ", ", StringComparison.Ordinal)), "payload is not a JSON object"),
        ["a payload with something behind"] = (() => Forge.Sign(Payload + "1"), "payload is not a JSON object"),
        ["a payload that is too deep"] = (() => Forge.Sign(Payload.Insert(1, "\"x\":[[[[[]]]]],")), "payload is not a JSON object"),
        ["an id twice"] = (() => Forge.Sign(Payload.Insert(1, "\"iss\":\"wiki:8731\",")), "payload is not a JSON object"),
        ["an unknown member twice"] = (() => Forge.Sign(Payload.Insert(1, "\"x\":1,\"x\":1,")), "payload is not a JSON object"),
        ["a fraction in an unknown member"] = (() => Forge.Sign(Payload.Insert(1, "\"x\":1.0,")), "payload is not a JSON object"),
        ["no id"] = (() => Change(payload => payload.Remove("iss")), "payload is not a JSON object"),
        ["no name"] = (() => Change(payload => payload.Remove("name")), "payload is not a JSON object"),
        ["no iat"] = (() => Change(payload => payload.Remove("iat")), "payload is not a JSON object"),
        ["no versions"] = (() => Change(payload => payload.Remove("versions")), "payload is not a JSON object"),
        ["no keys"] = (() => Change(payload => payload.Remove("keys")), "no signing key"),
        ["an id that is a number"] = (() => Change(payload => payload["iss"] = 8731), "payload is not a JSON object"),
        ["a name that is null"] = (() => Change(payload => payload["name"] = null), "payload is not a JSON object"),
        ["an iat that is a text"] = (() => Change(payload => payload["iat"] = "1795000000"), "payload is not a JSON object"),
        ["an iat before 1970"] = (() => Change(payload => payload["iat"] = -1), "payload is not a JSON object"),
        ["an iat after 9999"] = (() => Change(payload => payload["iat"] = 253_402_300_800), "payload is not a JSON object"),
        ["an iat with a zero in front"] = (() => Forge.Sign(Payload.Replace("\"iat\":", "\"iat\":0", StringComparison.Ordinal)), "payload is not a JSON object"),
        ["an iat with an exponent"] = (() => Forge.Sign(Payload.Replace(",\"versions\"", "e0,\"versions\"", StringComparison.Ordinal)), "payload is not a JSON object"),
        ["versions that are one number"] = (() => Change(payload => payload["versions"] = 4), "payload is not a JSON object"),
        ["a version that is a text"] = (() => Change(payload => payload["versions"] = new JsonArray("4")), "payload is not a JSON object"),
        ["a version of more than 32 bits"] = (() => Change(payload => payload["versions"] = new JsonArray(4, 4_294_967_300)), "payload is not a JSON object"),
        ["an empty id"] = (() => Change(payload => payload["iss"] = ""), "id is not"),
        ["an id with a space"] = (() => Change(payload => payload["iss"] = "a wiki"), "id is not"),
        ["an id with a slash"] = (() => Change(payload => payload["iss"] = "wiki/8731"), "id is not"),
        ["an id with a letter outside ASCII"] = (() => Change(payload => payload["iss"] = "w\u0131ki"), "id is not"),
        ["an id of 129 characters"] = (() => Change(payload => payload["iss"] = new string('a', 129)), "id is not"),
        ["an iat 31 seconds ahead"] = (() => Change(payload => payload["iat"] = Fixture.Now.ToUnixTimeSeconds() + 31), "in the future"),
        ["no versions in the list"] = (() => Change(payload => payload["versions"] = new JsonArray()), "not for version 4"),
        ["other versions"] = (() => Change(payload => payload["versions"] = new JsonArray(3, 5, 44)), "not for version 4"),
        ["an empty list of keys"] = (() => Change(payload => payload["keys"] = new JsonArray()), "no signing key"),
        ["no signing key"] = (() => Forge.Sign(Forge.Payload(SpareKeys.Encrypting(1))), "no signing key"),
        ["no encryption key"] = (() => Forge.Sign(Forge.Payload(_key)), "no encryption key"),
        ["nine keys"] = (() => Forge.Sign(Forge.Payload([_key, .. Enumerable.Range(1, 8).Select(SpareKeys.Encrypting)])), "more than 8 keys"),
        ["one signing key twice"] = (() => Forge.Sign(Forge.Payload(_key, _key, SpareKeys.Encrypting(1))), "modulus twice"),
        ["one encryption key twice"] = (() => Forge.Sign(Forge.Payload(_key, SpareKeys.Encrypting(1), SpareKeys.Encrypting(1))), "modulus twice"),
        ["one modulus for both uses"] = (() => Forge.Sign(Forge.Payload(_key, new PrivateKey(KeyUse.Encryption, _key.ExportParameters()))), "modulus twice"),
        ["a key that is a text"] = (() => Change(payload => payload["keys"]![1] = "AQAB"), "not a JWK"),
        ["a key with one more member"] = (() => ChangeKey(key => key["x5c"] = new JsonArray()), "not a JWK"),
        ["a key with its private part"] = (() => ChangeKey(key => key["d"] = "AQAB"), "not a JWK"),
        ["a key with key_ops"] = (() => ChangeKey(key => key["key_ops"] = new JsonArray("encrypt")), "not a JWK"),
        ["a key without kty"] = (() => ChangeKey(key => key.Remove("kty")), "not a JWK"),
        ["a key without use"] = (() => ChangeKey(key => key.Remove("use")), "not a JWK"),
        ["a key without alg"] = (() => ChangeKey(key => key.Remove("alg")), "not a JWK"),
        ["a key without kid"] = (() => ChangeKey(key => key.Remove("kid")), "not a JWK"),
        ["a key without n"] = (() => ChangeKey(key => key.Remove("n")), "not a JWK"),
        ["a key without e"] = (() => ChangeKey(key => key.Remove("e")), "not a JWK"),
        ["a kid that is a number"] = (() => ChangeKey(key => key["kid"] = 1), "not a JWK"),
        ["kty EC"] = (() => ChangeKey(key => key["kty"] = "EC"), "neither"),
        ["kty rsa"] = (() => ChangeKey(key => key["kty"] = "rsa"), "neither"),
        ["a legacy key"] = (() => ChangeKey(key => key["use"] = "legacy"), "neither"),
        ["an encryption key for signatures"] = (() => ChangeKey(key => key["alg"] = "PS256"), "neither"),
        ["an encryption key for RSA-OAEP"] = (() => ChangeKey(key => key["alg"] = "RSA-OAEP"), "neither"),
        ["an encryption key for RSA1_5"] = (() => ChangeKey(key => key["alg"] = "RSA1_5"), "neither"),
        ["the exponent 3"] = (() => ChangeKey(key => key["e"] = "Aw"), "AQAB"),
        ["the exponent 65537 with a zero in front"] = (() => ChangeKey(key => key["e"] = "AAEAAQ"), "AQAB"),
        ["an empty modulus"] = (() => ChangeKey(key => key["n"] = ""), "AQAB"),
        ["a modulus with a zero in front"] = (() => ChangeModulus(bytes => [0, .. bytes]), "leading zeros"),
        ["a padded modulus"] = (() => ChangeKey(key => key["n"] = key["n"]! + "=="), "canonical"),
        ["a modulus with spare bits"] = (() => ChangeKey(key => key["n"] = WithSpareBits((string)key["n"]!, ((string)key["n"]!).Length - 1)), "canonical"),
        ["a modulus of 2040 bits"] = (() => ChangeModulus(bytes => [(byte)(bytes[1] | 0x80), .. bytes[2..]]), "2048 to 4096 bits"),
        ["a modulus of 2047 bits"] = (() => ChangeModulus(bytes => [(byte)(bytes[0] & 0x7F | 0x40), .. bytes[1..]]), "2048 to 4096 bits"),
        ["a modulus of 4097 bits"] = (() => ChangeModulus(bytes => [1, .. bytes, .. bytes]), "2048 to 4096 bits"),
        ["a modulus of 16 kilobits"] = (() => ChangeModulus(bytes => [.. Enumerable.Repeat(bytes, 8).SelectMany(part => part)]), "2048 to 4096 bits"),
        ["an even modulus"] = (() => ChangeModulus(bytes => [.. bytes[..^1], (byte)(bytes[^1] & 0xFE)]), "even"),
        ["a modulus with a small factor"] = (() => ChangeModulus(_ => TimesThree()), "small factor"),
        ["the thumbprint of another key"] = (() => ChangeKey(key => key["kid"] = SpareKeys.Encrypting(2).KeyId), "thumbprint"),
        ["a thumbprint in capitals"] = (() => ChangeKey(key => key["kid"] = ((string)key["kid"]!).ToUpperInvariant()), "thumbprint"),
        ["a thumbprint that is empty"] = (() => ChangeKey(key => key["kid"] = ""), "thumbprint"),
    };

    public static TheoryData<string> BadNames { get; } = [.. Bad.Keys];

    public static TheoryData<string> BadTexts { get; } =
        ["", "\n", "a\0", "a\u007F", "a\u0085b", "\u061C", "\u200E", "\u200F", "\u202A", "\u202B", "\u202C", "\u202D", "\u202E", "\u2066", "\u2067", "\u2068", "\u2069", new string('a', 256)];

    public static TheoryData<string> GoodTexts { get; } =
        ["W", " ", "<script>", "Wiki \u00E9\u4E2D", "\uFEFF", "\\\"\u2028", new string('a', 255), string.Concat(Enumerable.Repeat("\U0001F600", 255))];

    private static string Payload => Forge.Payload().ToJsonString();

    [Fact]
    public void A_good_certificate_is_read()
    {
        Assert.True(TryRead(Good, out CertificateContent? content, out string? problem));
        Assert.Null(problem);
        Assert.Equal(("wiki:8731", "Wiki", Fixture.Now.ToUnixTimeSeconds()), (content.Id, content.Name, content.IssuedAt));
        Assert.Equal([4], content.Versions);
        Assert.Equal([_key.PublicKey], content.SigningKeys);
        Assert.Equal([SpareKeys.Encrypting(1).PublicKey], content.EncryptionKeys);
        Assert.Equal(_key.PublicKey.ToBase64(), content.SigningKeys[0].ToBase64());
    }

    [Theory]
    [MemberData(nameof(BadNames))]
    public void What_is_no_certificate_is_refused_and_not_repeated(string name)
    {
        string document = Bad[name].Document();
        Assert.False(TryRead(document, out CertificateContent? content, out string? problem), name);
        Assert.Null(content);
        Assert.Contains(Bad[name].Problem, problem, StringComparison.Ordinal);
        Assert.DoesNotContain("8731", problem, StringComparison.Ordinal);
        Assert.DoesNotContain(_key.KeyId, problem, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(BadTexts))]
    public void A_name_with_control_or_bidirectional_characters_or_of_another_length_is_refused(string name)
    {
        Assert.False(TryRead(Change(payload => payload["name"] = name), out _, out string? problem));
        Assert.Contains("name is not", problem, StringComparison.Ordinal);
        Assert.False(DisplayName.IsValid(name));
    }

    [Theory]
    [InlineData("\\ud800")]
    [InlineData("\\udc00a")]
    [InlineData("\\ud800\\ud800")]
    public void A_name_with_half_a_surrogate_pair_is_refused(string escaped)
    {
        Assert.False(TryRead(Forge.Sign(Payload.Replace("\"Wiki\"", $"\"{escaped}\"", StringComparison.Ordinal)), out _, out _));
        Assert.False(DisplayName.IsValid("a\uD800"));
    }

    [Theory]
    [MemberData(nameof(GoodTexts))]
    public void Any_other_name_is_read_as_it_is(string name)
    {
        Assert.True(TryRead(Change(payload => payload["name"] = name), out CertificateContent? content, out _));
        Assert.Equal(name, content.Name);
        Assert.True(DisplayName.IsValid(name));
    }

    [Fact]
    public void What_the_rules_allow_is_read()
    {
        Assert.True(TryRead(Change(payload => payload["iat"] = Fixture.Now.ToUnixTimeSeconds() + 30), out _, out _));
        Assert.True(TryRead(Change(payload => payload["iat"] = 0), out _, out _));
        Assert.True(TryRead(Change(payload => payload["iss"] = "AZaz09._:-".PadRight(128, 'x')), out _, out _));
        Assert.True(TryRead(Change(payload => payload["versions"] = new JsonArray(5, 4, 4, 2_147_483_647)), out CertificateContent? content, out _));
        Assert.Equal([5, 4, 4, int.MaxValue], content.Versions);
        Assert.True(TryRead(Forge.Sign(Payload.Insert(1, "\"x\":{\"y\":[[1,null,true,\"\\u0000\"]]},")), out _, out _)); // unknown members
        Assert.True(TryRead(WithHeader($$"""{"typ":"{{Forge.Type}}","kid":"{{_key.KeyId}}","alg":"PS256"}"""), out _, out _)); // any order
        Assert.True(TryRead("{" + Good[Good.IndexOf("\"signatures", StringComparison.Ordinal)..^1] + "," + Good[1..Good.IndexOf(",\"signatures", StringComparison.Ordinal)] + "}", out _, out _));
        Assert.True(TryRead(WithSignature(Forge.SignatureWithSalt(Payload, _key, 32)), out _, out _)); // or the tests of other lengths prove nothing
        Assert.True(TryRead(Forge.Sign(Forge.Payload(), _key, SpareKeys.Signing(2)), out _, out _)); // a key that is not listed
        Assert.True(TryRead(Forge.Envelope(Payload, Forge.Signature(Payload + "!", SpareKeys.Signing(2)), Forge.Signature(Payload, _key)), out _, out _)); // whatever it signed
    }

    [Fact]
    public void Keys_keep_their_order_and_each_signing_key_signs()
    {
        PrivateKey[] keys = [SpareKeys.Encrypting(2), SpareKeys.Signing(2), SpareKeys.Encrypting(1), _key, SpareKeys.Signing(3)];
        Assert.True(TryRead(Forge.Sign(Forge.Payload(keys), SpareKeys.Signing(3), _key, SpareKeys.Signing(2)), out CertificateContent? content, out _));
        Assert.Equal([SpareKeys.Signing(2).PublicKey, _key.PublicKey, SpareKeys.Signing(3).PublicKey], content.SigningKeys);
        Assert.Equal([SpareKeys.Encrypting(2).PublicKey, SpareKeys.Encrypting(1).PublicKey], content.EncryptionKeys);
    }

    [Fact]
    public void Eight_keys_are_not_too_many()
    {
        PrivateKey[] signers = [.. Enumerable.Range(1, 7).Select(SpareKeys.Signing)];
        Assert.True(TryRead(Forge.Sign(Forge.Payload([.. signers, SpareKeys.Encrypting(1)]), [.. signers, SpareKeys.Signing(8)]), out CertificateContent? content, out _));
        Assert.Equal(7, content.SigningKeys.Count);
    }

    [Property(MaxTest = 3000)]
    public Property A_flipped_bit_never_gives_another_certificate()
    {
        byte[] good = Encoding.ASCII.GetBytes(Good);
        Assert.True(SignedCertificate.TryRead(good, Fixture.Now, out CertificateContent? original, out _));
        return ForAll.In(
            Gen.Choose(0, (good.Length * 8) - 1),
            bit =>
            {
                byte[] changed = [.. good];
                changed[bit / 8] ^= (byte)(1 << (bit % 8));
                return !SignedCertificate.TryRead(changed, Fixture.Now, out CertificateContent? read, out _) || IsSame(original, read);
            });
    }

    [Property(MaxTest = 2000)]
    public Property Nothing_that_is_nearly_a_certificate_throws_or_gives_another_one()
    {
        string good = Good;
        Assert.True(TryRead(good, out CertificateContent? original, out _));
        return ForAll.In(
            Generators.Mutate(Gen.Constant(good), Generators.AnyCharacter),
            text => !TryRead(text, out CertificateContent? read, out string? problem) ? problem.Length > 0 : IsSame(original, read));
    }

    [Property(MaxTest = 3000)]
    public Property No_payload_that_is_nearly_one_throws() => ForAll.In(
        Generators.Mutate(Gen.Constant(Payload), Generators.AnyCharacter),
        text => !CertificateContent.TryRead(Encoding.UTF8.GetBytes(text), Fixture.Now, out CertificateContent? content, out string? problem)
            ? problem.Length > 0
            : CertificateContent.TryRead(content.Write(), Fixture.Now, out CertificateContent? again, out _) && IsSame(content, again));

    [Fact]
    public void A_certificate_that_was_read_is_written_in_the_same_words()
    {
        Assert.True(TryRead(Good, out CertificateContent? content, out _));
        Assert.Equal(Payload, Encoding.ASCII.GetString(content.Write()));
    }

    private static bool TryRead(string document, [NotNullWhen(true)] out CertificateContent? content, [NotNullWhen(false)] out string? problem) =>
        SignedCertificate.TryRead(Encoding.UTF8.GetBytes(document), Fixture.Now.AddMilliseconds(999), out content, out problem);

    private static bool IsSame(CertificateContent one, CertificateContent other) => one.Write().SequenceEqual(other.Write());

    private static string Change(Action<JsonObject> change)
    {
        JsonObject payload = Forge.Payload();
        change(payload);
        return Forge.Sign(payload);
    }

    // The encryption key: it does not sign.
    private static string ChangeKey(Action<JsonObject> change) => Change(payload => change(payload["keys"]![1]!.AsObject()));

    // With the thumbprint that belongs to it.
    private static string ChangeModulus(Func<byte[], byte[]> change) => ChangeKey(key =>
    {
        byte[] modulus = change(Base64Url.DecodeFromChars((string)key["n"]!));
        (key["n"], key["kid"]) = (Base64Url.EncodeToString(modulus), JwkThumbprint.OfRsa(modulus, [1, 0, 1]));
    });

    private static byte[] TimesThree()
    {
        BigInteger number = Fixture.ToNumber(SpareKeys.Encrypting(1).PublicKey.ModulusBytes) / 3 * 3;
        return Fixture.ToBytes(number.IsEven ? number - 3 : number, 256);
    }

    private static string WithHeader(string header) => WithSignature(Forge.Signature(Payload, _key, header));

    private static string WithSignature(string signature) => Forge.Envelope(Payload, signature);

    private static string WithSignatureBytes(byte[] signature) => ChangeSignature(_ => signature);

    private static string ChangeSignature(Func<byte[], byte[]> change)
    {
        JsonNode document = JsonNode.Parse(Good)!;
        JsonNode signature = document["signatures"]![0]!;
        signature["signature"] = Base64Url.EncodeToString(change(Base64Url.DecodeFromChars((string)signature["signature"]!)));
        return document.ToJsonString();
    }

    // 256 bytes leave four bits over: the last character is A, Q, g or w.
    private static string WithSpareBits(string text, int index) => text[..index] + (char)(text[index] + 1) + text[(index + 1)..];
}
