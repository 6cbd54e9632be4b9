using Spectre.Console;

namespace TrustedApps.Tool.Commands;

internal static class CertificateRotateCommand
{
    public static Command Create(Terminal terminal)
    {
        var file = new FileOption("--keys", "The application's key file, which is changed.");

        var command = new ToolCommand(
            "rotate", "Puts the next keys of version 4 in use and retires the current ones: the second step of a rotation.",
            "trusted-apps certificate rotate --keys wiki.keys") { file };
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(file);
            ApplicationKeys keys = BadInputException.Check(() => ApplicationKeys.Load(path).Rotate(TimeProvider.System.GetUtcNow()));
            keys.Replace(path);
            KeyCard.Write(terminal.People, keys);
            terminal.People.WriteLine("Now restart the application, soon: the retired keys end by themselves, 25 hours (decrypting) and 48 hours (signing) from now. Applications that took the certificate from a file need the new one.");
        });
        return command;
    }
}
