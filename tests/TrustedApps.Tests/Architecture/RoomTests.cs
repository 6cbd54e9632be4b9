using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TrustedApps.Tests.Architecture;

/// <summary>Rule 3, and what is walled off: a room names nothing outside its doors.</summary>
public class RoomTests
{
    private static readonly string[] _world =
    [
        "HttpClient", "HttpMessageHandler", "HttpRequestMessage", "ILogger", "ILoggerFactory", "TimeProvider", "Stopwatch", "Timer", "File", "FileStream",
        "FileInfo", "Directory", "Socket", "TcpClient", "NetworkStream", "Dns", "Console", "Environment", "Process", "Thread", "Task", "ValueTask", "Random",
        "Activity", "Meter", "Telemetry",
    ];

    // Grants are kept for many threads at once, which is neither input nor output; a moment that is handed in is no clock.
    private static readonly Dictionary<string, string[]> _allowed = new()
    {
        ["TrustedApps/Protocols/IAssertionWriter.cs"] = ["ValueTask"],
        ["TrustedApps/Protocols/ITrustedAppProtocol.cs"] = ["DateTimeOffset", "ValueTask"],
        ["TrustedApps/Protocols/LegacyAdapter.cs"] = ["ValueTask"],
        ["TrustedApps/Protocols/LegacyProtocol.cs"] = ["ValueTask"],
        ["TrustedApps/Protocols/Version4/KeyGrantIssuer.cs"] = ["Task", "ValueTask"],
        ["TrustedApps/Protocols/Version4/KeyGrantToken.cs"] = ["DateTimeOffset", "ValueTask"],
        ["TrustedApps/Protocols/Version4/KeyGrantVerifier.cs"] = ["DateTimeOffset", "Task", "ValueTask"],
        ["TrustedApps/Protocols/Version4/SessionKey.cs"] = ["Environment"],
        ["TrustedApps/Protocols/Version4/Version4Protocol.cs"] = ["DateTimeOffset", "ValueTask"],
        ["TrustedApps/Protocols/Version4/Version4Writer.cs"] = ["ValueTask"],
        ["TrustedApps/Protocols/Version4/WrappedKey.cs"] = ["DateTimeOffset", "ValueTask"],
    };

    [Theory]
    [InlineData("Protocols")]
    [InlineData("Conditions")]
    public void Protocols_and_conditions_do_no_input_or_output_read_no_clock_and_write_no_log(string room)
    {
        foreach (SourceFile file in SourceTree.CoreRoom(room))
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
    public void A_dialect_never_names_a_sibling()
    {
        string[] dialects = ["Atlassian", "Warwick"];
        foreach (string folder in dialects)
        {
            SourceFile[] siblings = [.. SourceTree.Files.Where(file => file.Project == "TrustedApps.Legacy" && dialects.Contains(file.Room) && file.Room != folder)];
            Assert.NotEmpty(siblings);
            string[] forbidden = [.. siblings.SelectMany(file => file.Types).Select(SourceFile.NameOf), .. siblings.Select(file => $"TrustedApps.Legacy.{file.Room}")];
            foreach (SourceFile file in SourceTree.Files.Where(file => file.Project == "TrustedApps.Legacy" && file.Room == folder))
            {
                string[] named = [.. file.Names.Concat(file.Syntax.Usings.Select(import => import.Name?.ToString() ?? "")).Intersect(forbidden)];
                Assert.True(named.Length == 0, $"{file} names {string.Join(", ", named)}");
            }
        }
    }

    private static bool IsWorld(string name) => _world.Contains(name) || name.StartsWith("DateTime", StringComparison.Ordinal);
}
