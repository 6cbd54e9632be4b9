using System.Text.Json.Serialization;

namespace TrustedApps.Conditions;

/// <summary>
/// Conditions as JSON, as the store, the management API and the tool write them. The names are well-formed and none is
/// unknown; the values may still not be valid. Immutable.
/// </summary>
/// <remarks>
/// The members are those of <see cref="ConditionMembers.All"/>. See <see cref="TrustConditions"/> for their ranges.
/// </remarks>
[JsonConverter(typeof(ConditionsDocumentConverter))]
public sealed class ConditionsDocument
{
    private readonly Dictionary<ConditionMember, object> _values;

    internal ConditionsDocument(Dictionary<ConditionMember, object> values) => _values = values;

    /// <summary>Returns the document of some conditions.</summary>
    /// <param name="conditions">The conditions.</param>
    /// <returns>The document.</returns>
    public static ConditionsDocument Of(TrustConditions conditions)
    {
        ArgumentNullException.ThrowIfNull(conditions);
        var values = new Dictionary<ConditionMember, object>();
        foreach (ConditionMember member in ConditionMembers.All)
        {
            if (member.GetValue(conditions) is { } value) values.Add(member, value);
        }

        return new ConditionsDocument(values);
    }

    /// <summary>Makes the conditions. Members that the document leaves out have their defaults.</summary>
    /// <returns>The conditions.</returns>
    /// <exception cref="ConditionException">A value is not valid.</exception>
    public TrustConditions ToConditions() => ConditionMembers.Create(Find);

    /// <summary>Whether the document has a value of a member.</summary>
    /// <param name="member">The member.</param>
    /// <returns>Whether it does; otherwise the member has its default.</returns>
    public bool Has(ConditionMember member)
    {
        ArgumentNullException.ThrowIfNull(member);
        return _values.ContainsKey(member);
    }

    internal object? Find(ConditionMember member) => _values.GetValueOrDefault(member);
}
