using System.Text;

namespace TrustedApps.Text;

/// <summary>
/// A protected header (RFC 7515 section 4, RFC 7516 section 4) of a fixed shape: certain members with certain values,
/// the key id, and nothing else, in any order (specification version-4.md, section 1).
/// </summary>
internal sealed class JoseHeader
{
    private const int MaxLength = 1024; // bytes; the longest honest one has 300

    private readonly (byte[] Name, byte[] Value)[] _members;

    /// <summary>Creates a shape.</summary>
    /// <param name="members">
    /// Names and values that need no escaping, in the order in which they are written. The values of <c>kid</c> and of
    /// other varying members are empty.
    /// </param>
    public JoseHeader(params (string Name, string Value)[] members) =>
        _members = [
            .. members.Select(member => (Encoding.ASCII.GetBytes(member.Name), Encoding.ASCII.GetBytes(member.Value))),
        ];

    /// <summary>Returns the encoded header: base64url of its JSON.</summary>
    /// <param name="varying">The values of the members that vary, in their order; they need no escaping.</param>
    public string Write(params ReadOnlySpan<string> varying)
    {
        var json = new StringBuilder("{", 160);
        int next = 0;
        foreach ((byte[] name, byte[] value) in _members)
        {
            if (json.Length > 1) json.Append(',');
            json.Append('"').Append(Encoding.ASCII.GetString(name)).Append("\":\"");
            json.Append(value.Length > 0 ? Encoding.ASCII.GetString(value) : varying[next++]).Append('"');
        }

        return System.Buffers.Text.Base64Url.EncodeToString(Encoding.ASCII.GetBytes(json.Append('}').ToString()));
    }

    /// <summary>Parses an encoded header.</summary>
    /// <param name="encoded">Base64url.</param>
    /// <param name="varying">Receives the values of the members that vary, in their order.</param>
    /// <returns>Whether it is of this shape.</returns>
    public bool TryRead(ReadOnlySpan<char> encoded, Span<string> varying)
    {
        Span<byte> buffer = stackalloc byte[MaxLength];
        if (StrictBase64Url.MaxDecodedLength(encoded.Length) > MaxLength) return false;
        if (!StrictBase64Url.TryDecode(encoded, buffer, out int length)) return false;

        var json = new StrictJson(buffer[..length]);
        int found = 0;
        if (!json.BeginObject()) return false;
        while (json.NextName(out JsonText name))
        {
            if (!json.ReadString(out JsonText value) || !Takes(name, value, varying)) return false;
            found++;
        }

        return json.IsDone && found == _members.Length; // no member twice, so each member once
    }

    private bool Takes(JsonText name, JsonText value, Span<string> varying)
    {
        int next = 0;
        foreach ((byte[] expectedName, byte[] expectedValue) in _members)
        {
            bool varies = expectedValue.Length == 0;
            if (name.Is(expectedName))
            {
                if (!varies) return value.Is(expectedValue);
                varying[next] = value.ToString();
                return true;
            }

            if (varies) next++;
        }

        return false;
    }
}
