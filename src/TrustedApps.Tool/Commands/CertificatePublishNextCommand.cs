using Spectre.Console;

namespace TrustedApps.Tool.Commands;

internal static class CertificatePublishNextCommand
{
    public static Command Create(Terminal terminal)
    {
        var file = new FileOption("--keys", "The application's key file, which is changed.");
        var bits = new Option<int?>("--bits") { Description = "The length of the new keys; that of the current ones when it is left out.", HelpName = "2048|3072|4096" };
        bits.AcceptOnlyFromAmong("2048", "3072", "4096");

        var command = new ToolCommand(
            "publish-next", "Makes the next keys of version 4 and lists them in the certificate: the first step of a rotation.",
            "trusted-apps certificate publish-next --keys wiki.keys") { file, bits };
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(file);
            ApplicationKeys keys = ApplicationKeys.Load(path);
            bool isFirst = !keys.HasVersion4Keys;
            keys = BadInputException.Check(() => keys.PublishNext(TimeProvider.System.GetUtcNow(), parsed.GetValue(bits)));
            keys.Replace(path);
            KeyCard.Write(terminal.People, keys);
            terminal.People.WriteLine(isFirst
                ? "Now restart the application: it has keys for version 4."
                : "Now restart the application, so that it serves the new certificate. Others fetch it within a day; then run 'trusted-apps certificate rotate'.");
        });
        return command;
    }
}
