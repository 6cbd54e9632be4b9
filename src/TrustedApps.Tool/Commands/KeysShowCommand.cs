using Spectre.Console;
using TrustedApps.Keys;

namespace TrustedApps.Tool.Commands;

internal static class KeysShowCommand
{
    public static Command Create(Terminal terminal)
    {
        var file = new FileArgument("FILE", "The key file.");

        var command = new ToolCommand(
            "show",
            "Shows the id of a key file, and use, status and fingerprint of each key; never a private part.",
            "trusted-apps keys show wiki.keys"
        )
        {
            file,
        };
        command.SetAction(parsed =>
        {
            ApplicationKeys keys = ApplicationKeys.Load(parsed.GetRequiredValue(file));
            KeyCard.Write(terminal.People, keys);
            // unbroken, to be copied
            if (keys.HasLegacyKey) terminal.People.Profile.Out.Writer.WriteLine(keys.PublicKey.ToBase64());
        });
        return command;
    }
}
