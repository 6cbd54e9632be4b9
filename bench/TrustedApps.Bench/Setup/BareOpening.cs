using System.Buffers.Binary;
using System.Text;
using Microsoft.Extensions.Primitives;
using static System.Buffers.Text.Base64Url;

namespace TrustedApps.Bench.Setup;

/// <summary>
/// What cannot be left out of verifying version 4: base64url, AES-GCM and the replay memory, on the same assertions as
/// the library, with none of its checks.
/// </summary>
internal sealed class BareOpening(Batch batch)
{
    private readonly string[] _certs = new string[batch.Requests.Length];
    private readonly ReplayMemory _memory = Scene.NewMemory();
    private readonly byte[] _claims = new byte[4096];
    private OpenedGrant? _grant;
    private byte[] _header = [];
    private long _now;

    public void Prepare()
    {
        batch.Reissue();
        for (int number = 0; number < _certs.Length; number++) _certs[number] = HeaderOf(number, "Cert");

        string token = HeaderOf(0, "Key");
        if (token != HeaderOf(_certs.Length - 1, "Key")) Prepare(); // the grant was renewed just now
        else if (_grant?.Token != token) (_grant, _header) = (OpenedGrant.Open(token), Encoding.ASCII.GetBytes(_certs[0].Split('.')[0]));
        _now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() * 1000;
    }

    public void Run()
    {
        foreach (string cert in _certs) Open(cert);
    }

    private void Open(ReadOnlySpan<char> cert)
    {
        ReadOnlySpan<char> rest = cert[(_header.Length + 2)..]; // header, two dots
        Span<byte> nonce = stackalloc byte[12];
        Span<byte> tag = stackalloc byte[OpenedGrant.TagSize];
        DecodeFromChars(rest[..16], nonce);
        DecodeFromChars(rest[^22..], tag);
        Span<byte> claims = _claims.AsSpan(0, DecodeFromChars(rest[17..^23], _claims));
        _grant!.Cipher.Decrypt(nonce, claims, tag, claims, _header);

        var mark = new UInt128(BinaryPrimitives.ReadUInt32BigEndian(nonce), BinaryPrimitives.ReadUInt64BigEndian(nonce[4..]));
        _memory.Insert(mark, issuedAt: _now, now: _now);
    }

    private string HeaderOf(int number, string name) =>
        batch.Requests[number].Headers.TryGetValue($"X-Seraph-Trusted-App-{name}", out StringValues value) ? value.ToString() : throw new InvalidOperationException(name);
}
