using System.CommandLine.Parsing;

namespace TrustedApps.Tool.Commands;

internal static class IssueCommand
{
    private static readonly long _lastMillisecond = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    public static Command Create(Terminal terminal)
    {
        string[] versions = [.. ProtocolVersion.All.Select(known => known.Name)];
        var file = new FileOption("--keys", "The consumer's key file.");
        var version = new Option<string>("--version") { Description = "The protocol version. 1 and 2 can be forged by whoever reads one request.", HelpName = string.Join('|', versions), Required = true };
        version.AcceptOnlyFromAmong(versions);
        var user = new Option<string>("--user") { Description = "On whose behalf the request is made.", HelpName = "U", Required = true };
        var url = new Option<string>("--url") { Description = "The URL exactly as it will be requested; signed as given.", HelpName = "URL", Required = true };
        var method = new Option<string>("--method") { Description = "The request method. None of these versions signs it, so it changes nothing.", HelpName = "M" };
        var at = new Option<long?>("--at") { Description = "The time stamp: milliseconds since 1970. Default: now.", HelpName = "MILLISECONDS", CustomParser = ReadMilliseconds };

        var command = new ToolCommand(
            "issue", "Issues the headers of one request, as a JSON object.",
            "trusted-apps issue --keys wiki.keys --version 3 --user fred --url 'https://tracker.example/rest/issues?mine=1'") { file, version, user, url, method, at };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            ApplicationKeys keys = ApplicationKeys.Load(parsed.GetRequiredValue(file));
            TimeProvider clock = parsed.GetValue(at) is { } milliseconds ? new StandingClock(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)) : TimeProvider.System;
            var issuer = new AssertionIssuer(keys, ProtocolVersion.Parse(parsed.GetRequiredValue(version)), time: clock);
            AssertionHeaders headers = BadInputException.Check(() => issuer.Issue(parsed.GetRequiredValue(user), parsed.GetRequiredValue(url)));

            await JsonLine.WriteAsync(
                terminal.Output,
                json =>
                {
                    foreach ((string name, string value) in headers.Enumerate()) JsonLine.WriteBase64(json, name, value);
                },
                cancellationToken).ConfigureAwait(false);
        });
        return command;
    }

    private static long? ReadMilliseconds(ArgumentResult result)
    {
        bool isNumber = long.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out long milliseconds);
        if (!isNumber || milliseconds < 1 || milliseconds > _lastMillisecond) result.AddError($"--at is a number from 1 to {_lastMillisecond}.");
        return milliseconds;
    }
}
