using System.CommandLine.Parsing;

namespace TrustedApps.Tool;

/// <summary>A required option that names a file.</summary>
internal sealed class FileOption : Option<string>
{
    public FileOption(string name, string description)
        : base(name)
    {
        (Description, HelpName, Required) = (description, "FILE", true);
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
    public static void Require(SymbolResult result)
    {
        if (result.Tokens is not [{ Value: string name }]) return;
        if (name.Length == 0) result.AddError("The name of a file is not empty.");
        if (name is ['-', _, ..]) result.AddError($"There is no option '{name}'. For a file of that name, say './{name}'.");
    }
}
