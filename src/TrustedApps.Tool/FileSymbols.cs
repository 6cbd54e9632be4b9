using System.CommandLine.Parsing;

namespace TrustedApps.Tool;

/// <summary>An option that names a file. Required by default.</summary>
internal sealed class FileOption : Option<string>
{
    public FileOption(string name, string description, bool required = true)
        : base(name)
    {
        (Description, HelpName, Required) = (description, "FILE", required);
        Validators.Add(FileName.Require);
    }
}

/// <summary>An argument that names a file.</summary>
internal sealed class FileArgument : Argument<string>
{
    public FileArgument(string name, string description)
        : base(name)
    {
        Description = description;
        Validators.Add(FileName.Require);
    }
}

internal static class FileName
{
    private const int MaxLength = 255; // characters; a private key in base64 has more than 500

    public static void Require(SymbolResult result)
    {
        if (result.Tokens is not [{ Value: string name }]) return;
        if (name.Length == 0) result.AddError("The name of a file must not be empty.");
        // not repeated: it may be a key
        else if (name.Length > MaxLength || name.StartsWith("-----", StringComparison.Ordinal))
        {
            result.AddError(
                "That is not the name of a file. Write the content to a file first, or to standard input with -."
            );
        }
        else if (name is ['-', _, ..])
        {
            result.AddError($"There is no option '{name}'. For a file of that name, say './{name}'.");
        }
    }
}
