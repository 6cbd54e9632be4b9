using TrustedApps.Diagnostics;
using TrustedApps.Text;

namespace TrustedApps.Protocols.Atlassian;

/// <summary>The text inside Cert in versions 1 to 3: time stamp, user name and magic, a line each.</summary>
internal static class AtlassianClaims
{
    private const int Lines = 3;

    public static string Write(long milliseconds, string user) => $"{LegacyClaims.Write(milliseconds, user)}\n{LegacyMagic.Text}";

    public static Rejection? Read(ReadOnlySpan<byte> utf8, string applicationId, out long milliseconds, out string user)
    {
        (milliseconds, user) = (0, "");
        if (!StrictUtf8.TryDecode(utf8, out string? text)) return new(RejectionReason.AssertionMalformed, applicationId, "it is not UTF-8");

        // The third line is the magic, whatever else there is: that decides which code an injected line gets.
        Span<Range> lines = stackalloc Range[Lines + 1];
        int count = text.AsSpan().Split(lines, '\n');
        if (count < Lines || !text.AsSpan(lines[Lines - 1]).SequenceEqual(LegacyMagic.Text)) return new(RejectionReason.MagicWrong, applicationId);
        if (count > Lines) return new(RejectionReason.AssertionMalformed, applicationId, "it has more than three lines");

        string? problem = LegacyClaims.TryRead(text.AsSpan(0, text.Length - LegacyMagic.Text.Length - 1), out milliseconds, out user);
        return problem is null ? null : new Rejection(RejectionReason.AssertionMalformed, applicationId, problem);
    }
}
