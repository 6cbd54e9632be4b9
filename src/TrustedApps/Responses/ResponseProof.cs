using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using TrustedApps.Text;

namespace TrustedApps.Responses;

/// <summary>The claims of a response proof (specification version-4.md, section 5).</summary>
/// <param name="IssuedAt">Seconds since 1970.</param>
/// <param name="Request">The IV of the request's assertion, in base64url.</param>
/// <param name="Response">The response that was proven.</param>
internal sealed record ResponseProof(long IssuedAt, string Request, ProvenResponse Response)
{
    private const string ContentEncoding = "content-encoding";
    private const string ContentRange = "content-range";
    private const string Location = "location";

    private static readonly JsonWriterOptions _json = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // no document holds this text
    };

    /// <summary>Writes the claims; values are printable ASCII, spaces and tabs.</summary>
    public void Write(IBufferWriter<byte> destination)
    {
        using var json = new Utf8JsonWriter(destination, _json);
        json.WriteStartObject();
        json.WriteNumber("iat"u8, IssuedAt);
        json.WriteString("req"u8, Request);
        json.WriteNumber("sts"u8, Response.Status);
        WriteIfSet(json, "dig", Response.ContentDigest);
        WriteIfSet(json, "cty", Response.ContentType);
        if ((Response.ContentEncoding ?? Response.ContentRange ?? Response.Location) is not null)
        {
            json.WriteStartObject("hdr"u8);
            WriteIfSet(json, ContentEncoding, Response.ContentEncoding);
            WriteIfSet(json, ContentRange, Response.ContentRange);
            WriteIfSet(json, Location, Response.Location);
            json.WriteEndObject();
        }

        WriteIfSet(json, "err", Response.Error);
        json.WriteEndObject();
    }

    /// <summary>Reads claims; null if they are malformed.</summary>
    public static ResponseProof? Read(ReadOnlySpan<byte> text)
    {
        var json = new StrictJson(text);
        long issuedAt = -1, status = -1;
        string? request = null, digest = null, type = null, error = null;
        string? encoding = null, range = null, location = null;

        json.BeginObject();
        while (json.NextName(out JsonText name))
        {
            bool isRead = name.Is("iat"u8) ? json.ReadNumber(out issuedAt)
                : name.Is("req"u8) ? TryReadText(ref json, out request)
                : name.Is("sts"u8) ? json.ReadNumber(out status)
                : name.Is("dig"u8) ? TryReadText(ref json, out digest)
                : name.Is("cty"u8) ? TryReadText(ref json, out type)
                : name.Is("hdr"u8) ? TryReadHeaders(ref json, out encoding, out range, out location)
                : name.Is("err"u8) && TryReadText(ref json, out error);
            if (!isRead) return null;
        }

        if (!json.IsDone || issuedAt < 0 || request is null || status is < 200 or > 999) return null;
        var response = new ProvenResponse
        {
            Status = (int)status,
            ContentDigest = digest,
            ContentType = type,
            ContentEncoding = encoding,
            ContentRange = range,
            Location = location,
            Error = error,
        };
        return new ResponseProof(issuedAt, request, response);
    }

    private static void WriteIfSet(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null) json.WriteString(name, value);
    }

    private static bool TryReadText(ref StrictJson json, out string? value)
    {
        value = json.ReadString(out JsonText text) ? text.ToString() : null;
        return value is not null && ResponseProofToken.IsProvable(value);
    }

    private static bool TryReadHeaders(
        ref StrictJson json, out string? encoding, out string? range, out string? location)
    {
        (encoding, range, location) = (null, null, null);
        json.BeginObject();
        while (json.NextName(out JsonText name))
        {
            bool isRead = name.Is("content-encoding"u8) ? TryReadText(ref json, out encoding)
                : name.Is("content-range"u8) ? TryReadText(ref json, out range)
                : name.Is("location"u8) && TryReadText(ref json, out location);
            if (!isRead) return false;
        }

        return (encoding ?? range ?? location) is not null; // left out when it has none
    }
}
