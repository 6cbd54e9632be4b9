using Spectre.Console;
using TrustedApps.Certificates;
using TrustedApps.Keys;
using TrustedApps.Storage;

namespace TrustedApps.Tool.Administration;

/// <summary>The options for fetching a certificate, and for its comparison by two administrators.</summary>
internal sealed class CertificateSymbols
{
    private readonly Argument<string> _baseUrl = new("BASEURL")
    {
        Description = "The other application's base URL, such as https://wiki.example.",
    };
    private readonly FetchSymbols _fetch = new();
    private readonly Option<bool> _yes = new("--yes")
    {
        Description = "Do not ask. Needs --fingerprint, once for each signing key.",
    };

    /// <summary>The fingerprints that the other administrator sees.</summary>
    public Option<string[]> Fingerprints { get; } =
        new("--fingerprint")
        {
            Description =
                "The fingerprint of a signing key as the other administrator sees it, plain or in groups of four; once for each key.",
            HelpName = "F",
        };

    public void AddTo(Command command)
    {
        command.Add(_baseUrl);
        command.Add(Fingerprints);
        command.Add(_yes);
        _fetch.AddTo(command);
    }

    public async Task<FoundCertificate> FindAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using CertificateClient client = _fetch.CreateClient(parsed);
        try
        {
            return await FoundCertificate
                .FindAsync(client, parsed.GetRequiredValue(_baseUrl), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (CertificateException problem)
        {
            throw new BadInputException(problem.Message);
        }
    }

    /// <summary>
    /// Returns after the administrator has confirmed that the keys are those of the other application.
    /// </summary>
    /// <exception cref="BadInputException">They are not, or the administrator did not confirm it.</exception>
    public async Task RequireComparedAsync(
        ParseResult parsed,
        IReadOnlyList<RsaPublicKey> keys,
        Terminal terminal,
        IAnsiConsole people,
        CancellationToken cancellationToken
    )
    {
        string[] fingerprints = parsed.GetValue(Fingerprints) ?? [];
        bool isSure = parsed.GetValue(_yes);
        if (isSure || fingerprints.Length > 0) RequireExactly(keys, fingerprints);
        if (isSure) return;

        if (!terminal.CanAsk(people))
        {
            throw new BadInputException(
                "There is no terminal to ask on, so nothing was added. Compare the fingerprints with what the other administrator sees, and say --yes with --fingerprint, once for each signing key."
            );
        }

        string answer = await terminal
            .AskAsync(people, "Is this what the other administrator sees? [y/N]", cancellationToken)
            .ConfigureAwait(false);
        if (answer.ToUpperInvariant() is not ("Y" or "YES")) throw new BadInputException("Nothing was added.");
    }

    /// <exception cref="BadInputException">A fingerprint is wrong, missing or too many.</exception>
    public static void RequireExactly(IReadOnlyList<RsaPublicKey> keys, string[] fingerprints)
    {
        if (fingerprints.FirstOrDefault(fingerprint => !keys.Any(key => key.HasFingerprint(fingerprint))) is { } wrong)
        {
            throw new BadInputException(
                $"No signing key of the application has the fingerprint '{wrong}', so nothing was changed. If that is what the other administrator sees, this certificate belongs to another application."
            );
        }

        if (keys.Count(key => fingerprints.Any(key.HasFingerprint)) < keys.Count)
        {
            throw new BadInputException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The application has {keys.Count} signing keys: say --fingerprint once for each of them, as the other administrator sees them. Nothing was changed."
                )
            );
        }

        if (fingerprints.Length > keys.Count)
        {
            throw new BadInputException(
                "A fingerprint was given twice: say --fingerprint once for each signing key. Nothing was changed."
            );
        }
    }
}
