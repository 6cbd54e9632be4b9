using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;

namespace TrustedApps.Text;

/// <summary>UTF-8 that refuses what the standard forbids instead of putting in replacement characters.</summary>
internal static class StrictUtf8
{
    public static bool TryEncode(ReadOnlySpan<char> text, Span<byte> utf8, out int length) =>
        Utf8.FromUtf16(text, utf8, out _, out length, replaceInvalidSequences: false) == OperationStatus.Done;

    public static bool TryDecode(ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out string? text)
    {
        bool valid = Utf8.IsValid(utf8);
        text = valid ? Encoding.UTF8.GetString(utf8) : null;
        return valid;
    }
}
