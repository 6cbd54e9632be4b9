using Microsoft.AspNetCore.Http;
using TrustedApps.Admin.Display;
using TrustedApps.Conditions;

namespace TrustedApps.Admin.Forms;

/// <summary>
/// Name and conditions as they stand in the fields of a form: every text stays as it was typed. Immutable.
/// </summary>
internal sealed class ConditionsForm
{
    public const string On = "on"; // browsers send this for a box without a value

    private readonly Dictionary<string, string[]> _values; // by field

    private ConditionsForm(string name, Dictionary<string, string[]> values) => (Name, _values) = (name, values);

    /// <summary>A form with the default of each condition, and without those that have none.</summary>
    public static ConditionsForm Default { get; } = Of("", new TrustConditions { Addresses = ["*"], Urls = ["*"] })
        .With(nameof(TrustConditions.Addresses))
        .With(nameof(TrustConditions.Urls));

    public string Name { get; private init; }

    /// <summary>Each field with its value, for a step that only passes the form on.</summary>
    public IEnumerable<(string Field, string Value)> Fields =>
        [("name", Name), .. _values.SelectMany(known => known.Value.Select(value => (known.Key, value)))];

    public static ConditionsForm Read(IFormCollection form) =>
        new(
            ((string?)form["name"] ?? "").Trim(),
            ConditionMembers
                .All.SelectMany(FieldsOf)
                .ToDictionary(
                    field => field,
                    field => form[field].OfType<string>().Select(text => text.Trim()).ToArray(),
                    StringComparer.Ordinal
                )
        );

    public static ConditionsForm Of(string name, TrustConditions conditions)
    {
        var form = new ConditionsForm(name, new Dictionary<string, string[]>(StringComparer.Ordinal));
        foreach (ConditionMember member in ConditionMembers.All)
        {
            form._values[FieldOf(member)] = member switch
            {
                ListMember { Choices: not null } list => [.. list.Get(conditions) ?? [ProtocolVersion.Atlassian3.Name]],
                ListMember list => list.Get(conditions) is { Count: > 0 } lines ? [string.Join('\n', lines)] : [],
                TimeMember time => [Moment.Seconds(time.Get(conditions))],
                FlagMember flag => flag.Get(conditions) ? [On] : [],
                _ => [],
            };
            if (member is ListMember { EmptyText: not null } empty && empty.Get(conditions) is { Count: 0 })
            {
                form._values[EmptyFieldOf(member)] = [On];
            }
        }

        return form;
    }

    /// <summary>The name of the field of a condition.</summary>
    public static string FieldOf(ConditionMember member) => char.ToLowerInvariant(member.Name[0]) + member.Name[1..];

    /// <summary>The name of the box for an empty list, which differs from a list without a value.</summary>
    public static string EmptyFieldOf(ConditionMember member) => FieldOf(member) + "Empty";

    /// <summary>The text in the field of a condition.</summary>
    public string TextOf(ConditionMember member) => ValuesOf(FieldOf(member)) is [var text, ..] ? text : "";

    /// <summary>Whether a box, such as that of a flag, is set; or a choice, such as a version, chosen.</summary>
    public bool IsSet(string field, string value = On) => ValuesOf(field).Contains(value, StringComparer.Ordinal);

    /// <summary>Returns the form with other values of a condition, named as in <see cref="TrustConditions"/>.</summary>
    public ConditionsForm With(string condition, params string[] values)
    {
        ConditionMember member = ConditionMembers.All.First(known => known.Name == condition);
        return new(
            Name,
            new Dictionary<string, string[]>(_values, StringComparer.Ordinal) { [FieldOf(member)] = values }
        );
    }

    /// <summary>Returns the form with another name.</summary>
    public ConditionsForm Named(string name) => new(name, _values);

    /// <summary>Makes the conditions of version 4 or of older versions. Fields of the others do not count.</summary>
    /// <exception cref="ArgumentException">A value is not valid; the message names the field.</exception>
    public TrustConditions ToConditions(bool isLegacy)
    {
        ProtocolVersion version = isLegacy ? ProtocolVersion.Atlassian3 : ProtocolVersion.Version4;
        try
        {
            return ConditionMembers.Create(member => member.AppliesTo(version) ? ValueOf(member) : null);
        }
        catch (ConditionException mistake)
        {
            throw new ArgumentException($"{mistake.Member.Label}: {mistake.Message}", mistake);
        }
    }

    private object? ValueOf(ConditionMember member) => member switch
    {
        ListMember list => ListOf(list),
        TimeMember => Entered.Seconds(TextOf(member), member.Label),
        _ => IsSet(FieldOf(member)),
    };

    private string[]? ListOf(ListMember list)
    {
        if (list.Choices is not null) return ValuesOf(FieldOf(list));
        string[] lines = Entered.Lines(TextOf(list));
        if (!IsSet(EmptyFieldOf(list))) return lines.Length == 0 ? null : lines;
        return lines.Length == 0
            ? []
            : throw new ArgumentException($"{list.Label}: name some, or choose '{list.EmptyText}', not both.");
    }

    private string[] ValuesOf(string field) => _values.GetValueOrDefault(field, []);

    private static IEnumerable<string> FieldsOf(ConditionMember member) =>
        member is ListMember { EmptyText: not null } ? [FieldOf(member), EmptyFieldOf(member)] : [FieldOf(member)];
}
