using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;

namespace TrustedApps.Admin.Certificates;

/// <summary>
/// Seals the certificate that an administrator saw into the form of the next step, so that no other certificate or
/// administrator can take its place.
/// </summary>
internal sealed class ShownCertificates(IDataProtectionProvider protection)
{
    private static readonly TimeSpan _lifetime = TimeSpan.FromHours(2);

    public string Seal(ShownCertificate shown, string purpose, string administrator) =>
        ProtectorOf(purpose, administrator).Protect(JsonSerializer.Serialize(shown), _lifetime);

    /// <summary>Opens the seal; null if it is broken, or too old.</summary>
    public ShownCertificate? Open(string? text, string purpose, string administrator)
    {
        try
        {
            return string.IsNullOrEmpty(text)
                ? null
                : JsonSerializer.Deserialize<ShownCertificate>(ProtectorOf(purpose, administrator).Unprotect(text));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private ITimeLimitedDataProtector ProtectorOf(string purpose, string administrator) =>
        protection
            .CreateProtector("TrustedApps.Admin.ShownCertificate", purpose, administrator)
            .ToTimeLimitedDataProtector();
}
