using System.Data.Common;
using Spectre.Console;
using TrustedApps.Storage;

namespace TrustedApps.Tool.Administration;

/// <summary>
/// The options of a command that works on a store: the store, the administrator, and the format of the output.
/// </summary>
internal sealed class StoreSymbols
{
    private const int MaxName = 255; // characters

    private readonly Option<string> _store = new("--store")
    {
        Description = "The store: a SQLite file name, or a connection string of PostgreSQL (Host=...;Database=...).",
        HelpName = "CONNECTION",
        Required = true,
    };
    private readonly Option<string?> _administrator = new("--administrator")
    {
        Description = "The name for the audit trail. Default: tool: and the user of the operating system.",
        HelpName = "NAME",
    };
    private readonly Option<bool> _json = new("--json") { Description = "Write JSON, one object a line." };

    public StoreSymbols()
    {
        _store.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var store }] && string.IsNullOrWhiteSpace(store))
            {
                result.AddError("--store must not be empty.");
            }
        });
        _administrator.Validators.Add(result =>
        {
            if (
                result.Tokens is [{ Value: var name }]
                && (string.IsNullOrWhiteSpace(name) || name.Length > MaxName || ConsoleOutput.ToPlain(name) != name)
            )
            {
                result.AddError(
                    "--administrator must be 1 to 255 characters without control and formatting characters."
                );
            }
        });
    }

    public void AddTo(Command command, bool changes)
    {
        command.Add(_store);
        if (changes) command.Add(_administrator);
        command.Add(_json);
    }

    public string ConnectionOf(ParseResult parsed) => parsed.GetRequiredValue(_store);

    public bool IsJson(ParseResult parsed) => parsed.GetValue(_json);

    /// <summary>The console for people: standard error, where standard output is for programs.</summary>
    public IAnsiConsole PeopleOf(ParseResult parsed, Terminal terminal) =>
        IsJson(parsed) ? terminal.Errors : terminal.People;

    public string AdministratorOf(ParseResult parsed) =>
        parsed.GetValue(_administrator) ?? $"tool:{Environment.UserName}";

    /// <summary>Opens the store and uses it. Its failures are reported in one line.</summary>
    public Task<T> UseAsync<T>(
        ParseResult parsed,
        Func<TrustedAppsStore, Task<T>> use,
        CancellationToken cancellationToken
    ) => UseAsync(parsed, use, makes: false, cancellationToken);

    /// <summary>The same; <paramref name="makes"/> says whether a store is made where there is none.</summary>
    public async Task<T> UseAsync<T>(
        ParseResult parsed,
        Func<TrustedAppsStore, Task<T>> use,
        bool makes,
        CancellationToken cancellationToken
    )
    {
        try
        {
            TrustedAppsStore store = await OpenAsync(ConnectionOf(parsed), makes, cancellationToken)
                .ConfigureAwait(false);
            await using (store.ConfigureAwait(false))
            {
                return await use(store).ConfigureAwait(false);
            }
        }
        catch (Exception problem) when (problem is AdministrationException or FormatException)
        {
            throw new BadInputException(problem.Message);
        }
        catch (Exception problem)
            when (problem
                    is DbException
                        or TimeoutException
                        or InvalidOperationException { InnerException: DbException }
            )
        {
            throw new BadInputException($"The store cannot be used: {problem.GetBaseException().Message}");
        }
    }

    private static async Task<TrustedAppsStore> OpenAsync(
        string connection,
        bool makes,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await TrustedAppsStore
                .OpenWithoutUpgradeAsync(connection, makes, TimeProvider.System, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (ArgumentException mistake)
        {
            throw BadInputException.From(mistake);
        }
        catch (InvalidOperationException schema) when (schema.InnerException is null)
        {
            throw new BadInputException(schema.Message);
        }
    }
}
