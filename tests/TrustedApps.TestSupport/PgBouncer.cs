using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace TrustedApps.TestSupport;

/// <summary>
/// A real PgBouncer in transaction mode, with a small pool, in front of a cluster. It ends with this process, however
/// that ends.
/// </summary>
internal sealed class PgBouncer : IAsyncDisposable
{
    private const string HangOn = "\"$@\" < /dev/null & pooler=$!; cat > /dev/null; kill -KILL $pooler 2> /dev/null; wait $pooler";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("trusted-apps-pgbouncer-");
    private readonly Process _process;

    private PgBouncer(int clusterPort, int poolSize)
    {
        Port = FindFreePort();
        string settings = Path.Combine(_directory.FullName, "pgbouncer.ini");
        File.WriteAllText(settings, $"""
            [databases]
            * = host=127.0.0.1 port={clusterPort} user=postgres
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {Port}
            unix_socket_dir =
            auth_type = any
            pool_mode = transaction
            default_pool_size = {poolSize}
            max_client_conn = 500
            """);
        string program = File.Exists("/usr/sbin/pgbouncer") ? "/usr/sbin/pgbouncer" : "pgbouncer";
        SetMode((UnixFileMode)0b101_101_101); // for another user than root, which it refuses
        string[] asOther = Environment.UserName == "root" ? ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] : [];
        _process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", HangOn, "sh", .. asOther, program, settings])
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
    }

    private int Port { get; }

    /// <summary>Starts it, and waits until it listens.</summary>
    public static async Task<PgBouncer> StartAsync(PostgresCluster cluster, int poolSize)
    {
        var pooler = new PgBouncer(cluster.Port, poolSize);
        var said = new List<string>();
        while (await pooler._process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            said.Add(line);
            if (!line.Contains("process up", StringComparison.Ordinal)) continue;
            _ = pooler._process.StandardError.ReadToEndAsync(CancellationToken.None); // or its log would block it
            return pooler;
        }

        await pooler.DisposeAsync();
        throw new InvalidOperationException("PgBouncer did not start:\n" + string.Join('\n', said));
    }

    /// <summary>The connection string of a database of the cluster, through this.</summary>
    public string Through(string connectionString, PostgresCluster cluster) =>
        connectionString.Replace($"Port={cluster.Port}", $"Port={Port}", StringComparison.Ordinal);

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        SetMode((UnixFileMode)0b111_101_101);
        _directory.Delete(recursive: true);
    }

    private void SetMode(UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows()) _directory.UnixFileMode = mode;
    }

    private static int FindFreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
