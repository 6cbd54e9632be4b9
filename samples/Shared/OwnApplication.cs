using System.Net;
using System.Net.Sockets;
using TrustedApps.AspNetCore;
using TrustedApps.Keys;

namespace Samples;

/// <summary>What each sample needs before it can speak to others: a key of its own, and the URLs it is reached at.</summary>
internal static class OwnApplication
{
    /// <summary>Fills in what the configuration section leaves out.</summary>
    public static void Prepare(WebApplicationBuilder builder, string id, string url)
    {
        IConfigurationSection own = builder.Configuration.GetSection(TrustedAppsDefaults.ConfigurationSection);
        if (string.IsNullOrEmpty(builder.Configuration[WebHostDefaults.ServerUrlsKey])) builder.WebHost.UseUrls(url);
        if (!own.GetSection("BaseUrls").GetChildren().Any()) UseListenedUrls(builder, own);

        own["Id"] ??= id;
        if (own["Keys"] is not { } file) return;

        own["Keys"] = Path.Combine(builder.Environment.ContentRootPath, file);
        if (!File.Exists(own["Keys"])) own["IsNewInstallation"] = "true"; // without keys nothing can have been accepted
        MakeKeyFile(own["Keys"]!, own["Id"]!);
    }

    /// <summary>What administrators compare: the fingerprints of the keys that sign for the application under version 4.</summary>
    public static IEnumerable<string> FingerprintsOf(ApplicationKeys keys) => keys.Keys
        .Where(key => key.Use == KeyUse.Signature)
        .Select(key => key.PublicKey.Fingerprint);

    // The file tells the id, where there is one already.
    private static void MakeKeyFile(string path, string id)
    {
        if (File.Exists(path)) return;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        ApplicationKeys.Generate(id).Save(path);
    }

    // A request must have come for one of the base URLs, so each one has to be known before the first request.
    private static void UseListenedUrls(WebApplicationBuilder builder, IConfigurationSection own)
    {
        string[] urls = [.. builder.Configuration[WebHostDefaults.ServerUrlsKey]!
            .Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(ToBaseUrl)];

        for (int index = 0; index < urls.Length; index++) own[$"BaseUrls:{index}"] = urls[index];
        builder.WebHost.UseUrls(urls);
    }

    private static string ToBaseUrl(string url)
    {
        BindingAddress address = BindingAddress.Parse(url);
        if (address.Host is "*" or "+" or "0.0.0.0" or "[::]")
        {
            throw new InvalidOperationException(
                $"urls: '{url}' does not say under which URL others reach this application. Set TrustedApps:BaseUrls:0, such as https://tracker.example.");
        }

        int port = address.Port == 0 ? FindFreePort() : address.Port;
        return new Uri($"{address.Scheme}://{address.Host}:{port}").GetLeftPart(UriPartial.Authority);
    }

    private static int FindFreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, port: 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
