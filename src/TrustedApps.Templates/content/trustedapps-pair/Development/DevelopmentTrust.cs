using System.Text.Json;
using TrustedApps.Keys;

namespace Pair._1;

/// <summary>
/// Does on a developer's machine what two administrators do once: each application gets a key file, and each gets the
/// fingerprint of the other's key, in keys/trust.json. Nothing is skipped: delete a fingerprint there or change one,
/// and requests are refused. In production, use the tool 'trusted-apps' and compare the fingerprints; README.md has the
/// steps.
/// </summary>
internal static class DevelopmentTrust
{
    private static readonly JsonSerializerOptions _indented = new() { WriteIndented = true };

    public static void Establish(WebApplicationBuilder builder)
    {
        string folder = Path.GetFullPath("../keys", builder.Environment.ContentRootPath);
        Directory.CreateDirectory(folder);
        string provider = FingerprintOf(LoadOrMake(Path.Combine(folder, "provider-keys.json"), "TEMPLATE_ID_PROVIDER"));
        string consumer = FingerprintOf(LoadOrMake(Path.Combine(folder, "consumer-keys.json"), "TEMPLATE_ID_CONSUMER"));

        // The other settings are in appsettings.Development.json of each application.
        var trust = new
        {
            Authentication = new
            {
                Schemes = new { TrustedApps = new { Applications = new[] { new { Fingerprint = consumer } } } },
            },
            Provider = new { ProviderFingerprints = new[] { provider } },
        };
        string file = Path.Combine(folder, "trust.json");
        string json = JsonSerializer.Serialize(trust, _indented);
        if (!File.Exists(file)) WriteWhole(file, path => File.WriteAllText(path, json));
        builder.Configuration.AddJsonFile(file);
    }

    private static ApplicationKeys LoadOrMake(string file, string id)
    {
        if (!File.Exists(file)) WriteWhole(file, path => ApplicationKeys.Generate(id).Save(path)); // mode 0600
        return ApplicationKeys.Load(file);
    }

    // Both applications may start at the same time; the file of the one that is first is used by both.
    private static void WriteWhole(string file, Action<string> write)
    {
        string made = $"{file}.{Environment.ProcessId}";
        write(made);
        try
        {
            File.Move(made, file);
        }
        catch (IOException) when (File.Exists(file))
        {
            File.Delete(made);
        }
    }

    // Of the key that signs: it is the one that people compare.
    private static string FingerprintOf(ApplicationKeys keys) => keys.Keys
        .First(key => key is { Use: KeyUse.Signature, Status: KeyStatus.Current })
        .PublicKey.Fingerprint;
}
