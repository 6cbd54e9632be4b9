using System.CommandLine.Parsing;
using Spectre.Console;
using TrustedApps.Certificates;
using TrustedApps.Keys;
using TrustedApps.Trials;

namespace TrustedApps.Tool.Commands;

/// <summary>The options that say under which key grant a request is issued.</summary>
internal sealed class GrantSymbols
{
    private readonly FileOption _provider = new(
        "--provider",
        "Version 4: the file with the provider's certificate.",
        required: false
    );

    private readonly Option<string> _baseUrl = new("--base")
    {
        Description = "Version 4: the base URL to which the consumer sends. Default: the origin of the URL.",
        HelpName = "URL",
    };

    private readonly FileOption _grantOut = new(
        "--grant-out",
        "Version 4: keep the key grant in this file, with its session key and readable by its owner only. For trials only: delete the file after them.",
        required: false
    );

    private readonly FileOption _grant = new(
        "--grant",
        "Version 4: issue under the key grant that --grant-out has kept, and send it again.",
        required: false
    );

    private readonly Option<bool> _nameGrant = new("--name-grant")
    {
        Description = "With --grant: leave the Key header out, because the provider keeps the key grant already.",
    };

    /// <summary>All of them are for version 4.</summary>
    public IEnumerable<Option> All => [_provider, _baseUrl, _grantOut, _grant, _nameGrant];

    public void AddTo(Command command)
    {
        foreach (Option option in All) command.Add(option);
    }

    /// <summary>Whether the Key header is left out.</summary>
    public bool IsNamed(ParseResult parsed) => parsed.GetValue(_nameGrant);

    /// <summary>Describes what is missing or contradictory on the command line; null if nothing is.</summary>
    public string? FindProblem(CommandResult result)
    {
        bool isKept = result.GetValue(_grant) is not null;
        if (!isKept && result.GetValue(_nameGrant))
        {
            return "--name-grant names a key grant that the provider keeps: add --grant FILE, which --grant-out has written.";
        }

        if (isKept && result.GetValue(_grantOut) is not null)
        {
            return "--grant-out keeps a new key grant, and --grant takes an earlier one: leave one of them out.";
        }

        return isKept || result.GetValue(_provider) is not null
            ? null
            : "Version 4 is for one provider: add its certificate with --provider FILE.";
    }

    /// <summary>Loads the key grant, or makes a new one, which is kept where the command line says so.</summary>
    public async Task<TrialKeyGrant> FindAsync(
        ParseResult parsed,
        ApplicationKeys keys,
        OutgoingRequest request,
        TimeProvider clock,
        Terminal terminal,
        CancellationToken cancellationToken
    )
    {
        ApplicationCertificate? provider = parsed.GetValue(_provider) is { } file ? ReadCertificate(file) : null;
        string? baseUrl = parsed.GetValue(_baseUrl);
        if (parsed.GetValue(_grant) is { } kept) return Load(kept, provider, baseUrl);

        TrialKeyGrant made = await TrialKeyGrant
            .CreateAsync(
                keys,
                provider!,
                BaseUrl.Parse(baseUrl ?? OriginOf(request.Url)),
                request.RequireResponseProof,
                clock,
                cancellationToken
            )
            .ConfigureAwait(false);
        if (parsed.GetValue(_grantOut) is not { } path) return made;
        made.Save(path);
        terminal.Errors.WriteLine(
            ConsoleOutput.ToPlain(
                $"{path} now holds the key grant and its session key, for trials only. Delete it after them."
            )
        );
        return made;
    }

    private static TrialKeyGrant Load(string file, ApplicationCertificate? provider, string? baseUrl)
    {
        TrialKeyGrant grant = TrialKeyGrant.Load(file);
        if (provider is not null && provider.Id != grant.Audience)
        {
            throw new BadInputException(
                $"The key grant in {file} is for the provider '{grant.Audience}', not '{provider.Id}'. Make one for this provider with --grant-out."
            );
        }

        if (baseUrl is not null && baseUrl != grant.BaseUrl)
        {
            throw new BadInputException(
                $"The key grant in {file} is for the base URL '{grant.BaseUrl}', not '{baseUrl}'. Make one for this base URL with --grant-out."
            );
        }

        return grant;
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

    private static string OriginOf(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out Uri? uri)
        && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
            ? uri.GetLeftPart(UriPartial.Authority)
            : throw new BadInputException($"'{url}' is not an absolute URL of http or https.");
}
