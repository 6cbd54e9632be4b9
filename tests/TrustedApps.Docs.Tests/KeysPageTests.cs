using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using TrustedApps.Certificates;
using TrustedApps.Keys;

namespace TrustedApps.Docs.Tests;

/// <summary>
/// The programs of docs/keys.md as they stand there: a consumer that signs in a SoftHSM token, a provider whose keys are
/// in a service, and that service.
/// </summary>
public sealed partial class KeysPageTests : IDisposable
{
    private const string Module = "/usr/lib/softhsm/libsofthsm2.so";
    private const string Pin = "1234";

    private readonly ScratchFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static Lazy<CompiledProgram> Service { get; } = ProgramWith("app.MapPost(\"/unwrap\"");

    private static Lazy<CompiledProgram> Provider { get; } = ProgramWith("class ServiceKeyStore");

    private static Lazy<CompiledProgram> Consumer { get; } = ProgramWith("class Token :");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_consumer_signs_in_a_token_and_a_provider_unwraps_in_a_service()
    {
        await MakeTokenAsync();
        // bound and not listening: nothing else gets the port, and the provider binds it, too
        using var reserved = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        reserved.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        reserved.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        int port = ((IPEndPoint)reserved.LocalEndPoint!).Port;
        string url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");
        await using RunningProgram wiki = await RunningProgram.StartAsync(
            Consumer.Value, _folder.Path, "--Module", Module, "--Label", "wiki", "--Pin", Pin, "--Tracker", url, "--Fingerprint", FingerprintOf(10));
        RunningProgram service = await StartServiceAsync();
        await using RunningProgram tracker = await StartProviderAsync(service.Url, url, wiki.Url);

        using var client = new HttpClient();
        Assert.Equal("fred", await client.GetStringAsync(new Uri(wiki.Url, "who"), Cancellation));

        // the service goes away: the key grant is known
        await service.DisposeAsync();
        Assert.Equal("fred", await client.GetStringAsync(new Uri(wiki.Url, "who"), Cancellation));
    }

    [Fact]
    public async Task The_private_key_of_the_token_cannot_leave_it()
    {
        await MakeTokenAsync();
        string objects = await RunAsync("pkcs11-tool", "--module", Module, "--token-label", "wiki", "--login", "--pin", Pin, "--list-objects", "--type", "privkey");
        Assert.Contains("never extractable", objects, StringComparison.Ordinal);
    }

    private static Lazy<CompiledProgram> ProgramWith(string text) => new(() => CompiledProgram.Compile(
        CodeBlock.Read("docs/keys.md", "csharp").Single(block => block.IsProgram && block.Code.Contains(text, StringComparison.Ordinal)).Code));

    private Task<RunningProgram> StartServiceAsync()
    {
        _folder.Write("signing.pem", ThrowAwayKeys.Pem(10));
        _folder.Write("encryption.pem", ThrowAwayKeys.Pem(11));
        return RunningProgram.StartAsync(
            Service.Value, _folder.Path, "--SigningKey", _folder.PathOf("signing.pem"), "--EncryptionKey", _folder.PathOf("encryption.pem"));
    }

    private async Task<RunningProgram> StartProviderAsync(Uri service, string url, Uri wiki) => await RunningProgram.StartAsync(
        Provider.Value,
        _folder.Path,
        "--urls", url,
        "--KeyService", service.AbsoluteUri,
        "--Authentication:Schemes:TrustedApps:Id", "tracker:42",
        "--Authentication:Schemes:TrustedApps:BaseUrls:0", url,
        "--Authentication:Schemes:TrustedApps:IsNewInstallation", "true",
        "--Authentication:Schemes:TrustedApps:Applications:0:CertificateUrl", wiki.GetLeftPart(UriPartial.Authority),
        "--Authentication:Schemes:TrustedApps:Applications:0:Fingerprint", await FingerprintOfAsync(wiki),
        "--Authentication:Schemes:TrustedApps:Applications:0:Addresses:0", "127.0.0.1",
        "--Authentication:Schemes:TrustedApps:Applications:0:Urls:0", "/rest");

    private static string FingerprintOf(int number)
    {
        using RSA rsa = RSA.Create(ThrowAwayKeys.Get(number));
        return RsaPublicKey.Parse(Convert.ToBase64String(rsa.ExportSubjectPublicKeyInfo())).Thumbprint;
    }

    private static async Task<string> FingerprintOfAsync(Uri url)
    {
        using var client = new HttpClient();
        byte[] document = await client.GetByteArrayAsync(new Uri(url, ApplicationCertificate.Path), Cancellation);
        Assert.True(ApplicationCertificate.TryRead(document, DateTimeOffset.UtcNow, out ApplicationCertificate? certificate, out string? problem), problem);
        return certificate.SigningKeys.Single().Thumbprint;
    }

    // The key is made inside of the token.
    private async Task MakeTokenAsync()
    {
        Directory.CreateDirectory(_folder.PathOf("tokens"));
        string settings = _folder.Write("softhsm2.conf", $"directories.tokendir = {_folder.PathOf("tokens")}\n");
        if (SetNativeVariable("SOFTHSM2_CONF", settings, overwrite: 1) != 0) throw new Win32Exception();
        Environment.SetEnvironmentVariable("SOFTHSM2_CONF", settings);
        await RunAsync("softhsm2-util", "--init-token", "--free", "--label", "wiki", "--pin", Pin, "--so-pin", "5678");
        await RunAsync(
            "pkcs11-tool", "--module", Module, "--token-label", "wiki", "--login", "--pin", Pin,
            "--keypairgen", "--key-type", "rsa:2048", "--label", "signing", "--usage-sign");
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(Cancellation), errors = process.StandardError.ReadToEndAsync(Cancellation);
        await process.WaitForExitAsync(Cancellation);
        return process.ExitCode == 0 ? await output : throw new InvalidOperationException($"{program}: {await errors} {await output}");
    }

    // The module reads the environment of the process itself, of which .NET has a copy.
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int SetNativeVariable(string name, string value, int overwrite);
}
