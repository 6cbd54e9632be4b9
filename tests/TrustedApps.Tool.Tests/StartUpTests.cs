namespace TrustedApps.Tool.Tests;

public sealed class StartUpTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    [Theory]
    [InlineData("--help")]
    [InlineData("verify")]
    [InlineData("keys", "show", "nowhere")]
    [InlineData("trust", "add", "--help")]
    public async Task What_needs_no_store_loads_nothing_of_it(params string[] args)
    {
        foreach (string file in (string[])["TrustedApps.Tool.dll", "TrustedApps.Tool.runtimeconfig.json", "TrustedApps.dll", "System.CommandLine.dll", "Spectre.Console.dll"])
        {
            File.Copy(Path.Combine(AppContext.BaseDirectory, file), _folder.PathOf(file));
        }

        string folder = Path.GetDirectoryName(_folder.PathOf("x"))!;
        ToolRun run = await ToolRun.FromFolderAsync(folder, [], args);
        ToolRun whole = await ToolRun.AsProcessAsync(args);
        Assert.Equal((whole.ExitCode, whole.Output, whole.Error), (run.ExitCode, run.Output, run.Error));

        ToolRun store = await ToolRun.FromFolderAsync(folder, [], "store", "check", "--store", "x"); // otherwise this would prove nothing
        Assert.Contains("TrustedApps.Storage", store.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
