using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TrustedApps.Tests.Architecture;

/// <summary>Rule 2 and the walls between dialects: a room names nothing outside its doors.</summary>
public class RoomTests
{
    private static readonly string[] _world =
    [
        "HttpClient", "HttpMessageHandler", "HttpRequestMessage", "ILogger", "ILoggerFactory", "TimeProvider", "Stopwatch", "Timer", "File", "FileStream",
        "FileInfo", "Directory", "Socket", "TcpClient", "NetworkStream", "Dns", "Console", "Environment", "Process", "Thread", "Task", "Random",
        "Activity", "Meter", "Telemetry", "Instruments",
    ];

    // Key grants are cached for many threads at once, which is neither input nor output. A moment that is an argument is
    // not a clock. Private keys may be elsewhere, so operations with them are tasks.
    private static readonly Dictionary<string, string[]> _allowed = new()
    {
        ["TrustedApps/Protocols/ITrustedAppProtocol.cs"] = ["DateTimeOffset"],
        ["TrustedApps/Protocols/Version4/KeyGrantIssuer.cs"] = ["Task"],
        ["TrustedApps/Protocols/Version4/KeyGrantToken.cs"] = ["DateTimeOffset"],
        ["TrustedApps/Protocols/Version4/KeyGrantVerifier.cs"] = ["DateTimeOffset", "Task"],
        ["TrustedApps/Protocols/Version4/RequestKey.cs"] = ["Environment"],
        ["TrustedApps/Protocols/Version4/Version4Protocol.cs"] = ["DateTimeOffset"],
        ["TrustedApps/Protocols/Version4/WrappedKey.cs"] = ["DateTimeOffset"],
        ["TrustedApps.Legacy/Atlassian/RawRsaTelemetry.cs"] = ["Meter"],
    };

    [Theory]
    [InlineData("TrustedApps/Protocols")]
    [InlineData("TrustedApps/Conditions")]
    [InlineData("TrustedApps.Legacy")]
    public void Protocols_and_conditions_do_no_input_or_output_read_no_clock_and_write_no_log(string room)
    {
        foreach (SourceFile file in SourceTree.RoomAt(room))
        {
            string[] allowed = _allowed.GetValueOrDefault(file.Path, []);
            string[] outside = [.. file.Names.Where(IsWorld).Except(allowed)];
            Assert.True(outside.Length == 0, $"{file} names {string.Join(", ", outside)}");
        }
    }

    [Fact]
    public void What_is_allowed_besides_is_needed_and_no_door_to_the_outside()
    {
        foreach ((string path, string[] names) in _allowed)
        {
            SourceFile file = SourceTree.Files.Single(file => file.Path == path);
            Assert.Equal(names.Order(StringComparer.Ordinal), file.Names.Where(IsWorld).Distinct().Order(StringComparer.Ordinal));
            Assert.All(
                file.Syntax.DescendantNodes().OfType<MemberAccessExpressionSyntax>().Where(access => access.Expression.ToString() is "Environment" or "DateTimeOffset"),
                access => Assert.Equal("ProcessorCount", access.Name.ToString()));
        }
    }

    [Fact]
    public void A_protocol_never_names_a_sibling()
    {
        string[] dialects = ["TrustedApps/Protocols/Version4", "TrustedApps.Legacy/Atlassian", "TrustedApps.Legacy/Warwick"];
        foreach (string dialect in dialects)
        {
            string[] siblings = [.. dialects.Where(other => other != dialect)];
            string[] forbidden =
            [
                .. siblings.Select(sibling => sibling.Split('/')[^1]),
                .. siblings.SelectMany(SourceTree.RoomAt).SelectMany(file => file.Types).Select(SourceFile.NameOf),
            ];
            foreach (SourceFile file in SourceTree.RoomAt(dialect))
            {
                string[] named = [.. NamesIn(file).Intersect(forbidden)];
                Assert.True(named.Length == 0, $"{file} names {string.Join(", ", named)}");
            }
        }

        // Versions 1 to 4 share one set of header names, which is called after the first of them.
        static IEnumerable<string> NamesIn(SourceFile file) => file.Syntax.DescendantTokens()
            .Where(token => token.IsKind(SyntaxKind.IdentifierToken) && token.Parent?.Parent is not MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.ValueText: "HeaderFamily" } })
            .Select(token => token.ValueText);
    }

    [Theory]
    [InlineData("TrustedApps.Legacy/Atlassian", "Rc4", "RawRsa")]
    [InlineData("TrustedApps.Legacy", "SHA1", "Sha1Signature", "BouncyCastle")]
    public void Broken_ciphers_are_named_where_they_are_needed_and_nowhere_else(string folder, params string[] names)
    {
        Assert.All(names, name => Assert.Contains(SourceTree.Files, file => file.Path.StartsWith(folder + "/", StringComparison.Ordinal) && file.Names.Contains(name)));
        foreach (SourceFile file in SourceTree.Files.Where(file => !file.Path.StartsWith(folder + "/", StringComparison.Ordinal)))
        {
            string[] named = [.. file.Names.Intersect(names)];
            Assert.True(named.Length == 0, $"{file} names {string.Join(", ", named)}");
        }
    }

    private static bool IsWorld(string name) => _world.Contains(name) || name.StartsWith("DateTime", StringComparison.Ordinal);
}
