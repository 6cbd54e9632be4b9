using System.Text.RegularExpressions;
using TrustedApps.AspNetCore;
using Xunit;

namespace TrustedApps.Docs.Tests;

public sealed class DocumentTests
{
    [Theory]
    [InlineData("setting of a trust", typeof(TrustedApplicationOptions))]
    [InlineData("setting of the provider", typeof(TrustedAppsOptions))]
    public void Every_setting_in_the_operations_guide_exists(string table, Type options)
    {
        string[] named = [.. Regex.Matches(FirstColumn(table), "`(?<name>[A-Za-z]+)`", RegexOptions.None, TimeSpan.FromSeconds(1)).Select(match => match.Groups["name"].Value)];

        Assert.NotEmpty(named);
        Assert.All(named, name => Assert.NotNull(options.GetProperty(name)));
    }

    [Fact]
    public void Every_error_code_is_in_the_protocol_document()
    {
        string text = Repository.Read("docs/protocol.md");

        Assert.All(Enum.GetValues<ErrorCode>(), code => Assert.Contains(code.ToWireName(), text, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_protocol_version_is_in_the_operations_guide()
    {
        string text = Repository.Read("docs/operations.md");

        Assert.All(ProtocolVersion.All, version => Assert.Contains($"`{version.Name}`", text, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_public_header_name_is_in_the_protocol_document()
    {
        string text = Repository.Read("docs/protocol.md");

        Assert.All(AssertionHeaders.Names, name => Assert.Contains($"`{name}`", text, StringComparison.Ordinal));
    }

    private static string FirstColumn(string table)
    {
        string text = Repository.Read("docs/operations.md");
        string rows = text[text.IndexOf($"| {table} |", StringComparison.Ordinal)..];
        rows = rows[..rows.IndexOf("\n\n", StringComparison.Ordinal)];
        return string.Join('\n', rows.Split('\n').Skip(2).Select(row => row.Split('|')[1]));
    }
}
