using System.Reflection;
using System.Security.Cryptography;
using TrustedApps.AspNetCore.Reload;

namespace TrustedApps.AspNetCore.Certificates;

/// <summary>
/// Writes the settings of a trust so that two trusts have one text only if the same is stated of both: a trust stays as
/// it is, with the key grants that are kept for it, until its own settings change.
/// </summary>
internal static class TrustSettings
{
    private static readonly PropertyInfo[] _trust = typeof(TrustedApplicationOptions).GetProperties();
    private static readonly PropertyInfo[] _legacy = typeof(LegacyAccessOptions).GetProperties();

    public static string TextOf(TrustedApplicationOptions trust) => string.Join(
        ';',
        TextOf(_trust, trust),
        trust.Legacy is { } legacy ? TextOf(_legacy, legacy) : "-",
        trust.CertificateFile is { } file ? DigestOf(file) : "-"
    );

    private static string TextOf(PropertyInfo[] settings, object options) => string.Join(
        ';',
        settings
            .Where(setting => setting.PropertyType != typeof(LegacyAccessOptions))
            .Select(setting => SettingText.Of(setting.GetValue(options)))
    );

    private static string DigestOf(string file)
    {
        try
        {
            using FileStream content = File.OpenRead(file);
            return Convert.ToHexString(SHA256.HashData(content));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return ""; // the certificate cannot be loaded either, and that is reported
        }
    }
}
