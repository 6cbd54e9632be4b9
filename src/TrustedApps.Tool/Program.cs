using System.CommandLine.Help;
using System.CommandLine.Invocation;
using TrustedApps.Tool.Commands;

namespace TrustedApps.Tool;

/// <summary>The tool <c>trusted-apps</c>. Exit code 0: done; 1: refused or bad input; 2: wrong usage.</summary>
internal static class Program
{
    private const int BadInput = 1;
    private const int WrongUsage = 2;
    private const int Interrupted = 130; // as shells have it: 128 and the number of SIGINT

    public static async Task<int> RunAsync(
        IReadOnlyList<string> args,
        Terminal terminal,
        CancellationToken cancellationToken
    )
    {
        // No response files: a value that begins with @ is data.
        ParseResult parsed = BuildRoot(terminal)
            .Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Action is ParseErrorAction) return ReportWrongUsage(parsed, args, terminal);

        var invocation = new InvocationConfiguration
        {
            Output = terminal.People.Profile.Out.Writer,
            Error = terminal.Errors.Profile.Out.Writer,
            EnableDefaultExceptionHandler = false,
        };
        try
        {
            return await parsed.InvokeAsync(invocation, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is FileNotFoundException or DirectoryNotFoundException)
        {
            string folder = Directory.GetCurrentDirectory();
            terminal.WriteError(
                $"{problem.Message.TrimEnd('.')}. Correct the path: relative paths begin in the current folder, {folder}.");
            return BadInput;
        }
        catch (Exception problem)
            when (problem is BadInputException or IOException or UnauthorizedAccessException or InvalidDataException)
        {
            terminal.WriteError(problem.Message);
            return BadInput;
        }
        catch (OperationCanceledException)
        {
            return Interrupted;
        }
    }

    private static Task<int> Main(string[] args) => RunAsync(args, Terminal.Open(), CancellationToken.None);

    private static ToolCommand BuildRoot(Terminal terminal) =>
        new(
            "trusted-apps",
            "Keys, certificates, trust and requests of trusted applications.",
            "trusted-apps verify captured.jsonl"
        )
        {
            new HelpOption("--help", "-h") { Action = new HelpWithExample() },
            new VersionOption(),
            new ToolCommand("keys", "An application's own keys.", "trusted-apps keys new --id wiki --out wiki.keys")
            {
                KeysNewCommand.Create(terminal),
                KeysImportCommand.Create(terminal),
                KeysShowCommand.Create(terminal),
            },
            new ToolCommand(
                "certificate",
                "The documents that applications exchange when trust is made.",
                "trusted-apps certificate read https://wiki.example/"
            )
            {
                CertificateShowCommand.Create(terminal),
                CertificateReadCommand.Create(terminal),
                CertificatePublishNextCommand.Create(terminal),
                CertificateRotateCommand.Create(terminal),
            },
            new ToolCommand(
                "trust",
                "The trusts in the store of an application: who may ask it, and for what.",
                "trusted-apps trust list --store trust.db"
            )
            {
                TrustAddCommand.Create(terminal),
                TrustListCommand.Create(terminal),
                TrustShowCommand.Create(terminal),
                TrustEditCommand.Create(terminal),
                TrustStateCommands.CreateSuspend(terminal),
                TrustStateCommands.CreateResume(terminal),
                TrustRemoveCommand.Create(terminal),
                TrustConfirmCommand.Create(terminal),
                TrustStateCommands.CreateReject(terminal),
                TrustStateCommands.CreateRestore(terminal),
                TrustRemoveKeyCommand.Create(terminal),
            },
            new ToolCommand(
                "provider",
                "The providers in the store of an application: whom it may ask.",
                "trusted-apps provider list --store trust.db"
            )
            {
                ProviderAddCommand.Create(terminal),
                ProviderListCommand.Create(terminal),
                ProviderRemoveCommand.Create(terminal),
            },
            new ToolCommand("store", "The database that holds them.", "trusted-apps store check --store trust.db")
            {
                StoreCheckCommand.Create(terminal),
            },
            IssueCommand.Create(terminal),
            ProofCommand.Create(terminal),
            VerifyCommand.Create(terminal),
            ExplainCommand.Create(terminal),
        };

    private static int ReportWrongUsage(ParseResult parsed, IReadOnlyList<string> args, Terminal terminal)
    {
        ArgumentRedactor discretion = new ArgumentRedactor(args);
        IEnumerable<string> problems = Misspelling.Find(parsed) is { } misspelt
            ? [misspelt]
            : parsed.Errors.Select(error => error.Message);
        foreach (string message in problems.Select(discretion.Apply).Distinct(StringComparer.Ordinal))
        {
            terminal.WriteError(message);
        }

        terminal.WriteError($"Run '{ToolCommand.FullName(parsed.CommandResult)} --help' for usage and an example.");
        return WrongUsage;
    }
}
