using System.Buffers.Binary;
using System.Text;
using Microsoft.Extensions.Primitives;
using TrustedApps.Replay;
using static System.Buffers.Text.Base64Url;

namespace TrustedApps.Bench.Setup;

/// <summary>
/// What cannot be left out of verifying version 4: base64url, AES-GCM and the replay memory, on the same assertions as
/// the library, with none of its checks.
/// </summary>
internal sealed class BareOpening(Batch batch)
{
    private readonly string[] _certs = new string[batch.Requests.Length];
    private readonly Sender[] _senders = new Sender[batch.Requests.Length]; // of each request; those of one application are the same
    private readonly Dictionary<string, Sender> _known = new(StringComparer.Ordinal);
    private readonly InMemoryReplayCache _memory = BenchFixture.NewMemory();
    private readonly byte[] _claims = new byte[4096];
    private long _now;

    public void Prepare()
    {
        batch.Reissue();
        for (int number = 0; number < _certs.Length; number++)
        {
            _certs[number] = HeaderOf(number, "Cert");
            _senders[number] = FindSender(number);
        }

        _now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() * 1000;
    }

    public void Run()
    {
        for (int number = 0; number < _certs.Length; number++) Open(_certs[number], _senders[number]);
    }

    private void Open(ReadOnlySpan<char> cert, Sender sender)
    {
        ReadOnlySpan<char> rest = cert[(sender.Header.Length + 2)..]; // header, two dots
        Span<byte> nonce = stackalloc byte[12];
        Span<byte> tag = stackalloc byte[OpenedGrant.TagSize];
        DecodeFromChars(rest[..16], nonce);
        DecodeFromChars(rest[^22..], tag);
        Span<byte> claims = _claims.AsSpan(0, DecodeFromChars(rest[17..^23], _claims));
        sender.Grant.Cipher.Decrypt(nonce, claims, tag, claims, sender.Header);

        var mark = new UInt128(BinaryPrimitives.ReadUInt32BigEndian(nonce), BinaryPrimitives.ReadUInt64BigEndian(nonce[4..]));
        _memory.Insert(mark, issuedAt: _now, now: _now, sender.Id);
    }

    // Grants are renewed now and then.
    private Sender FindSender(int number)
    {
        (string id, string token) = (HeaderOf(number, "ID"), HeaderOf(number, "Key"));
        if (_known.TryGetValue(id, out Sender? known) && known.Grant.Token == token) return known;
        return _known[id] = new Sender(id, OpenedGrant.Open(token), Encoding.ASCII.GetBytes(_certs[number].Split('.')[0]));
    }

    private string HeaderOf(int number, string name) =>
        batch.Requests[number].Headers.TryGetValue($"X-Seraph-Trusted-App-{name}", out StringValues value) ? value.ToString() : throw new InvalidOperationException(name);

    private sealed record Sender(string Id, OpenedGrant Grant, byte[] Header);
}
