using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.Client;

namespace TrustedApps.Interop.Tests;

/// <summary>The provider half of the foreign peer as an HTTP server (jose/serve.mjs), and clients of ours that it trusts.</summary>
internal sealed class ForeignProvider : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _certificateFile;

    private ForeignProvider(Process process, string baseUrl, string certificateFile) =>
        (_process, BaseUrl, _certificateFile) = (process, baseUrl, certificateFile);

    public string BaseUrl { get; }

    /// <summary>Starts it; our application is tracker:42, as a consumer.</summary>
    public static async Task<ForeignProvider> StartAsync(JsonNode application)
    {
        string certificateFile = Path.Combine(Directory.CreateTempSubdirectory("trusted-apps-").FullName, "provider.certificate");
        await File.WriteAllTextAsync(certificateFile, application["certificate"]!.ToJsonString());

        Process process = await JosePeer.StartAsync("serve.mjs", ["provider"]);
        await process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(new
        {
            provider = application,
            consumers = new[] { new { certificate = JoseProvider.Certificate, allowSelf = true, allowDelegation = true, delegatedFrom = new[] { "desk:1" }, scopes = new[] { "issues.read" } } },
            requiredHeaders = new[] { "Idempotency-Key" },
        }));
        string? line = await process.StandardOutput.ReadLineAsync();
        return line is ['l', 'i', 's', 't', 'e', 'n', 'i', 'n', 'g', ' ', .. string baseUrl]
            ? new ForeignProvider(process, baseUrl, certificateFile)
            : throw new InvalidOperationException($"serve.mjs said {line}: {await process.StandardError.ReadToEndAsync()}");
    }

    public HttpClient CreateClient(Action<TrustedAppClientOptions>? configure = null)
    {
        var services = new ServiceCollection();
        services.AddHttpClient("foreign").AddTrustedApp(options =>
        {
            options.BaseUrl = BaseUrl;
            options.Keys = JoseProvider.Keys;
            options.ProviderCertificateFile = _certificateFile;
            options.RefreshProviderCertificate = false;
            configure?.Invoke(options);
        });
        HttpClient client = services.BuildServiceProvider().GetRequiredService<IHttpClientFactory>().CreateClient("foreign");
        client.BaseAddress = new Uri(BaseUrl);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.GetParent(_certificateFile)!.Delete(recursive: true);
    }
}
