using TrustedApps.Legacy.Wire;
using TrustedApps.Protocols;
using TrustedApps.Text;

namespace TrustedApps.Legacy.Atlassian;

/// <summary>The text inside Cert in versions 1 to 3: time stamp, user name and magic, a line each.</summary>
internal static class AtlassianClaims
{
    private const int Lines = 3;

    public static string Write(long milliseconds, string user) =>
        $"{LegacyClaims.Write(milliseconds, user)}\n{LegacyMagic.Text}";

    public static LegacyRejection? Read(ReadOnlySpan<byte> utf8, out LegacyAssertion assertion)
    {
        assertion = default;
        if (!StrictUtf8.TryDecode(utf8, out string? text)) return new(LegacyProblem.Malformed, "it is not UTF-8");

        // The third line is the magic, whatever else there is: that decides which code an injected line gets.
        Span<Range> lines = stackalloc Range[Lines + 1];
        int count = text.AsSpan().Split(lines, '\n');
        bool hasMagic = count >= Lines && text.AsSpan(lines[Lines - 1]).SequenceEqual(LegacyMagic.Text);
        if (!hasMagic) return new(LegacyProblem.MagicWrong);
        if (count > Lines) return new(LegacyProblem.Malformed, "it has more than three lines");

        ReadOnlySpan<char> claims = text.AsSpan(0, text.Length - LegacyMagic.Text.Length - 1);
        string? problem = LegacyClaims.TryRead(claims, out long milliseconds, out string user);
        assertion = new LegacyAssertion(milliseconds, user);
        return problem is null ? null : new LegacyRejection(LegacyProblem.Malformed, problem);
    }
}
