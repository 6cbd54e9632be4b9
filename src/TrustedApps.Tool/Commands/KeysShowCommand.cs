using Spectre.Console;

namespace TrustedApps.Tool.Commands;

internal static class KeysShowCommand
{
    public static Command Create(Terminal terminal)
    {
        var file = new FileArgument("FILE", "The key file.");

        var command = new ToolCommand("show", "Shows id, public key and fingerprint of a key file; never the private part.", "trusted-apps keys show wiki.keys") { file };
        command.SetAction(parsed =>
        {
            ApplicationKeys keys = ApplicationKeys.Load(parsed.GetRequiredValue(file));
            KeyCard.Write(terminal.People, keys.Id, keys.PublicKey);
            terminal.People.Profile.Out.Writer.WriteLine(keys.PublicKey.ToBase64()); // unbroken, to be copied
        });
        return command;
    }
}
