using System.Xml.Linq;

namespace TrustedApps.Tests.Architecture;

/// <summary>The project files of the shipped packages.</summary>
public class ProjectTests
{
    [Fact]
    public void No_package_sees_the_internals_of_another()
    {
        foreach (string project in SourceTree.Projects)
        {
            Assert.All(FriendsOf(SourceTree.ProjectFileOf(project)), friend => Assert.False(
                SourceTree.Projects.Contains(friend), $"{project} shows its internals to {friend}: make public what {friend} needs."));
        }

        string everywhere = Path.Combine(SourceTree.Root, "src", "Directory.Build.props");
        Assert.Equal(["$(MSBuildProjectName).Tests"], FriendsOf(everywhere));
        Assert.All(SourceTree.Files, file => Assert.DoesNotContain("InternalsVisibleTo", file.Names));
        Assert.All(SourceTree.Files, file => Assert.DoesNotContain("InternalsVisibleToAttribute", file.Names));
    }

    private static string[] FriendsOf(string path) =>
    [
        .. XDocument.Load(path).Descendants("InternalsVisibleTo")
            .SelectMany(item => ((string?)item.Attribute("Include") ?? "").Split(';', StringSplitOptions.TrimEntries)),
    ];
}
