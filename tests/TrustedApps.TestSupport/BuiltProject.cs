namespace TrustedApps.TestSupport;

/// <summary>The programs that are built with these tests, where their own builds put them.</summary>
internal static class BuiltProject
{
    private static readonly DirectoryInfo _output = new(AppContext.BaseDirectory.TrimEnd('/')); // .../bin/Release/net10.0

    /// <summary>The checkout.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The assembly of a project, to run with dotnet.</summary>
    public static string AssemblyOf(string project) => Path.Combine(
        Root, project, "bin", _output.Parent!.Name, _output.Name, $"{Path.GetFileName(project)}.dll");

    private static string FindRoot()
    {
        DirectoryInfo? folder = _output;
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "TrustedApps.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("These tests run inside the checkout.");
    }
}
