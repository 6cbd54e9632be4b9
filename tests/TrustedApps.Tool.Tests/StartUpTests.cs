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
        string[] files = [.. Directory.GetFiles(ToolRun.Folder, "*.dll"), Path.Combine(ToolRun.Folder, "TrustedApps.Tool.runtimeconfig.json")];
        foreach (string file in files.Where(file => !IsOfStore(Path.GetFileName(file)))) File.Copy(file, _folder.PathOf(Path.GetFileName(file)));

        ToolRun run = await ToolRun.FromFolderAsync(_folder.Path, [], args);
        ToolRun whole = await ToolRun.AsProcessAsync(args);
        Assert.Equal((whole.ExitCode, whole.Output, whole.Error), (run.ExitCode, run.Output, run.Error));

        ToolRun store = await ToolRun.FromFolderAsync(_folder.Path, [], "store", "check", "--store", "x"); // otherwise this would prove nothing
        Assert.Contains("TrustedApps.Storage", store.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static bool IsOfStore(string file) =>
        Array.Exists(["TrustedApps.Storage.", "Npgsql.", "SQLitePCLRaw.", "Microsoft.Data.Sqlite.", "Microsoft.AspNetCore."], start => file.StartsWith(start, StringComparison.Ordinal));
}
