using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace TrustedApps.TestSupport;

/// <summary>
/// A real PostgreSQL of its own in a temporary directory, on a loopback port, without a password. As root it runs as the
/// user that Debian's package makes, for PostgreSQL refuses to run as root. It ends with this process, however that ends.
/// </summary>
internal sealed class PostgresCluster : IAsyncDisposable
{
    // The server hangs on the pipe from this process: when that is gone nobody else would end it.
    private const string HangOn = "\"$@\" < /dev/null & server=$!; cat > /dev/null; kill -QUIT $server 2> /dev/null; wait $server";

    private static readonly string _programs = FindPrograms();
    private static readonly string[] _asServerUser = FindServerUser();

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("trusted-apps-postgres-");
    private readonly Socket _reserved = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly string[] _settings;
    private Process? _server;
    private int _databases;

    private PostgresCluster(bool isDurable, string[] settings)
    {
        // Shared with the server as long as only one of them listens: nobody else can take the port meanwhile, not even
        // while the server is stopped.
        _reserved.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        _reserved.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        string durability = isDurable ? "on" : "off";
        _settings = [$"fsync={durability}", $"full_page_writes={durability}", "max_connections=300", "shared_buffers=64MB", .. settings];
    }

    public int Port => ((IPEndPoint)_reserved.LocalEndPoint!).Port;

    /// <summary>Makes a cluster and starts it.</summary>
    /// <param name="isDurable">Whether it survives <see cref="StopMode.Immediate"/>; slower.</param>
    /// <param name="settings">More settings, as name=value.</param>
    public static async Task<PostgresCluster> StartAsync(bool isDurable = false, params string[] settings)
    {
        var cluster = new PostgresCluster(isDurable, settings);
        try
        {
            if (_asServerUser.Length > 0) await cluster.RunAsync(["chown", _asServerUser[1].Split('=')[1], cluster._directory.FullName]);
            await cluster.RunAsync([
                .. _asServerUser, Path.Combine(_programs, "initdb"), "--pgdata", cluster.DataDirectory, "--username=postgres",
                "--auth=trust", "--no-locale", "--encoding=UTF8", "--no-instructions", "--no-sync"]);
            await cluster.StartAgainAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>For Npgsql.</summary>
    public string ConnectionString(string database) =>
        $"Host=127.0.0.1;Port={Port};Username=postgres;Database={database};SSL Mode=Disable;GSS Encryption Mode=Disable";

    /// <summary>Makes an empty database and says how to connect to it.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        string name = $"test{Interlocked.Increment(ref _databases)}";
        await QueryAsync("postgres", $"CREATE DATABASE {name}");
        return ConnectionString(name);
    }

    /// <summary>Runs SQL as the administrator, and gives what it says: lines of fields between bars.</summary>
    public Task<string> QueryAsync(string database, string sql) => RunAsync([
        Path.Combine(_programs, "psql"), "--host=127.0.0.1", $"--port={Port}", "--username=postgres", $"--dbname={database}",
        "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1", $"--command={sql}"]);

    public async Task StopAsync(StopMode mode = StopMode.Fast)
    {
        if (_server is null) return;

        await RunAsync([
            .. _asServerUser, Path.Combine(_programs, "pg_ctl"), "stop", "--wait", "--silent", "--pgdata", DataDirectory,
            $"--mode={(mode == StopMode.Fast ? "fast" : "immediate")}"]);
        await EndAsync();
    }

    /// <summary>Starts the server again, on the same port, and waits until it answers.</summary>
    public async Task StartAgainAsync()
    {
        if (_server is not null) throw new InvalidOperationException("It runs.");

        string[] settings = ["listen_addresses=127.0.0.1", "unix_socket_directories=", .. _settings];
        _server = Process.Start(StartInfo([
            .. _asServerUser, "/bin/sh", "-c", HangOn, "sh", Path.Combine(_programs, "postgres"), "-D", DataDirectory, "-p", $"{Port}",
            .. settings.SelectMany(setting => new[] { "-c", setting })]))!;

        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var said = new List<string>();
        _server.OutputDataReceived += (_, _) => { };
        _server.ErrorDataReceived += (_, line) =>
        {
            lock (said) said.Add(line.Data ?? "");
            if (line.Data is null || line.Data.Contains("database system is shut down", StringComparison.Ordinal)) ready.TrySetException(new InvalidOperationException("PostgreSQL did not start:\n" + Text(said)));
            if (line.Data?.Contains("ready to accept", StringComparison.Ordinal) == true) ready.TrySetResult();
        };
        _server.BeginOutputReadLine();
        _server.BeginErrorReadLine();
        try
        {
            await ready.Task;
        }
        catch (InvalidOperationException)
        {
            await EndAsync();
            throw;
        }
    }

    /// <summary>Starts the stopped server again as one that was restored from its log: on a new timeline, as after a fail-over.</summary>
    public async Task RecoverAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(DataDirectory, "recovery.signal"), "");
        await StartAgainAsync();
    }

    /// <summary>Starts the stopped server again as a standby, which answers questions and may be behind.</summary>
    public async Task StandByAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(DataDirectory, "standby.signal"), "");
        await StartAgainAsync();
    }

    /// <summary>Copies the data directory, as a snapshot of the disk has it: of a running server at any moment of a write.</summary>
    public Task TakeSnapshotAsync() => RunAsync(["/bin/sh", "-c", "rm -rf snapshot && (cp -a data snapshot || cp -a data/. snapshot)"]);

    /// <summary>Puts the snapshot in the place of the data directory of the stopped server.</summary>
    public Task RestoreSnapshotAsync() => RunAsync(["/bin/sh", "-c", "rm -rf data && cp -a snapshot data && rm -f data/postmaster.pid"]);

    public async ValueTask DisposeAsync()
    {
        await EndAsync(); // at once: nothing of it is needed any more
        _reserved.Dispose();
        _directory.Delete(recursive: true);
    }

    private string DataDirectory => Path.Combine(_directory.FullName, "data");

    private static string Text(List<string> lines)
    {
        lock (lines) return string.Join('\n', lines);
    }

    private static string FindPrograms()
    {
        DirectoryInfo root = new("/usr/lib/postgresql");
        return (root.Exists ? root.GetDirectories() : [])
            .Where(version => File.Exists(Path.Combine(version.FullName, "bin", "initdb")))
            .OrderBy(version => int.TryParse(version.Name, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0)
            .Select(version => Path.Combine(version.FullName, "bin"))
            .LastOrDefault() ?? throw new InvalidOperationException("PostgreSQL is not installed: apt-get install postgresql.");
    }

    private static string[] FindServerUser()
    {
        if (Environment.UserName != "root") return [];
        string user = File.ReadLines("/etc/passwd").Any(line => line.StartsWith("postgres:", StringComparison.Ordinal)) ? "postgres" : "nobody";
        return ["setpriv", $"--reuid={user}", user == "postgres" ? "--regid=postgres" : "--regid=nogroup", "--clear-groups"];
    }

    private async Task EndAsync()
    {
        if (_server is not { } server) return;

        _server = null;
        server.StandardInput.Close();
        await server.WaitForExitAsync(CancellationToken.None);
        server.Dispose();
    }

    private async Task<string> RunAsync(string[] command)
    {
        using Process process = Process.Start(StartInfo(command))!;
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? (await output).TrimEnd() : throw new InvalidOperationException($"{string.Join(' ', command)}\n{await output}{errors}");
    }

    private ProcessStartInfo StartInfo(string[] command) => new(command[0], command[1..])
    {
        WorkingDirectory = _directory.FullName,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        UseShellExecute = false,
    };
}

/// <summary>How a server is stopped.</summary>
internal enum StopMode
{
    /// <summary>Connections are ended, and all is written to the disk.</summary>
    Fast,

    /// <summary>As if the power went: what was committed has to be found in the log of the database.</summary>
    Immediate,
}
