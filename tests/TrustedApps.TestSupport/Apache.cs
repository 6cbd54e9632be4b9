using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace TrustedApps.TestSupport;

/// <summary>
/// A real Apache httpd, as a child process with its own configuration in a temporary directory, on a loopback port. As
/// root it serves requests as nobody, for it refuses to serve them as root.
/// </summary>
internal sealed class Apache : IAsyncDisposable
{
    /// <summary>How many requests it works on at once.</summary>
    public const int Threads = 64;

    private const string Modules = "/usr/lib/apache2/modules"; // where Debian keeps them

    // The directory, and what the server reads in it at a request.
    private const UnixFileMode ReadableByAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("trusted-apps-apache-");
    private readonly Socket _reserved = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private Process? _process;

    public Apache()
    {
        // Shared with Apache as long as only one of them listens: nobody else can take the port meanwhile.
        _reserved.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        _reserved.Bind(new IPEndPoint(IPAddress.Loopback, 0));
    }

    public IPEndPoint EndPoint => (IPEndPoint)_reserved.LocalEndPoint!;

    /// <summary>Starts Apache with these directives in its only server and these people in the file <c>users</c>, and waits until it listens.</summary>
    public async Task StartAsync(string directives, params string[] people)
    {
        string path = _directory.FullName;
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, ReadableByAll);
        await File.WriteAllTextAsync(Path.Combine(path, "users"), PasswordFile.Of(people));
        await File.WriteAllTextAsync(Path.Combine(path, "httpd.conf"), $$"""
            ServerRoot {{path}}
            DefaultRuntimeDir {{path}}
            DocumentRoot {{path}}
            PidFile {{path}}/httpd.pid
            Mutex file:{{path}} default
            ErrorLog /dev/stderr
            LogLevel warn mpm_event:debug
            ServerName localhost
            Listen {{EndPoint}}
            User nobody
            Group #65534
            {{string.Join('\n', new[] { "mpm_event", "authn_core", "authn_file", "authz_core", "authz_user", "auth_basic", "headers", "proxy", "proxy_http" }
                .Select(module => $"LoadModule {module}_module {Modules}/mod_{module}.so"))}}
            ServerLimit 1
            StartServers 1
            ThreadLimit {{Threads}}
            ThreadsPerChild {{Threads}}
            MaxRequestWorkers {{Threads}}
            {{directives}}
            """);

        string program = File.Exists("/usr/sbin/apache2") ? "/usr/sbin/apache2" : "apache2"; // Debian keeps it out of the path of users
        _process = Process.Start(new ProcessStartInfo(program, ["-X", "-d", path, "-f", Path.Combine(path, "httpd.conf")])
        {
            RedirectStandardOutput = true, // not ours: whoever reads it would wait for Apache, too
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        var said = new List<string>();
        while (await _process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            said.Add(line);
            if (line.Contains("AH02471: start_threads", StringComparison.Ordinal)) // after it listens
            {
                _ = _process.StandardError.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None); // a full pipe would stop it
                return;
            }
        }

        Assert.Fail($"Apache did not start:\n{string.Join('\n', said)}");
    }

    /// <summary>Sends a request byte by byte; each character is one byte.</summary>
    public Task<Answer> SendAsync(string request) => RawHttp.SendAsync(EndPoint, request);

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            _process.Kill(); // one process with threads: -X forks none
            await _process.WaitForExitAsync(CancellationToken.None);
            _process.Dispose();
        }

        _reserved.Dispose();
        _directory.Delete(recursive: true);
    }
}
