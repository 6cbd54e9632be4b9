using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using TrustedApps.Admin;
using TrustedApps.AspNetCore;
using TrustedApps.AspNetCore.SignIn.TrustedProxies;
using TrustedApps.Client;
using TrustedApps.Storage;

namespace TrustedApps.Docs.Tests;

public sealed class DocumentTests
{
    private static readonly Assembly[] _assemblies =
        [typeof(AssertionVerifier).Assembly, typeof(TrustedAppsOptions).Assembly, typeof(TrustedAppsStore).Assembly, typeof(TrustedAppsAdminOptions).Assembly, typeof(TrustedProxyOptions).Assembly];

    [Theory]
    [InlineData("setting of a trust", typeof(TrustedApplicationOptions))]
    [InlineData("setting of a trust", typeof(TrustConditionsOptions))]
    [InlineData("setting of `Legacy`", typeof(LegacyAccessOptions))]
    [InlineData("setting of the provider", typeof(TrustedAppsOptions))]
    [InlineData("setting of a client", typeof(TrustedAppClientOptions))]
    [InlineData("setting of the store", typeof(TrustedAppsStoreOptions))]
    public void Every_setting_is_in_the_operations_guide(string table, Type options)
    {
        string[] settings = [.. options.GetProperties(BindingFlags.DeclaredOnly | BindingFlags.Instance | BindingFlags.Public).Select(property => property.Name)];

        Assert.NotEmpty(settings);
        Assert.All(settings, setting => Assert.Contains(setting, SettingsIn(table)));
    }

    [Theory]
    [InlineData("setting of a trust", typeof(TrustedApplicationOptions))]
    [InlineData("setting of `Legacy`", typeof(LegacyAccessOptions))]
    [InlineData("setting of the provider", typeof(TrustedAppsOptions))]
    [InlineData("setting of a client", typeof(TrustedAppClientOptions))]
    [InlineData("setting of the store", typeof(TrustedAppsStoreOptions))]
    public void Every_setting_in_the_operations_guide_exists(string table, Type options)
    {
        string[] named = SettingsIn(table);

        Assert.NotEmpty(named);
        Assert.All(named, name => Assert.Contains(options.GetProperties(), property => property.Name == name));
    }

    [Fact]
    public void Every_log_event_is_in_the_operations_guide()
    {
        string events = FirstColumn("event");
        int[] ids = [.. _assemblies
            .SelectMany(assembly => assembly.GetTypes())
            .SelectMany(type => type.GetMethods(BindingFlags.DeclaredOnly | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>()?.EventId)
            .OfType<int>()];

        Assert.NotEmpty(ids);
        Assert.All(ids, id => Assert.Matches($@"(?m)^ {id} ", events));
    }

    [Fact]
    public void Every_log_category_in_the_operations_guide_is_the_name_of_a_type()
    {
        string[] categories = [.. Regex.Matches(FirstColumn("log category"), "`(?<name>[A-Za-z.]+)`", RegexOptions.None, TimeSpan.FromSeconds(1)).Select(match => match.Groups["name"].Value)];

        Assert.NotEmpty(categories);
        Assert.All(categories, category => Assert.Contains(_assemblies, assembly => assembly.GetType(category) is not null));
    }

    [Fact]
    public void Every_reason_id_is_in_the_operations_guide()
    {
        Type reasons = typeof(Rejection).Assembly.GetType("TrustedApps.Diagnostics.RejectionReason", throwOnError: true)!;
        string[] ids = [.. reasons.GetFields(BindingFlags.Static | BindingFlags.Public)
            .Where(field => field.FieldType == reasons)
            .Select(field => (string)reasons.GetProperty("Id")!.GetValue(field.GetValue(null))!)];
        string table = FirstColumn("reason id");

        Assert.NotEmpty(ids);
        Assert.All(ids, id => Assert.Contains($"`{id}`", table, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_code_that_is_written_is_in_the_refusal_table()
    {
        ErrorCode[] onlyRead = [ErrorCode.Unknown, ErrorCode.MissingAssertion];
        string codes = FirstColumn("code");

        Assert.All(Enum.GetValues<ErrorCode>().Except(onlyRead), code => Assert.Matches($@"\b{code.ToWireName()}\b", codes));
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

    private static string[] SettingsIn(string table) =>
        [.. Regex.Matches(FirstColumn(table), "`(?<name>[A-Za-z]+)`", RegexOptions.None, TimeSpan.FromSeconds(1)).Select(match => match.Groups["name"].Value)];

    private static string FirstColumn(string table)
    {
        string text = Repository.Read("docs/operations.md") + "\n\n"; // a table may be the last of the page
        string rows = text[text.IndexOf($"| {table} |", StringComparison.Ordinal)..];
        rows = rows[..rows.IndexOf("\n\n", StringComparison.Ordinal)];
        return string.Join('\n', rows.Split('\n').Skip(2).Select(row => row.Split('|')[1]));
    }
}
