namespace TrustedApps.Packages.Tests.Templates;

/// <summary>The packed templates, installed as by 'dotnet new install' on a new machine.</summary>
public sealed class TemplateHive(PackedPackages packages) : IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await packages.RunAsync(packages.Folder, "dotnet", "new", "install", packages.TemplatePackage);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Makes an application by 'dotnet new', and returns its folder.</summary>
    public async Task<string> MakeAsync(ScratchFolder folder, string template, string name, params IEnumerable<string> options)
    {
        await packages.RunAsync(folder.Path, "dotnet", ["new", template, "--name", name, "--output", name, .. options]);
        return folder.PathOf(name);
    }

    /// <summary>Builds everything in the folder; a warning is an error.</summary>
    public Task BuildAsync(string folder) => packages.RunAsync(folder, "dotnet", "build", "--no-restore", "-warnaserror", "-v:q");
}
