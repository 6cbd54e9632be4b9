using System.Security.Cryptography;
using System.Text;
using TrustedApps.Protocols.Version4;

namespace TrustedApps.Tests.Protocols.Version4;

/// <summary>The keys of a grant (specification version-4.md, section 3). Craft4 derives them by hand: RFC 5869 with HMAC alone.</summary>
public class KeyGrantTests
{
    private const string Token = "the.whole.token";

    [Fact]
    public void The_request_key_is_that_of_RFC_5869_over_the_hash_of_the_token()
    {
        byte[] nonce = new byte[12], text = Encoding.ASCII.GetBytes("claims"), tag = new byte[16], encrypted = new byte[6], expected = new byte[6], expectedTag = new byte[16];
        Craft4.NewGrant(token: Token).RequestKey.RentToEncrypt()!.Encrypt(nonce, text, encrypted, tag);
        using var cipher = new AesGcm(Craft4.RequestKeyOf(Token), 16);
        cipher.Encrypt(nonce, text, expected, expectedTag);
        Assert.Equal([.. expected, .. expectedTag], encrypted.Concat(tag));
    }

    [Fact]
    public void The_response_key_is_another_one()
    {
        byte[] mac = new byte[32];
        Craft4.NewGrant(token: Token).ResponseKey.Sign("text"u8, mac);
        Assert.Equal(HMACSHA256.HashData(Craft4.ResponseKeyOf(Token), "text"u8), mac);
        Assert.NotEqual(Craft4.RequestKeyOf(Token), Craft4.ResponseKeyOf(Token));
    }

    // RFC 5869, A.1, so that Craft4 is not wrong in the same way.
    [Fact]
    public void The_derivation_by_hand_is_that_of_the_RFC()
    {
        byte[] extracted = HMACSHA256.HashData(Convert.FromHexString("000102030405060708090a0b0c"), Convert.FromHexString("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b"));
        byte[] block = HMACSHA256.HashData(extracted, Convert.FromHexString("f0f1f2f3f4f5f6f7f8f901"));
        Assert.Equal("3CB25F25FAACD57A90434F64D0362F2A2D2D0A90CF1A5A4C5DB02D56ECC4C5BF", Convert.ToHexString(block));
    }

    // HMAC hashes a key of more than 64 bytes itself (RFC 2104).
    [Fact]
    public void The_text_of_the_token_as_the_salt_gives_the_same_keys()
    {
        byte[] extracted = HMACSHA256.HashData(Encoding.ASCII.GetBytes(Craft4.Grant), Craft4.SessionKey);
        Assert.Equal(HMACSHA256.HashData(extracted, "trusted-app-cert+jwt\u0001"u8), Craft4.RequestKeyOf(Craft4.Grant));
    }

    [Fact]
    public void Every_character_of_the_token_counts()
    {
        Assert.NotEqual(Craft4.RequestKeyOf(Token), Craft4.RequestKeyOf(Token + "A"));
        KeyGrant one = Craft4.NewGrant(token: Token), other = Craft4.NewGrant(token: Token + "A");
        string sealedUnderOne = AssertionToken.Seal("claims"u8.ToArray(), one, Fixture.Stamp)!;
        Assert.True(AssertionToken.TryOpen(sealedUnderOne, one, new byte[100], out _, out _));
        Assert.False(AssertionToken.TryOpen(sealedUnderOne, other, new byte[100], out _, out _));
    }

    [Fact]
    public void The_session_key_is_gone_once_its_keys_are_derived()
    {
        byte[] sessionKey = [.. Craft4.SessionKey];
        KeyGrant.Create(Token, Craft4.GrantId, 0, 0, 1, sessionKey);
        Assert.All(sessionKey, octet => Assert.Equal(0, octet));
    }

    [Fact]
    public void A_dropped_grant_has_no_keys_and_a_copy_stays()
    {
        KeyGrant grant = Craft4.NewGrant(token: Token);
        byte[] before = new byte[32], after = new byte[32];
        grant.ResponseKey.Sign("text"u8, before);
        var copy = grant.ResponseKey.Copy();
        grant.Drop();
        grant.Drop();
        Assert.Null(grant.RequestKey.Rent());
        Assert.Null(grant.ResponseKey.Copy());
        Assert.Throws<ObjectDisposedException>(() => grant.ResponseKey.Sign("text"u8, new byte[32]));
        copy!.Sign("text"u8, after);
        Assert.Equal(before, after);
        Assert.True(copy.Verify("text"u8, before));
        before[31] ^= 1;
        Assert.False(copy.Verify("text"u8, before));
    }
}
