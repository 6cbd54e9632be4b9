using System.Buffers;

namespace TrustedApps.Text;

/// <summary>Values of header fields (RFC 9110 section 5.5) that all readers understand in the same way.</summary>
internal static class FieldValue
{
    private static readonly SearchValues<char> _printable =
        SearchValues.Create(['\t', .. Enumerable.Range(' ', '~' - ' ' + 1).Select(code => (char)code)]);

    /// <summary>Whether the value has only printable ASCII, spaces and tabs.</summary>
    public static bool IsPrintable(ReadOnlySpan<char> value) => !value.ContainsAnyExcept(_printable);
}
