using System.Net;
using System.Net.Sockets;

namespace TrustedApps.Tool.Tests.Commands;

/// <summary>Stores that are not there, do not answer or are none; and passwords, which are never repeated.</summary>
public sealed class StoreProblemTests : IDisposable
{
    private const string Secret = "geh31m";

    private readonly ScratchFolder _folder = new();

    public static TheoryData<string> Commands { get; } =
    [
        "trust list",
        "trust show wiki",
        "trust edit wiki --name x",
        "trust suspend wiki",
        "trust remove wiki --yes",
        "trust confirm wiki --fingerprint AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "trust remove-key wiki x",
        "provider list",
        "provider remove https://tracker.example",
        "store check",
    ];

    [Theory, MemberData(nameof(Commands))]
    public async Task Store_that_is_not_there_is_told_and_not_made(string command)
    {
        string store = _folder.PathOf("trust.db");
        AssertRefused(await ToolRun.InProcessAsync([.. command.Split(' '), "--store", store]), "There is no store");
        Assert.False(File.Exists(store));
    }

    [Theory, MemberData(nameof(Commands))]
    public async Task Database_that_does_not_answer_is_told_in_one_line_without_the_password(string command)
    {
        using var nobody = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp); // bound, and not listening
        nobody.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        string store = $"Host=127.0.0.1;Port={((IPEndPoint)nobody.LocalEndPoint!).Port};Database=tracker;Username=tracker;Password={Secret}";
        AssertRefused(await ToolRun.InProcessAsync([.. command.Split(' '), "--store", store]), "");
        if (command == "store check")
        {
            ToolRun json = await ToolRun.InProcessAsync([.. command.Split(' '), "--store", store, "--json"]);
            Assert.Equal((1, false), (json.ExitCode, (bool?)json.Json["reachable"]));
            Assert.DoesNotContain(Secret, json.Output + json.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Exit_code_and_message_are_those_of_the_process()
    {
        ToolRun run = await ToolRun.AsProcessAsync("trust", "list", "--store", $"Host=127.0.0.1;Port=1;Database=tracker;Username=tracker;Password={Secret}");
        AssertRefused(run, "The store cannot be used");
    }

    [Theory, MemberData(nameof(Commands))]
    public async Task File_that_is_no_database_is_told(string command) =>
        AssertRefused(await ToolRun.InProcessAsync([.. command.Split(' '), "--store", _folder.Write("notes.txt", "This is no database, however long one looks at it. " + new string('x', 1000))]), "");

    [Theory]
    [InlineData($"Host=h;Passwort={Secret}")]
    [InlineData($"Host=h;Port={Secret};Password={Secret}")]
    [InlineData($"Password={Secret};=")]
    [InlineData($"Data Source=x;Mode={Secret}")]
    public async Task Connection_string_that_cannot_be_read_is_not_repeated(string store) =>
        AssertRefused(await ToolRun.InProcessAsync("trust", "list", "--store", store), "");

    [Theory]
    [InlineData("trust", "list", $"Host=h;Password={Secret}")]
    [InlineData("trust", "--store", $"Host=h;Password={Secret}")]
    [InlineData("trust", "list", "--store", "Host=h;", $"Password={Secret}")]
    [InlineData("trust", "list", "--store", "Host=h;Password=", Secret)]
    [InlineData("trust", "list", $"--stor=Host=h;Password={Secret}")]
    [InlineData("trust", "list", $"--stor:Host=h;Password={Secret}")]
    [InlineData("trust", "list", "--store", $"Host=h;Password={Secret}", "--store", "x")]
    [InlineData("trust", "add", "https://wiki.example", "--store", "x", "--address", "*", "--url", "*", "--version", $"Host=h;Password={Secret}")]
    [InlineData("trust", "add", "https://wiki.example", "--store", "x", "--address", "*", "--url", "*", $"--version=Host=h;Password={Secret}")]
    [InlineData("trust", "add", "https://wiki.example", "--store", "x", "--address", "*", "--url", "*", "--timeout", $"Password={Secret}")]
    [InlineData("trust", "edit", "wiki", "--store", "x", "--if-version", $"Password={Secret}")]
    [InlineData("trust", "list", "--store", "x", "--json", $"Password={Secret}")]
    public async Task Password_in_the_wrong_place_is_not_repeated(params string[] args)
    {
        ToolRun run = await ToolRun.InProcessAsync(args);
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.DoesNotContain(Secret, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_a_password_is_repeated() =>
        Assert.Contains("'frobnicate'", (await ToolRun.InProcessAsync("trust", "frobnicate", "--json=true")).Error, StringComparison.Ordinal);

    public void Dispose() => _folder.Dispose();

    private static void AssertRefused(ToolRun run, string said)
    {
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.StartsWith("trusted-apps: ", run.Error, StringComparison.Ordinal);
        Assert.Contains(said, run.Error, StringComparison.Ordinal);
        Assert.Equal(run.Error.Length - 1, run.Error.IndexOf('\n', StringComparison.Ordinal));
        Assert.DoesNotContain(Secret, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
    }
}
