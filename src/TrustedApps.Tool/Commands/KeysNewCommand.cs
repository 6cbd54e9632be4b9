using Spectre.Console;
using TrustedApps.Keys;

namespace TrustedApps.Tool.Commands;

internal static class KeysNewCommand
{
    public static Command Create(Terminal terminal)
    {
        var id = new Option<string>("--id")
        {
            Description =
                "The application id: for version 4, 1 to 128 of A-Z, a-z, 0-9, '.', '_', ':' and '-'; for older versions, 1 to 255 characters without control characters.",
            HelpName = "ID",
            Required = true,
        };
        var bits = new Option<int>("--bits")
        {
            Description = "The length of each key.",
            HelpName = "2048|3072|4096",
            DefaultValueFactory = _ => 3072,
        };
        bits.AcceptOnlyFromAmong("2048", "3072", "4096");
        var file = new FileOption(
            "--out",
            "The key file to make, readable by its owner only. A file that exists is never overwritten."
        );

        var legacy = new Option<bool>("--legacy")
        {
            Description =
                "Allow an id that version 4 does not allow. The file then has a key for versions 1 to 3 only.",
        };

        var command = new ToolCommand(
            "new",
            "Makes new keys: one for versions 1 to 3, and for version 4 one that signs and one that decrypts.",
            "trusted-apps keys new --id wiki --out wiki.keys"
        )
        {
            id,
            bits,
            legacy,
            file,
        };
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(file);
            RequireNone(path);
            ApplicationKeys keys = Generate(
                parsed.GetRequiredValue(id),
                parsed.GetValue(bits),
                parsed.GetValue(legacy)
            );
            keys.Save(path);
            KeyCard.Write(terminal.People, keys);
            if (!keys.HasVersion4Keys)
            {
                terminal.People.WriteLine("These keys are for versions 1 to 3 only.");
            }
        });
        return command;
    }

    // before the keys are lost that other applications trust
    private static void RequireNone(string path)
    {
        if (!Path.Exists(path)) return;
        throw new BadInputException(
            $"The file '{path}' already exists, and key files are never overwritten. If it has this application's keys, use them: other applications do not trust new ones. Otherwise choose another name."
        );
    }

    private static ApplicationKeys Generate(string id, int bits, bool allowLegacyId)
    {
        ApplicationKeys keys = BadInputException.Check(() => ApplicationKeys.Generate(id, bits));
        if (keys.HasVersion4Keys || allowLegacyId) return keys;
        throw new BadInputException(
            $"'{id}' is not a valid id under version 4, so no keys were made: it must be 1 to 128 characters of A-Z, a-z, 0-9, '.', '_', ':' and '-'. Choose another id; for an application that only uses versions 1 to 3, add --legacy."
        );
    }
}
