using System.CommandLine.Parsing;
using TrustedApps.Certificates;
using TrustedApps.Keys;
using TrustedApps.Legacy;

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
        var provider = new FileOption(
            "--provider",
            "Version 4: the file with the provider's certificate.",
            required: false
        );
        var baseUrl = new Option<string>("--base")
        {
            Description = "Version 4: the base URL to which the consumer sends. Default: the origin of the URL.",
            HelpName = "URL",
        };
        var user = new Option<string>("--user")
        {
            Description =
                "The user on whose behalf the request is made. Version 4: leave it out for the application itself.",
            HelpName = "U",
        };
        var url = new Option<string>("--url")
        {
            Description =
                "The URL exactly as it will be requested. Version 4 binds path and query, and --base the rest; older versions sign all of it.",
            HelpName = "URL",
            Required = true,
        };
        var method = new Option<string>("--method")
        {
            Description = "The request method. Older versions than 4 do not sign it.",
            HelpName = "M",
            DefaultValueFactory = _ => "GET",
        };
        var content = new FileOption(
            "--content",
            "Version 4: a file with the content, exactly as sent; - for standard input. Default: no content.",
            required: false
        );
        var contentType = new Option<string>("--content-type")
        {
            Description = "Version 4: the Content-Type field value, exactly as sent. Default: the request has none.",
            HelpName = "T",
        };
        var at = new Option<long?>("--at")
        {
            Description =
                "The time stamp: milliseconds since 1970, of which version 4 takes whole seconds. Default: now.",
            HelpName = "MILLISECONDS",
            CustomParser = ReadMilliseconds,
        };

        var command = new ToolCommand(
            "issue",
            "Issues the headers of one request, as a JSON object.",
            "trusted-apps issue --keys wiki.keys --provider tracker.certificate --user fred --url 'https://tracker.example/rest/issues?mine=1'"
        )
        {
            file,
            version,
            provider,
            baseUrl,
            user,
            url,
            method,
            content,
            contentType,
            at,
        };
        command.Validators.Add(result =>
        {
            bool isVersion4 =
                (result.GetResult(version)?.Tokens is [{ } named] ? named.Value : ProtocolVersion.Version4.Name)
                == ProtocolVersion.Version4.Name;
            if (isVersion4 && result.GetValue(provider) is null)
            {
                result.AddError("Version 4 is for one provider: add its certificate with --provider FILE.");
            }

            if (!isVersion4 && result.GetValue(user) is null) result.AddError("Older versions than 4 need a --user.");
            if (
                !isVersion4
                && (
                    result.GetValue(provider)
                    ?? result.GetValue(baseUrl)
                    ?? result.GetValue(content)
                    ?? result.GetValue(contentType)
                )
                    is not null
            )
            {
                result.AddError("--provider, --base, --content and --content-type are for version 4.");
            }
        });
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                ApplicationKeys keys = ApplicationKeys.Load(parsed.GetRequiredValue(file));
                TimeProvider clock = parsed.GetValue(at) is { } milliseconds
                    ? new FixedTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds))
                    : TimeProvider.System;
                string target = parsed.GetRequiredValue(url);
                byte[] bytes = parsed.GetValue(content) is { } source
                    ? await ReadContentAsync(terminal, source, cancellationToken).ConfigureAwait(false)
                    : [];

                AssertionHeaders headers = await BadInputException
                    .CheckAsync(() =>
                    {
                        AssertionIssuer issuer = parsed.GetValue(provider) is { } certificate
                            ? new AssertionIssuer(
                                keys,
                                ReadCertificate(certificate),
                                BaseUrl.Parse(parsed.GetValue(baseUrl) ?? OriginOf(target)),
                                clock
                            )
                            : new AssertionIssuer(
                                keys,
                                LegacyProtocols.Find(ProtocolVersion.Parse(parsed.GetRequiredValue(version))),
                                postDate: false,
                                clock
                            );
                        ContentBinding binding = ContentBinding.Of(bytes, parsed.GetValue(contentType));
                        return issuer.IssueAsync(
                            parsed.GetValue(user),
                            target,
                            parsed.GetRequiredValue(method),
                            binding,
                            cancellationToken
                        );
                    })
                    .ConfigureAwait(false);

                await JsonLine
                    .WriteAsync(
                        terminal.Output,
                        json =>
                        {
                            foreach ((string name, string value) in headers.Enumerate())
                            {
                                json.WriteString(name, value);
                            }
                        },
                        cancellationToken
                    )
                    .ConfigureAwait(false);
            }
        );
        return command;
    }

    private static ApplicationCertificate ReadCertificate(string file)
    {
        try
        {
            return ApplicationCertificate.Load(file);
        }
        catch (CertificateException problem)
        {
            throw new BadInputException(problem.Message);
        }
    }

    private static async Task<byte[]> ReadContentAsync(
        Terminal terminal,
        string source,
        CancellationToken cancellationToken
    )
    {
        Stream stream = terminal.OpenInput(source);
        await using (stream.ConfigureAwait(false))
        {
            using var bytes = new MemoryStream();
            await stream.CopyToAsync(bytes, cancellationToken).ConfigureAwait(false);
            return bytes.ToArray();
        }
    }

    private static string OriginOf(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out Uri? uri)
        && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
            ? uri.GetLeftPart(UriPartial.Authority)
            : throw new BadInputException($"'{url}' is not an absolute URL of http or https.");

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
