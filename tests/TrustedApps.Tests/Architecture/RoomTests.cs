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

    [Theory]
    [InlineData("Protocols")]
    [InlineData("Conditions")]
    public void Protocols_and_conditions_do_no_input_or_output_read_no_clock_and_write_no_log(string room)
    {
        foreach (SourceFile file in SourceTree.CoreRoom(room))
        {
            string[] outside = [.. file.Names.Where(name => _world.Contains(name) || name.StartsWith("DateTime", StringComparison.Ordinal)).Distinct()];
            Assert.True(outside.Length == 0, $"{file} names {string.Join(", ", outside)}");
        }
    }

    [Fact]
    public void A_protocol_never_names_a_sibling()
    {
        string[] dialects = [.. SourceTree.CoreRoom("Protocols").Select(file => file.Folder).Where(folder => folder.Contains('/')).Distinct()];
        Assert.True(dialects.Length >= 2);
        foreach (string folder in dialects)
        {
            string[] siblings = [.. dialects.Where(other => other != folder)];
            string[] forbidden =
            [
                .. siblings.Select(sibling => sibling.Split('/')[1]),
                .. siblings.SelectMany(SourceTree.CoreRoom).SelectMany(file => file.Types).Select(SourceFile.NameOf),
            ];
            foreach (SourceFile file in SourceTree.CoreRoom(folder))
            {
                string[] named = [.. file.Names.Intersect(forbidden)];
                Assert.True(named.Length == 0, $"{file} names {string.Join(", ", named)}");
            }
        }
    }

    [Theory]
    [InlineData("TrustedApps/Protocols/Atlassian", "Rc4", "RawRsa", "ModPow")]
    [InlineData("TrustedApps/Protocols", "SHA1", "Sha1Signature")]
    public void Broken_ciphers_are_named_where_they_are_needed_and_nowhere_else(string folder, params string[] names)
    {
        Assert.All(names, name => Assert.Contains(SourceTree.Files, file => file.Path.StartsWith(folder + "/", StringComparison.Ordinal) && file.Names.Contains(name)));
        foreach (SourceFile file in SourceTree.Files.Where(file => !file.Path.StartsWith(folder + "/", StringComparison.Ordinal)))
        {
            string[] named = [.. file.Names.Intersect(names)];
            Assert.True(named.Length == 0, $"{file} names {string.Join(", ", named)}");
        }
    }
}
