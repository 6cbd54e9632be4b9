namespace TrustedApps.Packages.Tests.Templates;

/// <summary>The packed templates, installed as by 'dotnet new install' on a new machine.</summary>
internal sealed class TemplateHive(PackedPackages packages)
{
    /// <summary>Makes an application by 'dotnet new', and returns its folder.</summary>
    public async Task<string> MakeAsync(ScratchFolder folder, string template, string name, params IEnumerable<string> options)
    {
        await packages.InstallTemplatesAsync();
        await packages.Machine.RunAsync(folder.Path, "dotnet", ["new", template, "--name", name, "--output", name, .. options]);
        return folder.PathOf(name);
    }

    /// <summary>Builds everything in the folder; a warning is an error.</summary>
    public Task BuildAsync(string folder) => packages.Machine.RunAsync(folder, "dotnet", "build", "--no-restore", "-warnaserror", "-v:q");
}
