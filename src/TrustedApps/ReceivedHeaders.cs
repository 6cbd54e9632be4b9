using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Primitives;
using TrustedApps.Diagnostics;
using TrustedApps.Text;

namespace TrustedApps;

/// <summary>The trusted-application headers of a received request, read once.</summary>
/// <remarks>
/// A host that needs them before the request is verified reads them and sets <see cref="IncomingRequest.Received"/>.
/// </remarks>
[SuppressMessage("Performance", "CA1815", Justification = "Headers that were read are used once, not compared.")]
public readonly struct ReceivedHeaders
{
    private ReceivedHeaders(in AssertionHeaders headers, Rejection? malformed, bool namesVersion4) =>
        (Headers, Malformed, NamesVersion4) = (headers, malformed, namesVersion4);

    /// <summary>
    /// Whether the headers make an assertion, well-formed or not. Otherwise the request is not a trusted one.
    /// </summary>
    public bool HasAssertion => Malformed is not null || !Headers.Cert.AsSpan().ContainsOnlyBlanks();

    /// <summary>
    /// Whether the request names version 4, even beside another version. Its rejection is then final (specification
    /// version-4.md, section 5).
    /// </summary>
    public bool NamesVersion4 { get; }

    internal AssertionHeaders Headers { get; }

    /// <summary>The reason why the headers cannot be an assertion, or null.</summary>
    internal Rejection? Malformed { get; }

    /// <summary>The version that the request names, character for character; null when it is not a known one.</summary>
    internal ProtocolVersion? Version =>
        Malformed is not null && NamesVersion4 ? ProtocolVersion.Version4 : Headers.FindVersion();

    /// <summary>Reads the trusted-application headers of a request.</summary>
    /// <param name="headers">All headers of the request.</param>
    /// <returns>The trusted-application headers among them. Hostile input never throws.</returns>
    public static ReceivedHeaders Read(IDictionary<string, StringValues> headers)
    {
        ArgumentNullException.ThrowIfNull(headers);
        var reader = new Reader(headers);
        bool hasAtlassian = reader.Read(HeaderFamily.Atlassian, out AssertionHeaders read);
        bool hasWarwick = reader.Read(HeaderFamily.Warwick, out AssertionHeaders other);
        if (hasWarwick && !hasAtlassian) read = other;

        Rejection? malformed = null;
        if (reader.Duplicate is { } name) malformed = new(RejectionReason.DuplicateHeader, name);
        else if (hasAtlassian && hasWarwick) malformed = new(RejectionReason.MixedFamilies);
        return new(read, malformed, reader.NamesVersion4);
    }

    private ref struct Reader(IDictionary<string, StringValues> headers)
    {
        private bool _found;

        /// <summary>The first header that came more than once.</summary>
        public string? Duplicate { get; private set; }

        public bool NamesVersion4 { get; private set; }

        public bool Read(HeaderFamily family, out AssertionHeaders read)
        {
            _found = false;
            read = new AssertionHeaders(
                family,
                ReadOne(family.Id),
                ReadVersion(family.Version),
                ReadOne(family.Key),
                ReadOne(family.Magic),
                ReadOne(family.Cert),
                ReadOne(family.Signature)
            );
            return _found;
        }

        private string? ReadVersion(string? name)
        {
            string? first = ReadOne(name, out StringValues values);
            foreach (string? version in values) NamesVersion4 |= version == ProtocolVersion.Version4.Name;
            return first;
        }

        private string? ReadOne(string? name) => ReadOne(name, out _);

        private string? ReadOne(string? name, out StringValues values)
        {
            values = default;
            if (name is null || !headers.TryGetValue(name, out values) || values.Count == 0) return null;
            _found = true;
            if (values.Count > 1) Duplicate ??= name;
            return values[0];
        }
    }
}
