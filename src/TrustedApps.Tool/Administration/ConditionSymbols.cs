using TrustedApps.Conditions;

namespace TrustedApps.Tool.Administration;

/// <summary>The conditions of a trust as options: one for each member of the table.</summary>
internal sealed class ConditionSymbols
{
    private readonly Dictionary<ConditionMember, Option> _options = ConditionMembers.All.ToDictionary(
        member => member,
        CreateOption
    );

    public void AddTo(Command command)
    {
        foreach (Option option in _options.Values) command.Add(option);
    }

    /// <summary>Refuses a command without the conditions that have no default.</summary>
    public void RequireAddressesAndUrls(Command command) =>
        command.Validators.Add(result =>
        {
            Option[] missing =
            [
                .. _options
                    .Where(known =>
                        known.Key is ListMember { IsRequired: true } && result.GetResult(known.Value) is null
                    )
                    .Select(known => known.Value),
            ];
            if (missing.Length > 0)
            {
                result.AddError(
                    "Say with --address where requests may come from, and with --url what they may ask for: at least one of each, '*' for all."
                );
            }
        });

    /// <summary>Whether the command line has one of these options.</summary>
    public bool AnyIn(Func<Option, bool> isGiven) => _options.Values.Any(isGiven);

    /// <summary>
    /// Makes the conditions of a new trust. Nothing may be stamped ahead unless an option allows it, as on the pages.
    /// </summary>
    /// <exception cref="BadInputException">A condition is not valid.</exception>
    public TrustConditions Read(ParseResult parsed) =>
        Check(() =>
            ConditionMembers.Create(member =>
                Find(parsed, member)
                ?? (member.Name == nameof(TrustConditions.FutureTolerance) ? TimeSpan.Zero : null)
            )
        );

    /// <summary>Changes the conditions for which the command line has an option.</summary>
    /// <exception cref="BadInputException">A condition is not valid.</exception>
    public TrustConditions Apply(ParseResult parsed, TrustConditions earlier) =>
        Check(() => ConditionMembers.Change(earlier, member => Find(parsed, member)));

    private object? Find(ParseResult parsed, ConditionMember member) => _options[member] switch
    {
        Option<string[]> list => parsed.GetResult(list) is null ? null : parsed.GetValue(list),
        Option<TimeSpan?> time => parsed.GetValue(time),
        Option<bool> flag when parsed.GetResult(flag) is { Implicit: false } => parsed.GetValue(flag),
        _ => null,
    };

    private static Option CreateOption(ConditionMember member)
    {
        if (member is TimeMember) return Duration.Option(member.OptionName, member.Help);
        if (member is not ListMember list) return new Option<bool>(member.OptionName) { Description = member.Help };

        var option = new Option<string[]>(member.OptionName)
        {
            Description = $"{member.Help} May be repeated.",
            HelpName = list.ValueName,
        };
        if (list.Choices is { } choices) option.AcceptOnlyFromAmong([.. choices]);
        return option;
    }

    private static TrustConditions Check(Func<TrustConditions> make)
    {
        try
        {
            return make();
        }
        catch (ConditionException mistake)
        {
            throw new BadInputException($"{mistake.Member.OptionName}: {mistake.Message}");
        }
    }
}
