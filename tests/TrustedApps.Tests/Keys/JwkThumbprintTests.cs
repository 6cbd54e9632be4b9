using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using TrustedApps.Keys;

namespace TrustedApps.Tests.Keys;

public class JwkThumbprintTests
{
    // The example of RFC 7638 section 3.1.
    private const string ExampleModulus =
        "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W"
        + "-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08q"
        + "NLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";

    [Fact]
    public void The_example_of_the_specification_has_the_thumbprint_that_it_states() => Assert.Equal(
        "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs",
        JwkThumbprint.OfRsa(Base64Url.DecodeFromChars(ExampleModulus), Base64Url.DecodeFromChars("AQAB")));

    [Fact]
    public void A_key_that_was_read_has_that_thumbprint_too()
    {
        byte[] der = Der.PublicKey(Base64Url.DecodeFromChars(ExampleModulus), [1, 0, 1]);
        Assert.True(RsaPublicKey.TryRead(der.AsSpan(), out RsaPublicKey? key, out _));
        Assert.Equal("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs", key.Thumbprint);
        Assert.Equal("NzbL sXh8 uDCc d-6M NwXF 4W_7 noWX FZAf HkxZ sRGC 9Xs", key.Fingerprint);
    }

    [Fact]
    public void The_hash_is_over_the_required_members_in_their_order()
    {
        RsaPublicKey key = Fixture.Wiki.PublicKey;
        string json = JsonSerializer.Serialize(new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["n"] = Base64Url.EncodeToString(key.ModulusBytes),
            ["kty"] = "RSA",
            ["e"] = Base64Url.EncodeToString(key.ExponentBytes),
        });
        Assert.Equal(Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(json))), key.Thumbprint);
    }
}
