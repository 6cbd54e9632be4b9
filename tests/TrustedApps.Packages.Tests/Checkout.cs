namespace TrustedApps.Packages.Tests;

/// <summary>The checkout that these tests were built from.</summary>
internal static class Checkout
{
    private static readonly DirectoryInfo _output = new(AppContext.BaseDirectory.TrimEnd('/')); // .../bin/Release/net10.0

    public static string Root { get; } = Find();

    public static string Configuration => _output.Parent!.Name;

    private static string Find()
    {
        DirectoryInfo? folder = _output;
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "TrustedApps.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("These tests run inside the checkout.");
    }
}
