using System.Text.Json;
using System.Xml.Linq;

namespace TrustedApps.Packages.Tests.Templates;

/// <summary>The sources of the templates, beside each other and beside the repository.</summary>
public sealed class TemplateSourceTests(PackedPackages packages) : IDisposable
{
    private readonly TemplateHive _templates = new(packages);
    private readonly ScratchFolder _folder = new();

    private static string Content { get; } = Path.Combine(Checkout.Root, "src", "TrustedApps.Templates", "content");

    [Theory]
    [InlineData("Issues.cs", "Provider.1", "Pair.1.Provider")]
    [InlineData("Users.cs", "Provider.1", "Pair.1.Provider")]
    [InlineData("IssuesClient.cs", "Consumer.1", "Pair.1.Consumer")]
    [InlineData("DevelopmentLogin.cs", "Consumer.1", "Pair.1.Consumer")]
    public void The_pair_has_the_files_of_the_two_others(string file, string name, string nameInPair)
    {
        string folder = name == "Provider.1" ? "trustedapps-provider/Provider.1" : "trustedapps-consumer";
        string text = File.ReadAllText(Path.Combine(Content, folder, file));
        string expected = text.Replace(name, nameInPair, StringComparison.Ordinal)
            .Replace(name.Replace(".1", "._1", StringComparison.Ordinal), nameInPair.Replace(".1", "._1", StringComparison.Ordinal), StringComparison.Ordinal);

        Assert.Equal(expected, File.ReadAllText(Path.Combine(Content, "trustedapps-pair", nameInPair, file)));
    }

    [Fact]
    public void Packages_of_others_have_the_versions_that_this_repository_uses()
    {
        Dictionary<string, string> versions = XElement.Load(Path.Combine(Checkout.Root, "Directory.Packages.props")).Descendants("PackageVersion")
            .ToDictionary(package => package.Attribute("Include")!.Value, package => package.Attribute("Version")!.Value);
        XElement[] references = [.. Directory.GetFiles(Content, "*.csproj", SearchOption.AllDirectories).SelectMany(project => XElement.Load(project).Descendants("PackageReference"))];

        Assert.NotEmpty(references);
        Assert.All(references, reference =>
        {
            string name = reference.Attribute("Include")!.Value;
            string expected = name.StartsWith("TrustedApps", StringComparison.Ordinal) ? "TEMPLATE_VERSION" : versions[name];
            Assert.Equal(expected, reference.Attribute("Version")!.Value);
        });
    }

    [Theory]
    [InlineData("trustedapps-provider")]
    [InlineData("trustedapps-consumer")]
    [InlineData("trustedapps-pair")]
    public async Task What_a_template_makes_has_no_placeholder_the_packed_version_and_the_form_of_dotnet_format(string template)
    {
        string folder = await _templates.MakeAsync(_folder, template, "9-lives");

        string[] files = Directory.GetFiles(folder, "*", SearchOption.AllDirectories);
        Assert.All(files, file => Assert.DoesNotContain("TEMPLATE_", File.ReadAllText(file), StringComparison.Ordinal));
        Assert.DoesNotContain(files, file => file.Contains(".1", StringComparison.Ordinal));
        using JsonDocument tools = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, ".config", "dotnet-tools.json")));
        Assert.Equal(packages.Version, tools.RootElement.GetProperty("tools").GetProperty("trustedapps.tool").GetProperty("version").GetString());
        await packages.Machine.RunAsync(folder, "dotnet", "format", "--no-restore", "--verify-no-changes");
    }

    public void Dispose() => _folder.Dispose();
}
