using TrustedApps.Conditions;
using TrustedApps.Storage;
using TrustedApps.Tool.Administration;

namespace TrustedApps.Tool.Commands;

internal static class TrustEditCommand
{
    // Lists that have a default, by the names of their options without the dashes.
    private static readonly Dictionary<string, ListMember> _lists = ConditionMembers.All.OfType<ListMember>()
        .Where(list => !list.IsRequired)
        .ToDictionary(list => list.OptionName.TrimStart('-'), StringComparer.Ordinal);

    public static Command Create(Terminal terminal)
    {
        var id = new Argument<string>("ID") { Description = "The application id." };
        var name = new Option<string?>("--name") { Description = "The name for people.", HelpName = "NAME" };
        var conditions = new ConditionSymbols();
        var defaults = new Option<string[]>("--default")
        {
            Description =
                "A list that goes back to its default: no user is denied, every user is allowed. May be repeated.",
            HelpName = string.Join('|', _lists.Keys),
        };
        defaults.AcceptOnlyFromAmong([.. _lists.Keys]);
        var ifVersion = new Option<long?>("--if-version")
        {
            Description = "Only if the trust is still at this version, as 'trust show' gives it.",
            HelpName = "N",
        };
        var store = new StoreSymbols();

        var command = new ToolCommand(
            "edit",
            "Changes name and conditions of a trust. A list that is given replaces the whole list; the rest stays.",
            "trusted-apps trust edit wiki:8731 --url /rest/api --url /rest/search --allow-self false --store trust.db"
        )
        {
            id,
            name,
        };
        conditions.AddTo(command);
        command.Add(defaults);
        command.Add(ifVersion);
        store.AddTo(command, changes: true);
        command.Validators.Add(result =>
        {
            if (
                result.GetResult(name) is null
                && result.GetResult(defaults) is null
                && !conditions.AnyIn(option => result.GetResult(option) is { Implicit: false })
            )
            {
                result.AddError("Add an option for the change: --name, --default or a condition.");
            }
        });
        command.SetAction((parsed, cancellationToken) => EditAsync(
            terminal,
            parsed,
            parsed.GetRequiredValue(id),
            parsed.GetValue(name),
            earlier => WithDefaults(conditions.Apply(parsed, earlier), parsed.GetValue(defaults) ?? []),
            parsed.GetValue(ifVersion),
            store,
            cancellationToken));
        return command;
    }

    private static async Task EditAsync(
        Terminal terminal,
        ParseResult parsed,
        string id,
        string? name,
        Func<TrustConditions, TrustConditions> edit,
        long? ifVersion,
        StoreSymbols store,
        CancellationToken cancellationToken
    )
    {
        StoredTrust edited = await store
            .UseAsync(
                parsed,
                async opened =>
                {
                    StoredTrust read = await opened.Trusts.RequireAsync(id, cancellationToken).ConfigureAwait(false);
                    TrustConditions conditions = edit(read.Trust.Conditions);
                    LegacyAccess? legacy = read.Trust.Record is null ? null : read.Trust.Legacy;
                    return await opened
                        .Trusts.EditAsync(
                            id,
                            ifVersion ?? read.Version,
                            new TrustEdit(name ?? read.Trust.Name, conditions, legacy),
                            store.AdministratorOf(parsed),
                            cancellationToken
                        )
                        .ConfigureAwait(false);
                },
                cancellationToken
            )
            .ConfigureAwait(false);
        await TrustOutput
            .WriteAsync(
                terminal,
                store.IsJson(parsed),
                edited,
                "Applications on this store apply the change within seconds.",
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    private static TrustConditions WithDefaults(TrustConditions conditions, string[] lists) =>
        lists.Aggregate(conditions, (changed, list) => _lists[list].Set(changed, values: null));
}
