using TrustedApps.Certificates;
using TrustedApps.Keys;

namespace TrustedApps.Tool.Commands;

internal static class CertificateShowCommand
{
    public static Command Create(Terminal terminal)
    {
        var file = new FileOption("--keys", "The application's key file.");
        var version = new Option<int>("--version")
        {
            Description = "The version that the certificate is for.",
            HelpName = "4|1|2|3",
            DefaultValueFactory = _ => 4,
        };
        version.AcceptOnlyFromAmong("4", "1", "2", "3");
        var name = new Option<string?>("--name")
        {
            Description = "The name to show in a certificate of version 4; the id when it is left out.",
            HelpName = "NAME",
        };

        var command = new ToolCommand(
            "show",
            "Writes an application's certificate, byte for byte as served; its fingerprints go to standard error.",
            "trusted-apps certificate show --keys wiki.keys --name Wiki > trusted-app.json"
        )
        {
            file,
            version,
            name,
        };
        command.Validators.Add(result =>
        {
            bool isLegacy = result.GetResult(version)?.Tokens is [{ Value: not "4" }];
            if (isLegacy && result.GetResult(name) is { Implicit: false }) result.AddError("--name is for version 4.");
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            ApplicationKeys keys = ApplicationKeys.Load(parsed.GetRequiredValue(file));
            byte[] document = parsed.GetValue(version) is var legacy and not 4
                ? ShowLegacy(terminal, keys, legacy)
                : await ShowAsync(terminal, keys, parsed.GetValue(name), cancellationToken).ConfigureAwait(false);
            await terminal.Output.WriteAsync(document, cancellationToken).ConfigureAwait(false);
        });
        return command;
    }

    private static async Task<byte[]> ShowAsync(
        Terminal terminal, ApplicationKeys keys, string? name, CancellationToken cancellationToken)
    {
        ApplicationCertificate certificate = await BadInputException
            .CheckAsync(() => keys.ToCertificateAsync(name, cancellationToken: cancellationToken))
            .ConfigureAwait(false);
        KeyCard.Write(terminal.Errors, certificate);
        return certificate.ToBytes();
    }

    private static byte[] ShowLegacy(Terminal terminal, ApplicationKeys keys, int version)
    {
        byte[] document = BadInputException.Check(() => keys.ToLegacyCertificate(version)).ToBytes();
        KeyCard.WriteLegacy(terminal.Errors, keys);
        return document;
    }
}
