namespace TrustedApps.Tool.Commands;

internal static class KeysNewCommand
{
    public static Command Create(Terminal terminal)
    {
        var id = new Option<string>("--id") { Description = "The application id: 1 to 255 characters without control characters.", HelpName = "ID", Required = true };
        var bits = new Option<int>("--bits") { Description = "The length of the key.", HelpName = "2048|3072|4096", DefaultValueFactory = _ => 3072 };
        bits.AcceptOnlyFromAmong("2048", "3072", "4096");
        var file = new FileOption("--out", "The key file to make, readable by its owner only. A file that exists is never overwritten.");

        var command = new ToolCommand("new", "Makes a new key.", "trusted-apps keys new --id wiki --out wiki.keys") { id, bits, file };
        command.SetAction(parsed =>
        {
            ApplicationKeys keys = BadInputException.Check(() => ApplicationKeys.Generate(parsed.GetRequiredValue(id), parsed.GetValue(bits)));
            keys.Save(parsed.GetRequiredValue(file));
            KeyCard.Write(terminal.People, keys.Id, keys.PublicKey);
        });
        return command;
    }
}
