namespace TrustedApps.Text;

/// <summary>The magic number of versions 1 to 3: 0xBADC0FEE as a signed 32-bit decimal.</summary>
internal static class LegacyMagic
{
    public const string Text = "-1159983122";

    public static ReadOnlySpan<byte> Utf8 => "-1159983122"u8;
}
