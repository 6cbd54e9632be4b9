using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace TrustedApps.Docs.Tests;

public sealed class DecisionTests
{
    [Fact]
    public void Every_dependency_of_a_shipped_package_has_a_reason()
    {
        string[] rows = [.. Repository.Read("docs/adr/0002-what-src-depends-on.md").Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal))];

        Assert.All(Packages.Names, package =>
        {
            string reasons = string.Join('\n', rows.Where(row => row.StartsWith($"| `{package}` |", StringComparison.Ordinal)));
            XDocument project = XDocument.Load(Path.Combine(Repository.Root, "src", package, $"{package}.csproj"));
            Assert.All(
                project.Descendants("PackageReference").Select(reference => reference.Attribute("Include")!.Value),
                dependency => Assert.Matches($@"(?<![\w.]){Regex.Escape(dependency)}(?![\w.])", reasons));
        });
    }

    [Fact]
    public void Every_decision_is_accepted_or_superseded_and_numbered_without_a_gap()
    {
        string[] files = [.. Directory.GetFiles(Path.Combine(Repository.Root, "docs", "adr"), "*.md").Order(StringComparer.Ordinal)];

        Assert.All(files.Index(), decision =>
        {
            string text = File.ReadAllText(decision.Item);
            Assert.StartsWith($"{decision.Index + 1:0000}-", Path.GetFileName(decision.Item), StringComparison.Ordinal);
            Assert.StartsWith($"# {decision.Index + 1}. ", text, StringComparison.Ordinal);
            Assert.Matches(@"(?m)^(Accepted|Superseded)", text);
        });
    }
}
