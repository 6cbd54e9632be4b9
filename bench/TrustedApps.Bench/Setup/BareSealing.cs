using System.Buffers.Binary;
using System.Text;

namespace TrustedApps.Bench.Setup;

/// <summary>What cannot be left out of issuing version 4: AES-GCM on as many bytes, with the same associated data.</summary>
internal sealed class BareSealing
{
    private readonly OpenedGrant _grant;
    private readonly byte[] _header;
    private readonly byte[] _claims;
    private readonly byte[] _nonce = new byte[12];
    private readonly byte[] _tag = new byte[OpenedGrant.TagSize];
    private ulong _count;

    public BareSealing(AssertionHeaders like)
    {
        var headers = like.Enumerate().ToDictionary();
        string[] cert = headers["X-Seraph-Trusted-App-Cert"].Split('.');
        _grant = OpenedGrant.Open(headers["X-Seraph-Trusted-App-Key"]);
        _header = Encoding.ASCII.GetBytes(cert[0]);
        _claims = System.Buffers.Text.Base64Url.DecodeFromChars(cert[3]);
    }

    public void Seal()
    {
        BinaryPrimitives.WriteUInt64BigEndian(_nonce, ++_count);
        _grant.Cipher.Encrypt(_nonce, _claims, _claims, _tag, _header);
    }
}
