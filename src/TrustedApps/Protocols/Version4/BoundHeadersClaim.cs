using Microsoft.Extensions.Primitives;
using TrustedApps.Diagnostics;
using TrustedApps.Text;

namespace TrustedApps.Protocols.Version4;

/// <summary>The claim <c>hdr</c>: further headers that are bound (specification version-4.md, section 4).</summary>
internal static class BoundHeadersClaim
{
    /// <exception cref="ArgumentException">A header cannot be bound.</exception>
    public static void Write(
        IReadOnlyList<KeyValuePair<string, string>> headers, Span<byte> json, ref int length)
    {
        if (FindProblem(headers) is { } problem)
        {
            throw new ArgumentException($"These headers cannot be bound: {problem}.", nameof(headers));
        }

        AssertionClaims.Append(",\"hdr\":{"u8, json, ref length);
        for (int index = 0; index < headers.Count; index++)
        {
            (string name, string value) = headers[index];
            if (index > 0) AssertionClaims.Append(","u8, json, ref length);
            AssertionClaims.AppendText("\""u8, name.ToLowerInvariant(), json, ref length);
            AssertionClaims.AppendText(":\""u8, value.Trim(' ', '\t'), json, ref length);
        }

        AssertionClaims.Append("}"u8, json, ref length);
    }

    /// <summary>Reads the claim and compares it with the request.</summary>
    /// <param name="json">The reader, in front of the value.</param>
    /// <param name="request">The request.</param>
    /// <param name="problem">Describes what is malformed.</param>
    /// <param name="mismatch">The reason why a header is not this request's.</param>
    /// <returns>The names; null if the claim is malformed.</returns>
    public static List<string>? Read(
        ref StrictJson json, in IncomingRequest request, out string? problem, out RejectionReason? mismatch)
    {
        (problem, mismatch) = (null, null);
        var names = new List<string>();
        int total = 0;
        json.BeginObject();
        while (json.NextName(out JsonText member))
        {
            bool isShort = member.MaxLength <= 6 * BoundHeaderName.MaxTotalLength;
            if (!isShort || !json.ReadString(out JsonText text) || text.MaxLength > 6 * BoundHeaderName.MaxTotalLength)
            {
                problem = "hdr holds a value that is no string, or too long";
                return null;
            }

            (string name, string value) = (member.ToString(), text.ToString());
            names.Add(name);
            total += name.Length + value.Length;
            if (!BoundHeaderName.IsValid(name)) problem = "hdr names a header that is not bound";
            if (!BoundHeaderName.IsValidValue(value)) problem = "hdr holds a value that no header has";
            if (names.Count > BoundHeaderName.MaxCount) problem = "hdr names more than 8 headers";
            if (total > BoundHeaderName.MaxTotalLength) problem = "hdr is longer than 1,024 characters";
            if (problem is not null) return null;
            if (!IsOf(request, name, value)) mismatch = RejectionReason.NotForThisHeader;
        }

        if (names.Count == 0) problem = "hdr names no header";
        return problem is null ? names : null;
    }

    private static string? FindProblem(IReadOnlyList<KeyValuePair<string, string>> headers)
    {
        if (headers.Count > BoundHeaderName.MaxCount) return $"there are more than {BoundHeaderName.MaxCount}";
        if (headers.Sum(header => header.Key.Length + header.Value.Length) > BoundHeaderName.MaxTotalLength)
        {
            return $"names and values have more than {BoundHeaderName.MaxTotalLength} characters";
        }

        foreach ((string name, string value) in headers)
        {
            if (!BoundHeaderName.IsValid(name.ToLowerInvariant())) return $"'{name}' is not a header that can be bound";
            if (!BoundHeaderName.IsValidValue(value.Trim(' ', '\t')))
            {
                return $"the value of '{name}' has other characters than printable ASCII, spaces and tabs";
            }
        }

        int count = headers.DistinctBy(header => header.Key, StringComparer.OrdinalIgnoreCase).Count();
        return count == headers.Count ? null : "a header is there twice";
    }

    // Names that Connection lists are hop by hop: a proxy removes them.
    private static bool IsOf(in IncomingRequest request, string name, string value)
    {
        if (!request.Headers.TryGetValue(name, out StringValues values) || values is not [{ } found]) return false;
        if (!found.AsSpan().Trim(" \t").SequenceEqual(value)) return false;
        return !request.Headers.TryGetValue("Connection", out StringValues connection) || !Names(connection, name);
    }

    private static bool Names(StringValues connection, string name)
    {
        foreach (string? line in connection)
        {
            foreach (Range option in line.AsSpan().Split(','))
            {
                if (line.AsSpan()[option].Trim(" \t").Equals(name, StringComparison.OrdinalIgnoreCase)) return true;
            }
        }

        return false;
    }
}
