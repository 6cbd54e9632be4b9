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
        var reader = new Reader();
        if (headers is Dictionary<string, StringValues> plain) // needs no memory for its enumerator
        {
            foreach ((string name, StringValues values) in plain) reader.Take(name, values);
        }
        else
        {
            foreach ((string name, StringValues values) in headers) reader.Take(name, values);
        }

        return reader.Finish();
    }

    /// <summary>The headers of one family.</summary>
    private struct Found
    {
        public bool HasAny;
        public string? Id;
        public string? Version;
        public string? Key;
        public string? Magic;
        public string? Cert;
        public string? Signature;
    }

    private struct Reader
    {
        private Found _atlassian;
        private Found _warwick;
        private string? _repeated; // the first header that came more than once
        private bool _namesVersion4;

        public void Take(string name, StringValues values)
        {
            if (name.Length == 0 || name[0] is not ('X' or 'x') || values.Count == 0) return;
            if (IsOf(HeaderFamily.Atlassian, name)) Take(HeaderFamily.Atlassian, ref _atlassian, name, values);
            else if (IsOf(HeaderFamily.Warwick, name)) Take(HeaderFamily.Warwick, ref _warwick, name, values);
        }

        public readonly ReceivedHeaders Finish()
        {
            AssertionHeaders read = _warwick.HasAny && !_atlassian.HasAny
                ? Make(HeaderFamily.Warwick, _warwick)
                : Make(HeaderFamily.Atlassian, _atlassian);
            return new(read, FindMalformed(read), _namesVersion4);
        }

        private readonly Rejection? FindMalformed(in AssertionHeaders read)
        {
            if (_repeated is not null) return new(RejectionReason.DuplicateHeader, _repeated);
            if (_atlassian.HasAny && _warwick.HasAny) return new(RejectionReason.MixedFamilies);
            bool isOlder = read.Magic is not null || read.Signature is not null;
            bool isBeside = isOlder && read.Cert.AsSpan().ContainsOnlyBlanks(); // with Cert the protocol says so
            return isBeside && read.FindVersion() is { Traits.NeedsKeyGrant: true }
                ? new(RejectionReason.LegacyHeaderBeside)
                : null;
        }

        private void Take(HeaderFamily family, ref Found found, string name, StringValues values)
        {
            found.HasAny = true;
            bool isSecond = values.Count > 1; // or under another spelling, if the dictionary heeds case
            if (Is(family.Cert)) isSecond |= !TrySet(ref found.Cert);
            else if (Is(family.Key)) isSecond |= !TrySet(ref found.Key);
            else if (Is(family.Id)) isSecond |= !TrySet(ref found.Id);
            else if (Is(family.Magic)) isSecond |= !TrySet(ref found.Magic);
            else if (Is(family.Signature)) isSecond |= !TrySet(ref found.Signature);
            else if (Is(family.Version))
            {
                isSecond |= !TrySet(ref found.Version);
                foreach (string? version in values) _namesVersion4 |= version == ProtocolVersion.Version4.Name;
            }

            if (isSecond) _repeated ??= name;

            bool Is(string? known) => name.Equals(known, StringComparison.OrdinalIgnoreCase);

            bool TrySet(ref string? value)
            {
                if (value is not null) return false;
                value = values[0] ?? "";
                return true;
            }
        }

        private static bool IsOf(HeaderFamily family, string name) =>
            name.StartsWith(family.Prefix, StringComparison.OrdinalIgnoreCase);

        private static AssertionHeaders Make(HeaderFamily family, in Found found) => new(
            family, found.Id, found.Version, found.Key, found.Magic, found.Cert, found.Signature);
    }
}
