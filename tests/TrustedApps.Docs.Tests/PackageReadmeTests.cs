using TrustedApps.Keys;

namespace TrustedApps.Docs.Tests;

/// <summary>The programs in the READMEs of the packages, run.</summary>
public sealed class PackageReadmeTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    [Fact]
    public async Task The_two_sides_in_one_process_print_what_the_text_says()
    {
        CodeBlock block = CodeBlock.Read(Packages.ReadmeOf("TrustedApps"), "csharp")[1];
        CompiledProgram program = CompiledProgram.Compile(block.Code.Replace("1\")", "1\", 2048)", StringComparison.Ordinal).Replace("42\")", "42\", 2048)", StringComparison.Ordinal)); // shorter keys are made sooner

        await program.RunAsync();

        string[] lines = program.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.Equal(["accepted for fred", "the second time: Replayed"], lines);
        Assert.All(lines, line => Assert.Contains($"// {line}", block.Code, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("TrustedApps.AspNetCore.SignIn", "/rest/api/issues Found")] // to the login page
    [InlineData("TrustedApps.AspNetCore.OpenApi", "/rest/api/issues Unauthorized", "/openapi/v1.json OK")]
    [InlineData("TrustedApps.Storage", "/rest/api/issues Unauthorized", "/.well-known/trusted-app OK")]
    [InlineData("TrustedApps.OpenTelemetry", "/rest/api/issues Unauthorized")]
    [InlineData("TrustedApps.Admin", "/ OK", "/trusted-apps Found")] // to the login page
    public async Task The_web_applications_start_and_answer(string package, params string[] expected)
    {
        string code = CodeBlock.Read(Packages.ReadmeOf(package), "csharp")[0].Code
            .Replace("\"trust.db\"", $"@\"{_folder.PathOf("trust.db")}\"", StringComparison.Ordinal)
            .Replace("\"protection\"", $"@\"{_folder.PathOf("protection")}\"", StringComparison.Ordinal);
        await using RunningProgram application = await RunningProgram.StartAsync(
            CompiledProgram.Compile(code), _folder.Path, "--Authentication:Schemes:TrustedApps:BaseUrls:0", "https://tracker.example");
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = application.Url };

        var answers = new List<string>();
        foreach (string path in expected.Select(answer => answer.Split(' ')[0]))
        {
            using HttpResponseMessage response = await client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
            answers.Add($"{path} {response.StatusCode}");
        }

        Assert.Equal(expected, answers);
    }

    [Fact]
    public async Task The_library_lists_the_keys_of_a_key_file()
    {
        string path = _folder.PathOf("wiki-keys.json");
        ApplicationKeys keys = ThrowAwayKeys.Of("wiki:8731", 0);
        keys.Save(path);
        CompiledProgram program = CompiledProgram.Compile(
            CodeBlock.Read(Packages.ReadmeOf("TrustedApps.Tool"), "csharp")[0].Code.Replace("\"wiki-keys.json\"", $"@\"{path}\"", StringComparison.Ordinal));

        await program.RunAsync();

        Assert.All(keys.Keys, key => Assert.Contains(key.PublicKey.Fingerprint, program.Output, StringComparison.Ordinal));
    }

    public void Dispose() => _folder.Dispose();
}
