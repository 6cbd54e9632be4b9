using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace TrustedApps.TestSupport;

/// <summary>
/// A real nginx, as a child process with its own configuration in a temporary directory. It ends TLS for
/// <c>localhost</c>, so that scheme, host and port differ from what the provider sees.
/// </summary>
internal sealed class Nginx : IAsyncDisposable
{
    private static readonly X509Certificate2 _certificate = MakeCertificate();

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("trusted-apps-nginx-");
    private readonly Socket _reserved = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private Process? _process;

    /// <summary>Reserves a port, for a provider has to know its public URL before nginx knows the provider.</summary>
    public Nginx()
    {
        // Shared with nginx, which listens with reuseport: nobody else can take the port meanwhile.
        _reserved.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        _reserved.Bind(new IPEndPoint(IPAddress.Loopback, 0));
    }

    public string Origin => $"https://localhost:{EndPoint.Port}";

    private IPEndPoint EndPoint => (IPEndPoint)_reserved.LocalEndPoint!;

    /// <summary>A handler that trusts the certificate of these tests and no other.</summary>
    public static HttpMessageHandler CreateHandler() => new SocketsHttpHandler
    {
        SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => IsOurs(certificate) },
    };

    /// <summary>Starts nginx with these directives in its only server, and more beside that, and waits until it listens.</summary>
    public async Task StartAsync(string directives, string besideServer = "")
    {
        string path = _directory.FullName;
        await File.WriteAllTextAsync(Path.Combine(path, "cert.pem"), _certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(Path.Combine(path, "key.pem"), _certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        await File.WriteAllTextAsync(Path.Combine(path, "nginx.conf"), $$"""
            daemon off;
            master_process off;
            pid nginx.pid;
            error_log stderr notice;
            events { worker_connections 64; }
            http {
                access_log off;
                client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
                # The target below /app as the client wrote it. proxy_pass with a path of its own would decode and encode it anew.
                map $request_uri $below_app { ~^/app(?<rest>/.*)$ $rest; }
                {{besideServer}}
                server {
                    listen {{_reserved.LocalEndPoint}} ssl reuseport;
                    ssl_certificate cert.pem;
                    ssl_certificate_key key.pem;
                    {{directives}}
                }
            }
            """);

        string program = File.Exists("/usr/sbin/nginx") ? "/usr/sbin/nginx" : "nginx"; // Debian keeps it out of the path of users
        _process = Process.Start(new ProcessStartInfo(program, ["-p", path, "-c", "nginx.conf", "-e", "stderr"])
        {
            RedirectStandardOutput = true, // not ours: whoever reads it would wait for nginx, too
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        var said = new List<string>();
        while (await _process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            said.Add(line);
            if (line.Contains("using the \"epoll\" event method", StringComparison.Ordinal)) return; // after it listens
        }

        Assert.Fail($"nginx did not start:\n{string.Join('\n', said)}");
    }

    /// <summary>Writes a file that directives can name.</summary>
    public Task WriteAsync(string file, string text) =>
        File.WriteAllTextAsync(Path.Combine(_directory.FullName, file), text, TestContext.Current.CancellationToken);

    /// <summary>Sends a request byte by byte; each character is one byte.</summary>
    public async Task<Answer> SendAsync(string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(EndPoint, TestContext.Current.CancellationToken);
        await using var tls = new SslStream(client.GetStream(), leaveInnerStreamOpen: true, (_, certificate, _, _) => IsOurs(certificate));
        await tls.AuthenticateAsClientAsync("localhost");
        return await RawHttp.SendAsync(tls, Encoding.Latin1.GetBytes(request));
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            _process.Kill(); // one process: there is no master
            await _process.WaitForExitAsync(CancellationToken.None);
            _process.Dispose();
        }

        _reserved.Dispose();
        _directory.Delete(recursive: true);
    }

    private static bool IsOurs(X509Certificate? certificate) => certificate?.GetCertHashString() == _certificate.GetCertHashString();

    private static X509Certificate2 MakeCertificate()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }
}
