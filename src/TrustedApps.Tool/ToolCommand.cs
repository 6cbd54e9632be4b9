using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;

namespace TrustedApps.Tool;

/// <summary>A command whose help ends in an example.</summary>
internal sealed class ToolCommand(string name, string description, string example) : Command(name, description)
{
    public string Example { get; } = example;

    /// <summary>The command as typed, such as <c>trusted-apps keys new</c>.</summary>
    public static string FullName(CommandResult result) => result.Parent is CommandResult parent
        ? $"{FullName(parent)} {result.Command.Name}"
        : result.Command.Name;
}

/// <summary>The usual help, and the command's example below it.</summary>
internal sealed class HelpWithExample : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        new HelpAction().Invoke(parseResult);

        TextWriter output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Example:");
        output.WriteLine($"  {((ToolCommand)parseResult.CommandResult.Command).Example}");
        return 0;
    }
}
