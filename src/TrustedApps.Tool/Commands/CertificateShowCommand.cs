namespace TrustedApps.Tool.Commands;

internal static class CertificateShowCommand
{
    public static Command Create(Terminal terminal)
    {
        var file = new FileOption("--keys", "The application's key file.");
        var version = new Option<int>("--version") { Description = "The version that the document states.", HelpName = "1|2|3", DefaultValueFactory = _ => 3 };
        version.AcceptOnlyFromAmong("1", "2", "3");

        var command = new ToolCommand(
            "show", "Writes an application's certificate, byte for byte as served; its fingerprint goes to standard error.",
            "trusted-apps certificate show --keys wiki.keys --version 2 > appTrustCertificate") { file, version };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            ApplicationKeys keys = ApplicationKeys.Load(parsed.GetRequiredValue(file));
            byte[] document = keys.ToLegacyCertificate(parsed.GetValue(version)).ToBytes();
            await terminal.Output.WriteAsync(document, cancellationToken).ConfigureAwait(false);
            KeyCard.Write(terminal.Errors, keys.Id, keys.PublicKey);
        });
        return command;
    }
}
