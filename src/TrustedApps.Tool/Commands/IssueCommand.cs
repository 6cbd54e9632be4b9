using System.CommandLine.Parsing;
using TrustedApps.Keys;
using TrustedApps.Legacy;
using TrustedApps.Trials;

namespace TrustedApps.Tool.Commands;

internal static class IssueCommand
{
    private static readonly long _lastMillisecond = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    public static Command Create(Terminal terminal)
    {
        string[] versions = [.. ProtocolVersion.All.Select(known => known.Name)];
        var file = new FileOption("--keys", "The consumer's key file.");
        var version = new Option<string>("--version")
        {
            Description = "The protocol version. 1 and 2 can be forged by anyone who reads one request.",
            HelpName = string.Join('|', versions),
            DefaultValueFactory = _ => ProtocolVersion.Version4.Name,
        };
        version.AcceptOnlyFromAmong(versions);
        var at = new Option<long?>("--at")
        {
            Description =
                "The time stamp: milliseconds since 1970, of which version 4 takes whole seconds. Default: now.",
            HelpName = "MILLISECONDS",
            CustomParser = ReadMilliseconds,
        };
        var grants = new GrantSymbols();
        var requests = new RequestSymbols();

        var command = new ToolCommand(
            "issue",
            "Issues the headers of one request, as a JSON object.",
            "trusted-apps issue --keys wiki.keys --provider tracker.certificate --user fred --url 'https://tracker.example/rest/issues?mine=1'"
        )
        {
            file,
            version,
        };
        grants.AddTo(command);
        requests.AddTo(command);
        command.Add(at);
        command.Validators.Add(result =>
        {
            bool isVersion4 =
                (result.GetResult(version)?.Tokens is [{ } named] ? named.Value : ProtocolVersion.Version4.Name)
                == ProtocolVersion.Version4.Name;
            string? problem = isVersion4 ? grants.FindProblem(result) : FindLegacyProblem(result, grants, requests);
            if (problem is not null) result.AddError(problem);
        });
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                ApplicationKeys keys = ApplicationKeys.Load(parsed.GetRequiredValue(file));
                TimeProvider clock = parsed.GetValue(at) is { } milliseconds
                    ? new FixedTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds))
                    : TimeProvider.System;
                var spoken = ProtocolVersion.Parse(parsed.GetRequiredValue(version));
                AssertionHeaders headers = await BadInputException
                    .CheckAsync(async () =>
                    {
                        OutgoingRequest request = await requests
                            .ReadAsync(parsed, terminal, cancellationToken)
                            .ConfigureAwait(false);
                        if (spoken.IsLegacy)
                        {
                            return await IssueAsync(keys, spoken, request, clock).ConfigureAwait(false);
                        }

                        TrialKeyGrant grant = await grants
                            .FindAsync(parsed, keys, request, clock, terminal, cancellationToken)
                            .ConfigureAwait(false);
                        return grant.Issue(keys, request, grants.IsNamed(parsed), clock);
                    })
                    .ConfigureAwait(false);
                await WriteAsync(terminal, headers, cancellationToken).ConfigureAwait(false);
            }
        );
        return command;
    }

    private static string? FindLegacyProblem(CommandResult result, GrantSymbols grants, RequestSymbols requests)
    {
        if (!requests.HasUser(result)) return "Older versions than 4 need a --user.";
        string[] given =
        [
            .. grants.All.Concat(requests.OfVersion4)
                .Where(option => result.GetResult(option) is { Implicit: false })
                .Select(option => option.Name),
        ];
        return given.Length == 0 ? null : $"These options are for version 4: {string.Join(", ", given)}.";
    }

    private static ValueTask<AssertionHeaders> IssueAsync(
        ApplicationKeys keys,
        ProtocolVersion version,
        OutgoingRequest request,
        TimeProvider clock
    )
    {
        var issuer = new AssertionIssuer(keys, LegacyProtocols.Find(version), postDate: false, clock);
        return issuer.IssueAsync(request.User, request.Url, request.Method);
    }

    private static Task WriteAsync(Terminal terminal, AssertionHeaders headers, CancellationToken cancellationToken) =>
        JsonLine.WriteAsync(
            terminal.Output,
            json =>
            {
                foreach ((string name, string value) in headers.Enumerate()) json.WriteString(name, value);
            },
            cancellationToken
        );

    private static long? ReadMilliseconds(ArgumentResult result)
    {
        bool isNumber = long.TryParse(
            result.Tokens[0].Value,
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out long milliseconds
        );
        if (!isNumber || milliseconds < 1 || milliseconds > _lastMillisecond)
        {
            result.AddError($"--at must be a number from 1 to {_lastMillisecond}.");
        }

        return milliseconds;
    }
}
